"""Referrals as the API reads them: the newest first, one with all that was told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q

from charts.models import Patient
from integrations.api.paging import read_cursor, unusable, write_cursor
from integrations.api.problems import UNUSABLE, Problem
from referrals.models import Fact, FollowUp, Invitation, Referral, Remark
from referrals.operations import NoInvitation


@dataclass(frozen=True, slots=True)
class Place:
    """Where a referral stands in the list."""

    ordered_at: datetime
    id: UUID

    def after(self) -> Q:
        """The referrals behind this place."""
        same = Q(ordered_at=self.ordered_at, pk__lt=self.id)
        return Q(ordered_at__lte=self.ordered_at) & (Q(ordered_at__lt=self.ordered_at) | same)


def cursor_at(referral: Referral) -> str:
    """Its place, opaque to the caller."""
    return write_cursor(referral.ordered_at.isoformat(), str(referral.pk))


def place_of(cursor: str) -> Place:
    """The place that a cursor names.

    Raises:
        Problem: it names none.
    """
    with unusable():
        ordered_at, pk = read_cursor(cursor)
        place = Place(datetime.fromisoformat(ordered_at), UUID(pk))
        if place.ordered_at.tzinfo is None:
            raise ValueError
    return place


def page(asked: Mapping[str, Any], *, shut: Sequence[UUID]) -> list[Referral]:
    """One page and one referral more, if there is one; none of the patients who are shut."""
    rows = Referral.objects.select_related("referrer").filter(**_plain(asked))
    rows = rows.exclude(patient__in=shut)
    if cursor := asked.get("cursor"):
        rows = rows.filter(place_of(cursor).after())
    return list(rows.order_by("-ordered_at", "-pk")[: asked["limit"] + 1])


def _plain(asked: Mapping[str, Any]) -> dict[str, Any]:
    filters = {
        f"{name}__in": asked[name] for name in ("turn", "step", "specialty") if asked.get(name)
    }
    if asked.get("patient"):
        filters["patient_id"] = asked["patient"]
    if asked.get("closed") is not None:
        filters["closed_at__isnull"] = not asked["closed"]
    return filters


def one(referral_id: UUID) -> Referral | None:
    """A referral with its patient, its facts, remarks, invitations and work."""
    facts = Fact.objects.select_related("member").order_by("told_at", "pk")
    found: Referral | None = (
        Referral.objects.filter(pk=referral_id)
        .select_related("patient", "referrer")
        .prefetch_related(
            Prefetch("facts", facts, to_attr="told"),
            Prefetch("remarks", Remark.objects.order_by("at", "pk"), to_attr="asked_back"),
            Prefetch("invitations", Invitation.objects.order_by("made_at"), to_attr="invited"),
            Prefetch("follow_ups", FollowUp.objects.order_by("asked_at"), to_attr="work_asked"),
            "patient__identifiers",
        )
        .first()
    )
    return found


def patient(patient_id: UUID) -> Patient:
    """A patient of the practice.

    Raises:
        Problem: there is none of that id.
    """
    found: Patient | None = Patient.objects.filter(pk=patient_id).first()
    if found is None:
        errors = [{"pointer": "/patient", "detail": "No patient has this id."}]
        raise Problem(422, UNUSABLE, kind="invalid", errors=errors)
    return found


def require_invitation(invitation_id: UUID, referral_id: UUID) -> None:
    """It is one of this referral.

    Raises:
        NoInvitation: it is none.
    """
    if not Invitation.objects.filter(pk=invitation_id, referral_id=referral_id).exists():
        raise NoInvitation
