"""CMS50 over the practice's own referrals: what is loaded, what counts, and why it is not the
closure rate. Writes nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from charts.models import Encounter
from charts.values import VisitType
from metrics.loops import reading
from metrics.loops.cases import Case
from metrics.measures.cms50 import Cms50, Outcome
from metrics.measures.codes import Coding, ValueSets, usual_coding
from metrics.measures.dates import Days
from metrics.measures.editions import edition_of
from metrics.measures.nodes import Node
from metrics.measures.record import Entry, PatientRecord
from metrics.measures.references import names_of
from metrics.models import LoadedValueSet
from metrics.resources import (
    OWN,
    OwnCodes,
    OwnReferral,
    OwnVisit,
    coding,
    encounter,
    report_task,
    service_request,
)
from referrals.models import Referral

COLUMNS = (
    "id", "patient_id", "ordered_at", "loop_key", "closed_because", "item__status",
    "item__code_system", "item__code", "report_id", "report__code_system", "report__code",
)  # fmt: skip
VISIT = ("id", "patient_id", "visit_type", "started_at", "ended_at", "patient__birth_date")
SEEN = (VisitType.OFFICE.value, VisitType.WELLNESS.value)


class Why(StrEnum):
    """Why a referral of the year counts for CMS50, or does not; each for one reason."""

    TOO_LATE_IN_YEAR = "too-late-in-year"
    """Written after 31 October."""
    NOT_FIRST = "not-first"
    """Not the patient's first of the year, or never signed."""
    NOT_SEEN = "not-seen"
    """The patient had no visit of a kind that counts."""
    REPORTED = "reported"
    ENDED = "ended"
    """Counts as not closed: a person closed it for another reason."""
    AFTERWARDS = "afterwards"
    """Counts as not closed: its report came when the year was over."""
    OPEN = "open"
    """Counts as not closed: no report has come."""


IN_DENOMINATOR = (Why.REPORTED, Why.ENDED, Why.AFTERWARDS, Why.OPEN)


@dataclass(frozen=True, slots=True)
class Measured:
    """The measure over the practice's own rows."""

    measure: Cms50
    outcomes: list[Outcome]
    why: Counter[Why]
    closed: int
    """How many referrals of the year somebody need not follow any more, whatever the end."""

    @property
    def denominator(self) -> int:
        return sum(one.denominator for one in self.outcomes)

    @property
    def numerator(self) -> int:
        return sum(one.numerator for one in self.outcomes)


def loaded() -> OwnCodes:
    """What the practice has loaded, and the codes that it chose."""
    held = list(LoadedValueSet.objects.order_by("url"))
    chosen = {one.url: usual_coding(*one.usual) for one in held if one.usual}
    sets = ValueSets.of((one.url, usual_coding(*each)) for one in held for each in one.codes)
    return OwnCodes.of(sets, {one: chosen.get(ValueSets.key(one), ("", "")) for one in OWN})


def measured(codes: OwnCodes, period: Days, zone: ZoneInfo, cases: Iterable[Case]) -> Measured:
    """CMS50 for the period, and beside it what became of every referral that was ordered in it;
    `cases` hold all of these."""
    since, until = ends(period, zone)
    by_id = {one.id: one for one in cases if since <= one.ordered_at < until}
    measure = Cms50(edition_of(period.first.year), codes.value_sets, period, zone)
    outcomes = [measure.evaluate(one) for one in records(codes, period, zone, by_id)]
    meant = [one for one in by_id.values() if not one.is_taken_back]
    return Measured(
        measure, outcomes, Counter(_reasons(meant, outcomes, measure.window, zone)),
        sum(bool(one.closed_because) for one in meant),
    )  # fmt: skip


def cases_of(period: Days, zone: ZoneInfo, *, now: datetime) -> list[Case]:
    """Referrals that were ordered in the period, and some more."""
    return reading.cases(ends(period, zone)[0], now)


def records(
    codes: OwnCodes, period: Days, zone: ZoneInfo, cases: Mapping[UUID, Case]
) -> list[PatientRecord]:
    """What the measure asks of every patient who was referred in the period."""
    held: defaultdict[UUID, list[Entry]] = defaultdict(list)
    since, until = ends(period, zone)
    for one in own_referrals(cases, ordered_at__gte=since, ordered_at__lt=until):
        found = (service_request(one, codes), report_task(one, codes))
        held[one.patient_id] += [_entry(each) for each in found if each]
    for visit in _visits(since, until):
        seen = encounter(visit, codes, zone)
        if seen and visit.patient_id in held:
            held[visit.patient_id].append(_entry(seen))
    return [PatientRecord(str(pk), tuple(held[pk])) for pk in sorted(held)]


def own_referrals(cases: Mapping[UUID, Case], **which: Any) -> Iterator[OwnReferral]:
    """Those of these referrals that are asked for, as resources are made of them."""
    for row in Referral.objects.filter(**which).order_by("pk").values_list(*COLUMNS):
        if row[0] in cases:
            yield _own(row, cases[row[0]])


def _own(row: tuple[Any, ...], case: Case) -> OwnReferral:
    id_, patient, ordered, key, closed, status, system, code, report, its_system, its_code = row
    return OwnReferral(
        id=id_, patient_id=patient, ordered_at=ordered, number=key.partition("/")[2],
        closed_because=closed, item_status=status or "", code=_coding(system, code),
        report_id=report, report_code=_coding(its_system, its_code),
        reported_at=case.reported_at,
    )  # fmt: skip


def _coding(system: str | None, code: str | None) -> Coding:
    return coding(system or "", code or "")


def _visits(since: datetime, until: datetime) -> Iterator[OwnVisit]:
    referred = Referral.objects.filter(ordered_at__gte=since, ordered_at__lt=until)
    rows = Encounter.objects.filter(
        status="finished", visit_type__in=SEEN, started_at__gte=since, started_at__lt=until,
        patient__in=referred.values("patient"),
    )  # fmt: skip
    for id_, patient, type_, started, ended, born in rows.values_list(*VISIT):
        yield OwnVisit(id=id_, patient_id=patient, type=type_, started_at=started, ended_at=ended,
                       birth_date=born)  # fmt: skip


def _entry(resource: Node) -> Entry:
    type_, id_ = resource["resourceType"], resource["id"]
    return Entry(type_, id_, resource, names_of(type_, id_, "", ()))


def ends(period: Days, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Its first midnight, and the one after it."""
    first, after = period.first, period.last + timedelta(days=1)
    return _midnight(first, zone), _midnight(after, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _reasons(
    cases: Iterable[Case], outcomes: Iterable[Outcome], window: Days, zone: ZoneInfo
) -> Iterator[Why]:
    """Of each referral."""
    firsts = {one: outcome for outcome in outcomes for one in _first(outcome)}
    for case in cases:
        outcome = firsts.get(f"ServiceRequest/{case.id}")
        if case.ordered_at.astimezone(zone).date() > window.last:
            yield Why.TOO_LATE_IN_YEAR
        elif outcome is None:
            yield Why.NOT_FIRST
        else:
            yield _counted(case, outcome)


def _counted(case: Case, outcome: Outcome) -> Why:
    if not outcome.denominator:
        return Why.NOT_SEEN
    if outcome.numerator:
        return Why.REPORTED
    if case.reported_at:
        return Why.AFTERWARDS
    return Why.ENDED if case.closed_because else Why.OPEN


def _first(outcome: Outcome) -> list[str]:
    """The patient's one first referral that the reasons are counted by."""
    found = [one for one in outcome.evidence if one.startswith("ServiceRequest/")]
    return found[:1]
