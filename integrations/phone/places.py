"""Which practice an answer is for, where several know the phone that it came from. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from integrations.phone.case import OPEN_FOR, Arrived, caller_of, open_pages
from outbox.models import Direction, Intent, PatientMessage, Reply, Urgency
from outbox.patient_replies import Meaning, mean
from outbox.replies import Asked
from tenants import scope

EVERYWHERE = (Asked.STOP, Asked.START)
"""They hold for the number, whoever sends to it."""

ANSWERS = (Asked.TAKE, Asked.DECLINE)

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Places:
    """Where an answer is worked; with `codes` only asked which of these pages it means."""

    practices: Sequence[UUID]
    codes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What one practice knows of a phone and of an answer from it."""

    practice_id: UUID
    works_here: bool
    """Or was written to as a patient."""
    worked: bool
    """The provider brought the answer before."""
    codes: Sequence[str]
    """Of the pages that wait for an answer from this phone."""
    newest: datetime
    bears: bool
    """It wrote the reference that is answered, to this phone."""
    shown: bool
    """It wrote that reference to somebody; a colleague may take it."""


def places_of(arrived: Arrived, practices: Sequence[UUID], *, now: datetime) -> Places:
    """Of the practices that know a phone, those where an answer is to be worked.

    A reference belongs to one of them, and an OK without one to whichever alone waits for it;
    whatever names no page goes to the practice that paged last, and where they still work.
    """
    holds = arrived.heard.asked in EVERYWHERE or mean(arrived.body) is Meaning.STOP
    if holds or len(practices) < 2:
        return Places(practices)
    known = [_known(one, arrived, now=now) for one in practices]
    if any(one.worked for one in known):
        return Places(())
    here = [one for one in known if one.works_here] or known
    meant = _meant(arrived, here)
    home = max(meant or here, key=lambda one: one.newest)
    said = arrived.heard.reference
    codes = {code for one in meant for code in ([said] if said else one.codes)}
    return Places([home.practice_id], sorted(codes) if len(meant) > 1 else ())


def _meant(arrived: Arrived, here: Sequence[Known]) -> list[Known]:
    if arrived.heard.asked not in ANSWERS:
        return []
    if arrived.heard.reference:
        return [one for one in here if one.bears] or [one for one in here if one.shown]
    return [one for one in here if one.codes]


def _known(practice_id: UUID, arrived: Arrived, *, now: datetime) -> Known:
    with scope.scoped(practice_id), transaction.atomic():
        caller = caller_of(arrived)
        pages = Intent.objects.filter(urgency=Urgency.PAGE)
        own = pages.filter(contact__in=list(caller.active))
        newest = own.order_by("-created_at").values_list("created_at", flat=True).first()
        said = arrived.heard.reference
        bearing = {"reference": said, "created_at__gt": now - OPEN_FOR}
        written = PatientMessage.objects.filter(
            contact__address=arrived.number, direction=Direction.OUT
        ).aggregate(last=Max("at"))["last"]
        return Known(
            practice_id,
            works_here=bool(caller.active) or written is not None,
            worked=Reply.objects.filter(provider_id=arrived.provider_id).exists(),
            codes=[one.reference for one in open_pages(caller, now)],
            newest=max(newest or NEVER, written or NEVER),
            bears=bool(said) and own.filter(**bearing).exists(),
            shown=bool(said) and pages.filter(**bearing).exists(),
        )
