"""CMS50, MIPS 374: Closing the Referral Loop, Receipt of Specialist Report.

Of the patients seen in the period whose first referral was written by 31 October: whose referrer
received the consultant's report on that referral before the period ended? The unit is the patient.
Nothing is excluded: a patient who declined the visit counts as not closed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, tzinfo

from metrics.measures.codes import Coding, ValueSets, codings
from metrics.measures.dates import Days, Interval, Moment, interval, is_after, moment
from metrics.measures.nodes import Node
from metrics.measures.record import Entry, PatientRecord

_VSAC = "http://cts.nlm.nih.gov/fhir/ValueSet/"

REFERRAL = f"{_VSAC}2.16.840.1.113883.3.464.1003.101.12.1046"
CONSULTANT_REPORT = f"{_VSAC}2.16.840.1.113883.3.464.1003.121.12.1006"

VISITS = {
    f"{_VSAC}2.16.840.1.113883.3.464.1003.101.12.1001": "Office Visit",
    f"{_VSAC}2.16.840.1.113883.3.526.3.1285": "Ophthalmological Services",
    f"{_VSAC}2.16.840.1.113883.3.464.1003.101.12.1022": "Preventive Care, Initial, 0 to 17",
    f"{_VSAC}2.16.840.1.113883.3.464.1003.101.12.1023": "Preventive Care, Initial, 18 and Up",
    f"{_VSAC}2.16.840.1.113883.3.464.1003.101.12.1024": "Preventive Care, Established, 0 to 17",
    f"{_VSAC}2.16.840.1.113883.3.464.1003.101.12.1025": "Preventive Care, Established, 18 and Up",
}
ASSESSMENTS = {
    f"{_VSAC}2.16.840.1.113883.3.526.3.1023": "Behavioral/Neuropsych Assessment",
    f"{_VSAC}2.16.840.1.113883.3.526.3.1492": "Psych Visit Diagnostic Evaluation",
}
NEEDED = {REFERRAL: "Referral", CONSULTANT_REPORT: "Consultant Report"}
"""Without these nothing can be measured."""

_CPT = "http://www.ama-assn.org/go/cpt"
TESTS = frozenset((_CPT, code) for code in ("90839", "96112", "96136", "96138", "96156"))
"""Codes that the measure's logic names one by one, in no value set."""

REFERRAL_STATUSES = ("active", "completed")
LAST_DAY_OF_REFERRALS = (10, 31)


@dataclass(frozen=True, slots=True)
class Care:
    """What shows that a patient was seen: a type of resource with a status and one of the codes."""

    type: str
    coded_in: str
    status: str
    value_sets: tuple[str, ...]
    codes: frozenset[Coding] = frozenset()


@dataclass(frozen=True, slots=True)
class Edition:
    """The measure as it holds from one year on."""

    first_year: int
    measure: str
    version: str
    care: tuple[Care, ...]


EDITIONS = (
    Edition(
        2025, "https://madie.cms.gov/Measure/CRLReceiptofSpecialistReportFHIR", "0.3.000",
        (Care("Encounter", "type", "finished", (*VISITS, *ASSESSMENTS), TESTS),),
    ),
    Edition(
        2026, "https://madie.cms.gov/Measure/CMS50FHIRCRLReceiptofSpecialistReport", "0.4.000",
        (
            Care("Encounter", "type", "finished", tuple(VISITS)),
            Care("Procedure", "code", "completed", tuple(ASSESSMENTS), TESTS),
        ),
    ),
)  # fmt: skip
"""From 2026 on assessments and tests are procedures; before they were visits."""


def edition_of(year: int) -> Edition:
    """The edition of a year; of years before the first one, the first."""
    return next((one for one in reversed(EDITIONS) if one.first_year <= year), EDITIONS[0])


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
        window = Days(self.period.first, date(self.period.first.year, *LAST_DAY_OF_REFERRALS))
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
            received = interval(one.resource.get("executionPeriod"), self.zone).end
            if (
                one.resource.get("status") == "completed"
                and self.value_sets.hold(one.resource.get("code"), CONSULTANT_REPORT)
                and self.period.hold(received)
                and any(self._answers(one, referral, received) for referral in first)
            ):
                yield one

    def _answers(self, report: Entry, referral: Entry, received: Moment | None) -> bool:
        return bool(report.points_at("basedOn") & referral.names) and is_after(
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
