"""What a batch of referrals is looked at with, read at once in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from outbox.operations import unsent_about, whom
from outbox.reaching import Known
from referrals.cadence import Row
from referrals.cadences import built_in, read
from referrals.models import Cadence, CadenceStep, Fact, FollowUp, Referral
from referrals.works import Work
from routing import rulebook
from routing.models import Task
from routing.rulebook import Rulebook

Scope = tuple[str, str]
"""Specialty and urgency, each empty for all."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The cadence of one referral."""

    rows: Sequence[Row]
    cadence: Cadence | None
    """None: the one that the product brings."""

    @property
    def pauses_booking(self) -> bool:
        return self.cadence is not None and self.cadence.pauses_booking


@dataclass(slots=True)
class Cases:
    """Referrals that the caller holds, with all that their cadences ask about."""

    referrals: Mapping[UUID, Referral]
    facts: Mapping[UUID, Sequence[Fact]]
    works: Mapping[UUID, set[Work]]
    """What each waits for of a person."""
    asked: Mapping[UUID, set[str]]
    """On which occasions work was asked for."""
    steps: Mapping[UUID, Sequence[CadenceStep]]
    """The oldest first."""
    unsent: Collection[UUID]
    """About which a message to the patient waits to be sent."""
    cadences: Mapping[Scope, Cadence]
    now: datetime
    _chosen: dict[Scope, Chosen] = field(default_factory=dict)
    _book: Rulebook | None = None
    _patients: Mapping[UUID, Known] = field(default_factory=dict)

    def chosen(self, referral: Referral) -> Chosen:
        """Its cadence."""
        of = (referral.specialty, referral.urgency)
        if of not in self._chosen:
            self._chosen[of] = closest(self.cadences, referral)
        return self._chosen[of]

    def patient(self, referral: Referral) -> Known:
        """Whose it is, as they are written to."""
        if not self._patients:
            self._patients = whom({one.patient_id for one in self.referrals.values()})
        return self._patients[referral.patient_id]

    def book(self) -> Rulebook:
        """The rules that say whose work it is.

        Raises:
            NoRules: the practice has published none.
        """
        if self._book is None:
            self._book = rulebook.load(now=self.now)
        return self._book


def hold(ids: Collection[UUID], *, now: datetime) -> Cases:
    """Lock these referrals, in the order of their ids, and read what belongs to them."""
    held = {referral.pk: referral for referral in Referral.objects.lock(ids)}
    facts, steps = defaultdict(list), defaultdict(list)
    works, keys = defaultdict(set), defaultdict(set)
    for fact in Fact.objects.filter(referral__in=held):
        facts[fact.referral_id].append(fact)
    for step in CadenceStep.objects.filter(referral__in=held).order_by("fired_at", "pk"):
        steps[step.referral_id].append(step)
    waits = Task.objects.open().filter(about_id=OuterRef("pk"))
    asked = FollowUp.objects.filter(referral__in=held).annotate(is_open=Exists(waits))
    for pk, work, key, is_open in asked.values_list("referral", "work", "key", "is_open"):
        keys[pk].add(key)
        if is_open:
            works[pk].add(Work(work))
    return Cases(held, facts, works, keys, steps, unsent_about(held), published(), now)


def published() -> dict[Scope, Cadence]:
    """The newest version of each cadence of the practice."""
    rows = Cadence.objects.order_by("specialty", "urgency", "-version")
    newest = rows.distinct("specialty", "urgency")
    return {(cadence.specialty, cadence.urgency): cadence for cadence in newest}


def closest(cadences: Mapping[Scope, Cadence], referral: Referral) -> Chosen:
    """That of its specialty and urgency, of its specialty, of its urgency, of all; else the one
    that the product brings."""
    specialty, urgency = referral.specialty, referral.urgency
    for of in ((specialty, urgency), (specialty, ""), ("", urgency), ("", "")):
        if cadence := cadences.get(of):
            return Chosen(read(cadence.rows), cadence)
    return Chosen(built_in(urgency), None)


def cadence_for(referral: Referral) -> Chosen:
    """The cadence of one referral."""
    return closest(published(), referral)
