"""CMS50, MIPS 374: Closing the Referral Loop, Receipt of Specialist Report.

Of the patients seen in the period whose first referral was written by 31 October: whose referrer
received the consultant's report on that referral before the period ended? The unit is the patient.
Nothing is excluded: a patient who declined the visit counts as not closed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, tzinfo

from metrics.measures.codes import ValueSets, codings
from metrics.measures.dates import Days, Interval, Moment, interval, is_after, moment
from metrics.measures.editions import CONSULTANT_REPORT, REFERRAL, Care, Edition, Receipt
from metrics.measures.nodes import Node
from metrics.measures.record import Entry, PatientRecord

REFERRAL_STATUSES = ("active", "completed")


@dataclass(frozen=True, slots=True)
class Outcome:
    """In which populations a patient is, and the resources that put them there."""

    patient: str
    initial_population: bool
    numerator: bool
    evidence: tuple[str, ...]

    @property
    def denominator(self) -> bool:
        return self.initial_population


@dataclass(frozen=True, slots=True)
class Cms50:
    """The measure for one period. `zone` says whose midnight ends a day."""

    edition: Edition
    value_sets: ValueSets
    period: Days
    zone: tzinfo = UTC

    @property
    def window(self) -> Days:
        """The days of which a referral may be the first."""
        first = self.period.first
        return Days(first, date(first.year, *self.edition.last_day_of_referrals))

    def evaluate(self, patient: PatientRecord) -> Outcome:
        seen, first = list(self._care(patient)), self.first_referral(patient)
        reports = list(self._reports(patient, first))
        within = bool(seen and first)
        return Outcome(
            patient.id, within, within and bool(reports),
            tuple(dict.fromkeys(one.reference for one in (*seen, *first, *reports))),
        )  # fmt: skip

    def first_referral(self, patient: PatientRecord) -> list[Entry]:
        """The earliest referral in time; several, where they were written in the same moment."""
        window = self.window
        written = [
            (authored, one)
            for one in patient.of("ServiceRequest")
            if self._is_referral(one.resource)
            and (authored := self._moment(one.resource, "authoredOn")) is not None
            and window.hold(authored)
        ]
        earliest = min((authored for authored, _ in written), default=None)
        return [one for authored, one in written if authored == earliest]

    def _care(self, patient: PatientRecord) -> Iterator[Entry]:
        for care in self.edition.care:
            for one in patient.of(care.type):
                if (
                    one.resource.get("status") == care.status
                    and self._counts(one.resource.get(care.coded_in), care)
                    and self.period.hold_all(self._when(one.resource))
                ):
                    yield one

    def _counts(self, concepts: object, care: Care) -> bool:
        return bool(codings(concepts) & care.codes) or self.value_sets.hold(
            concepts, *care.value_sets
        )

    def _reports(self, patient: PatientRecord, first: list[Entry]) -> Iterator[Entry]:
        """Consultants' reports on the first referral, received after it and in the period."""
        for one in patient.of("Task"):
            if any(
                self._is_receipt(one.resource, how)
                and any(self._answers(one, referral, how) for referral in first)
                for how in self.edition.receipts
            ):
                yield one

    def _is_receipt(self, task: Node, how: Receipt) -> bool:
        held = interval(task.get("executionPeriod"), self.zone)
        return (
            task.get("status") in how.statuses
            and (how.code is None or how.code in codings(task.get("code")))
            and self.value_sets.hold(task.get(how.coded_in), CONSULTANT_REPORT)
            and self.period.hold(held.end)
            and (not how.is_whole_inside or self.period.hold(held.start))
        )

    def _answers(self, report: Entry, referral: Entry, how: Receipt) -> bool:
        received = interval(report.resource.get("executionPeriod"), self.zone).end
        return any(report.points_at(one) & referral.names for one in how.points_in) and is_after(
            received, self._moment(referral.resource, "authoredOn")
        )

    def _is_referral(self, request: Node) -> bool:
        return (
            request.get("status") in REFERRAL_STATUSES
            and request.get("intent") == "order"
            and request.get("doNotPerform") is not True
            and self.value_sets.hold(request.get("code"), REFERRAL)
        )

    def _when(self, resource: Node) -> Interval:
        """When care took place: a visit's period, or what a procedure has of `performed[x]`."""
        at = self._moment(resource, "performedDateTime")
        if at is not None:
            return Interval(at, at)
        return interval(resource.get("period") or resource.get("performedPeriod"), self.zone)

    def _moment(self, resource: Node, element: str) -> Moment | None:
        return moment(resource.get(element), self.zone)
