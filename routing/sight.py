"""Whose chart a member may open: by their role, and of a restricted one as its care team."""

from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Membership, ProviderIdentifier
from accounts.permissions import Operation, Permission, may
from charts.models import ChartItem
from routing.models import Task


class Chart(Protocol):
    """What is asked of a patient: a row of a list knows no more."""

    @property
    def pk(self) -> UUID: ...
    @property
    def is_restricted(self) -> bool: ...


def may_open(member: Membership, patient: Chart) -> Permission:
    """Whether they may see this patient's chart items in the ordinary way; or why not."""
    permission = may(member.roles, Operation.SEE_PATIENT)
    if not permission or not patient.is_restricted or cares_for(member, patient.pk):
        return permission
    return Permission(
        allowed=False, reason=_("This chart is restricted to the people who care for this patient.")
    )


def cares_for(member: Membership, patient_id: UUID) -> bool:
    """Of the care team: the chart names them, or work on it was given to them."""
    if Task.objects.filter(patient=patient_id, owner=member).exists():
        return True
    known = set(
        ProviderIdentifier.objects.filter(membership=member).values_list("value", flat=True)
    )
    items = ChartItem.objects.filter(patient=patient_id).values_list("people", flat=True)
    return any(one.get("id") in known for people in items for one in people.values())
