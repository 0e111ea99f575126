"""Restricted charts: a key sees of them what the member does on whose behalf it asks, as on the
screens; by itself it sees nothing."""

from typing import Any
from uuid import UUID

from accounts.models import Membership
from accounts.permissions import PermissionRefused
from charts.models import Patient
from integrations.api import queries
from integrations.api.problems import UNUSABLE, Problem
from routing import sight

NOBODY_ASKS = (
    "This chart is restricted to the people who care for this patient. Name one of them as "
    "`member`."
)


def asking(said: dict[str, Any], *, status: int = 422) -> Membership | None:
    """The member on whose behalf is asked, taken out of what was said; None: nobody is named.

    Raises:
        Problem: no active member has the id.
    """
    member_id = said.pop("member", None)
    member = queries.member(member_id) if member_id else None
    if member_id and member is None:
        errors = [{"pointer": "/member", "detail": "No active member has this id."}]
        raise Problem(status, UNUSABLE, kind="invalid", errors=errors)
    return member


def require_sight(member: Membership | None, patient: Patient) -> None:
    """Refuse a restricted chart to whoever does not care for its patient.

    Raises:
        PermissionRefused: with the reason.
    """
    if not patient.is_restricted:
        return
    if member is None:
        raise PermissionRefused(NOBODY_ASKS)
    permission = sight.may_open(member, patient)
    if not permission:
        raise PermissionRefused(permission.reason)


def shut_to(member: Membership | None) -> list[UUID]:
    """The patients whose charts are restricted, and shut to them."""
    restricted = Patient.objects.filter(is_restricted=True)
    return [one.pk for one in restricted if member is None or not sight.may_open(member, one)]
