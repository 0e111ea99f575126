"""ADT: who the patients are, which of them are one and the same, and when visits begin and end."""

from charts.values import Identifier
from charts.visit_types import visit_type_of
from integrations.events import Event, PatientChanged, PatientsMerged, VisitChanged, VisitStatus
from integrations.hl7.faults import ErrorCode, Fault, Weight, missing
from integrations.hl7.groups import NO_PATIENT
from integrations.hl7.message import Message
from integrations.hl7.patients import (
    attending_of,
    identifiers,
    merged_identifiers,
    patient_of,
    visit_number,
)
from integrations.hl7.segment import Segment
from integrations.hl7.times import parse_ts
from integrations.hl7.types import place

MERGES = frozenset({"A18", "A30", "A34", "A36", "A39", "A40", "A46", "A47"})
"""Events after which the ids of MRG-1 mean the patient of PID-3."""
MERGE_LIKE = (
    MERGES | {"A24", "A35", "A37", "A41", "A42", "A43", "A44", "A45", "A48", "A49"} | {"A50", "A51"}
)
"""Links, and moves of accounts, visits and single ids: a merge in name, but nobody is merged."""
MOST_PATIENTS = 200

_BEGUN = dict.fromkeys(("A01", "A04", "A02", "A06", "A07", "A10", "A13"), VisitStatus.IN_PROGRESS)
_PLANNED = dict.fromkeys(("A05", "A14", "A15", "A16"), VisitStatus.PLANNED)
_ENDED = {"A03": VisitStatus.FINISHED}
_CANCELLED = dict.fromkeys(("A11", "A27", "A38"), VisitStatus.CANCELLED)
_VISITS = _BEGUN | _PLANNED | _ENDED | _CANCELLED
_PERSON_EVENTS = frozenset({"A28", "A29", "A30", "A31", "A39", "A40", "A47"})
"""These speak of the person; a PV1 in them is filling."""

_NOBODY_GONE = missing("MRG-1", "The merge does not say whose record goes.", Weight.ERROR)
_TOO_MANY = Fault(
    ErrorCode.TOO_LONG, "PID", "There are more patients than are read in one message.", Weight.ERROR
)


def read_adt(message: Message, zone: str, faults: list[Fault]) -> list[Event]:
    """Every PID is an update; the PV1 behind the first is its visit."""
    pids = list(message.all("PID"))
    if not pids:
        faults.append(NO_PATIENT)
        return []
    if len(pids) > MOST_PATIENTS:
        faults.append(_TOO_MANY)
    around = message.segments if len(pids) == 1 else ()
    patients = [patient_of(pid, message, around) for pid in pids[:MOST_PATIENTS]]
    events: list[Event] = [PatientChanged(patient=patient) for patient in patients]
    if len(pids) == 1:
        events += _visit(message, zone)
    return events


def _visit(message: Message, zone: str) -> list[Event]:
    """What the event, or in a mere update the dates of PV1, say of the visit."""
    pv1, pid = message.first("PV1"), message.first("PID")
    number = visit_number(pv1) or (pid.field(18) if pv1 else "")
    status = _visit_status(message.header.event, pv1)
    if not number or status is None:
        return []
    return [
        VisitChanged(
            patient=patient_of(pid, message),
            number=number,
            status=status,
            location=place(pv1.raw(3), pv1.grammar),
            attending=attending_of(pv1),
            started_at=parse_ts(pv1.field(44), zone),
            ended_at=parse_ts(pv1.field(45), zone),
            visit_type=visit_type_of(
                kind=pv1.field(2), words=[pv1.field(number) for number in (4, 10, 18)]
            ),
        )
    ]


def _visit_status(event: str, pv1: Segment) -> VisitStatus | None:
    if event in _VISITS:
        return _VISITS[event]
    if event in _PERSON_EVENTS:
        return None
    if pv1.field(45):
        return VisitStatus.FINISHED
    return VisitStatus.IN_PROGRESS if pv1.field(44) else None


def read_merge(message: Message, zone: str, faults: list[Fault]) -> list[Event]:
    """Each MRG with the PID before it. Links and moves of visits only update the patients named."""
    if message.header.event not in MERGES:
        return [event for event in read_adt(message, zone, faults) if _is_update(event)]
    events: list[Event] = []
    for pid, mrg in _pairs(message, faults):
        survivor = patient_of(pid, message)
        gone = _gone(mrg, pid, message)
        if gone:
            events.append(PatientsMerged(survivor=survivor, gone=gone))
        else:
            faults.append(_NOBODY_GONE)
            events.append(PatientChanged(patient=survivor))
    if not events:
        faults.append(NO_PATIENT)
    return events


def _is_update(event: Event) -> bool:
    return isinstance(event, PatientChanged)


def _pairs(message: Message, faults: list[Fault]) -> list[tuple[Segment, Segment]]:
    """PID and MRG, in turns; a PID without an MRG pairs with nothing."""
    pairs: list[tuple[Segment, Segment]] = []
    for segment in message.segments:
        if segment.name == "PID":
            pairs.append((segment, message.absent))
        elif segment.name == "MRG" and pairs and not pairs[-1][1]:
            pairs[-1] = (pairs[-1][0], segment)
        elif segment.name == "MRG" and pairs:
            pairs.append((pairs[-1][0], segment))
        if len(pairs) > MOST_PATIENTS:
            faults.append(_TOO_MANY)
            return pairs[:MOST_PATIENTS]
    return pairs


def _gone(mrg: Segment, pid: Segment, message: Message) -> tuple[Identifier, ...]:
    """The ids that go, less those that stay: some systems list them all in both places."""
    staying = {(one.value, one.assigner) for one in identifiers(pid, message)}
    return tuple(
        one for one in merged_identifiers(mrg, message) if (one.value, one.assigner) not in staying
    )
