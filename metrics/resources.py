"""Our own referrals, reports and visits as FHIR R4 resources, as far as measures ask. Pure.

A resource bears the code that its source gave, where that is one of the value set; else the code
with which the practice says what it is. Nothing is said more precisely than it is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from uuid import UUID, uuid5

from charts.values import ItemStatus, VisitType
from metrics.measures import editions
from metrics.measures.codes import Coding, ValueSets
from metrics.measures.nodes import Node
from referrals.states import Closure

SYSTEMS = {"loinc": "http://loinc.org", "snomed": "http://snomed.info/sct",
           "cpt": "http://www.ama-assn.org/go/cpt"}  # fmt: skip
"""Of the short names that chart items hold."""

OFFICE, _, _, _, CHILD, ADULT = editions.VISITS
GROWN_UP = 18
OWN = (editions.REFERRAL, editions.CONSULTANT_REPORT, OFFICE, CHILD, ADULT)
"""The value sets of which our own resources bear a code."""

STATUS: Mapping[str, str] = {
    Closure.REPORTED: "completed", Closure.WITHDRAWN: "revoked",
    Closure.DUPLICATE: "entered-in-error",
}  # fmt: skip
"""Whatever else closes a referral takes no order back: it is active, and counts as not closed."""
HELD: Mapping[str, str] = {ItemStatus.DRAFT: "draft", ItemStatus.ON_HOLD: "on-hold"}


@dataclass(frozen=True, slots=True)
class OwnCodes:
    """The codes of the value sets, and which of each our own resources bear."""

    value_sets: ValueSets
    usual: Mapping[str, Coding]

    @classmethod
    def of(cls, value_sets: ValueSets, chosen: Mapping[str, Coding]) -> "OwnCodes":
        """The chosen ones; where nobody chose, the first of the set."""
        held = {one: value_sets.codes_of(one) for one in OWN}
        usual = {
            one: chosen[one] if chosen.get(one) in codes else min(codes)
            for one, codes in held.items() if codes
        }  # fmt: skip
        return cls(value_sets, usual)

    def concept(self, value_set: str, given: Coding = ("", "")) -> Node | None:
        """The given code where it is in the set, else the usual one."""
        if value_set not in self.usual:
            return None
        is_known = given in self.value_sets.codes_of(value_set)
        system, code = given if is_known else self.usual[value_set]
        return {"coding": [{"system": system, "code": code}]}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReferral:
    id: UUID
    patient_id: UUID
    ordered_at: datetime
    number: str
    item_status: str = ""
    code: Coding = ("", "")
    closed_because: str = ""
    report_id: UUID | None = None
    report_code: Coding = ("", "")
    reported_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnVisit:
    id: UUID
    patient_id: UUID
    type: str
    started_at: datetime
    ended_at: datetime | None
    birth_date: date | None


def coding(system: str, code: str) -> Coding:
    """As chart items hold it, with the system's address."""
    return SYSTEMS.get(system, ""), code


def service_request(one: OwnReferral, codes: OwnCodes) -> Node:
    """The order of a referral."""
    status = STATUS.get(one.closed_because) or HELD.get(one.item_status, "active")
    return _known({
        "resourceType": "ServiceRequest", "id": str(one.id),
        "identifier": [{"value": one.number}],
        "status": status, "intent": "order",
        "code": codes.concept(editions.REFERRAL, one.code),
        "subject": _patient(one.patient_id), "authoredOn": _instant(one.ordered_at),
    })  # fmt: skip


def patient_of(one: OwnReferral, numbers: Mapping[UUID, Sequence[tuple[str, str]]]) -> Node:
    """Whose it is: by their numbers, each with whose number it is, and by nothing else."""
    held = [
        _known({"value": value, "assigner": {"display": assigner} if assigner else None})
        for value, assigner in numbers.get(one.patient_id, ())
    ]
    return _known(
        {"resourceType": "Patient", "id": str(one.patient_id), "identifier": held or None}
    )


def report_task(one: OwnReferral, codes: OwnCodes) -> Node | None:
    """That its report was received; None while none is here."""
    if one.reported_at is None:
        return None
    output = (
        [{"type": {"text": "report"},
          "valueReference": {"reference": f"DocumentReference/{one.report_id}"}}]
        if one.report_id else None
    )  # fmt: skip
    return _known({
        "resourceType": "Task", "id": str(uuid5(one.id, f"report {one.report_id}")),
        "basedOn": [{"reference": f"ServiceRequest/{one.id}"}],
        "status": "completed", "intent": "order",
        "code": codes.concept(editions.CONSULTANT_REPORT, one.report_code),
        "for": _patient(one.patient_id),
        "executionPeriod": {"end": _instant(one.reported_at)},
        "output": output,
    })  # fmt: skip


def encounter(one: OwnVisit, codes: OwnCodes, zone: tzinfo) -> Node | None:
    """A finished visit of a kind that the measure asks for; None of any other.

    Of telehealth, procedures and what is not known nobody can say that it was one of them.
    """
    value_set = _visit_set(one, zone)
    concept = codes.concept(value_set) if value_set else None
    if concept is None:
        return None
    day = one.started_at.astimezone(zone).date().isoformat()
    end = _instant(one.ended_at) if one.ended_at else day
    return {
        "resourceType": "Encounter", "id": str(one.id), "status": "finished",
        "type": [concept], "subject": _patient(one.patient_id),
        "period": {"start": _instant(one.started_at), "end": end},
    }  # fmt: skip


def _visit_set(one: OwnVisit, zone: tzinfo) -> str | None:
    if one.type == VisitType.OFFICE:
        return OFFICE
    if one.type != VisitType.WELLNESS:
        return None
    day = one.started_at.astimezone(zone).date()
    born = one.birth_date or day.replace(year=day.year - GROWN_UP, day=1)
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return ADULT if years >= GROWN_UP else CHILD


def _known(resource: Node) -> Node:
    """FHIR knows no null: what is not known is left out."""
    return {name: value for name, value in resource.items() if value is not None}


def _patient(patient_id: UUID) -> Node:
    return {"reference": f"Patient/{patient_id}"}


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
