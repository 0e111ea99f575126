"""Work that a referral asks of a person: begun once, ended by itself when nothing lacks."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop

from audit import log
from audit.actors import Actor
from referrals.models import FollowUp, Referral
from referrals.operations.cases import Cases
from referrals.operations.telling import locked
from referrals.works import WORKS, Work
from routing.models import Task
from routing.operations import Absence, End, close_absences, open_absences
from routing.rulebook import Rulebook
from tenants import bulk

TRUE_NOW = End(gettext_noop("what it was for has come to be true"))
REPLACED = End(gettext_noop("a later step took its place"), came=False)
NEEDLESS = End(gettext_noop("nobody needs it any more"), came=False)


@transaction.atomic
def ask(*, referral_id: UUID, work: Work, key: str, actor: Actor, now: datetime) -> FollowUp | None:
    """Ask a person for this work, once by its key; None where it was asked before, or where the
    same work is open.

    Raises:
        NoReferral: there is no such referral.
        NoRules: the practice has published no rules that say whose work it is.
    """
    referral = locked(referral_id)
    known = FollowUp.objects.filter(referral=referral)
    if known.filter(key=key).exists() or open_work(referral_id, {work}):
        return None
    return _begin(referral, work, key, None, actor=actor, now=now)


def ask_among(
    among: Cases, referral: Referral, work: Work, key: str, *, actor: Actor, now: datetime
) -> bool:
    """The same for one of a batch that the caller holds; whether it was asked now."""
    was_open = work in among.works[referral.pk]
    if key in among.asked[referral.pk] or (was_open and open_work(referral.pk, {work})):
        return False
    _begin(referral, work, key, among.book(), actor=actor, now=now)
    among.works[referral.pk].add(work)
    return True


def end_among(
    among: Cases, referral: Referral, works: Collection[Work], end: End, *, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """End what is open of these works of one of a batch."""
    if over := among.works[referral.pk] & set(works):
        end_work(referral_id=referral.pk, works=over, end=end, actor=actor, now=now)
        among.works[referral.pk] -= over


def _begin(
    referral: Referral, work: Work, key: str, book: Rulebook | None, *, actor: Actor, now: datetime
) -> FollowUp:
    asked = FollowUp(referral=referral, work=work, key=key, asked_at=now)
    bulk.insert(FollowUp, [asked])
    open_absences([_absence(referral, asked)], book=book, actor=actor, now=now)
    log.record("referral.asked", entity=referral, patient_id=referral.patient_id, actor=actor,
               now=now, detail={"follow_up": str(asked.pk), "work": work})  # fmt: skip
    return asked


@transaction.atomic
def end_work(
    *, referral_id: UUID, works: Collection[Work], end: End = TRUE_NOW, actor: Actor, now: datetime
) -> int:
    """End what is open of these works; returns how many pieces."""
    ends = dict.fromkeys(open_work(referral_id, works), end) if works else {}
    return close_absences(ends, actor=actor, now=now) if ends else 0


def open_work(referral_id: UUID, works: Collection[Work] = frozenset(Work)) -> dict[UUID, Work]:
    """What the referral still waits for of a person: the work by its follow-up."""
    waits = Task.objects.open().filter(about_id=OuterRef("pk"))
    asked = FollowUp.objects.filter(Exists(waits), referral_id=referral_id, work__in=list(works))
    return {pk: Work(work) for pk, work in asked.values_list("pk", "work")}


def _absence(referral: Referral, asked: FollowUp) -> Absence:
    said = WORKS[Work(asked.work)]
    about = referral.specialist_name or referral.reason or referral.specialty
    location = referral.location
    return Absence(
        category=said.category, about_id=asked.pk, reason=said.reason, since=asked.asked_at,
        title=f"{said.title}: {about}" if about else said.title, patient_id=referral.patient_id,
        location_code=next(iter(location.codes), "") if location else "",
    )  # fmt: skip
