"""The waiting room: who is seen, who does not come, and who was registered twice. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from integrations.simulator import fhir, hl7
from integrations.simulator.clinic import Desk, Door, Provider, Sending, Visit, spread
from integrations.simulator.patients import Patient

VISITS = 20
"""Of each clinician."""

MORNING, AFTERNOON = (8 * 60, 12 * 60), (13 * 60, 17 * 60)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everybody of one day: the visits, and patients who are only written about."""

    visits: tuple[Visit, ...]
    absent: tuple[Patient, ...]

    def of(self, provider: Provider) -> list[Visit]:
        return [visit for visit in self.visits if visit.provider == provider]


def book(desk: Desk) -> Waiting:
    """The visits of the day; nobody comes twice."""
    rng = desk.dice("visits")
    people = rng.sample(desk.clinic.patients, len(desk.clinic.patients))
    visits = []
    for provider in desk.clinic.providers:
        half = VISITS // 2
        begins = [*spread(rng, half, *MORNING), *spread(rng, VISITS - half, *AFTERNOON)]
        for begin in begins:
            ends = begin + rng.uniform(12, 22)
            visits.append(Visit(desk.number("V"), people.pop(), provider, begin, ends))
    return Waiting(tuple(visits), tuple(people))


def front_desk(desk: Desk, waiting: Waiting) -> Iterator[Sending]:
    """A04 at check-in and A03 at the end; what a patient at risk takes is told at the desk."""
    for visit in waiting.visits:
        patient = visit.patient
        yield _adt(desk, "ADT^A04", visit.begins, [
            hl7.pid(patient, desk.clinic), hl7.pv1(visit, desk), *hl7.dg1(patient),
        ])  # fmt: skip
        yield _adt(desk, "ADT^A03", visit.ends, [
            hl7.pid(patient, desk.clinic), hl7.pv1(visit, desk, ended=True),
        ])  # fmt: skip
        for drug in patient.medications:
            minute = visit.begins + 3
            statement = fhir.medication_statement(desk, minute, patient, drug)
            yield fhir.sending(desk, minute, statement)


def no_shows(desk: Desk, waiting: Waiting) -> Iterator[Sending]:
    """One of each clinician's patients does not come."""
    rng = desk.dice("no-shows")
    for provider, patient in zip(desk.clinic.providers, waiting.absent[::-1], strict=False):
        booked = rng.uniform(MORNING[0], AFTERNOON[1] - 60)
        number = desk.number("A")
        segments = [
            hl7.segment("SCH", {1: number, 2: number, 6: "NOSHOW^No show^HL70276",
                                7: "FOLLOWUP^Follow-up visit^HL70276", 9: "20", 10: "min",
                                11: f"^^20^{desk.stamp(booked)}", 25: "Noshow"}),
            hl7.pid(patient, desk.clinic),
            hl7.segment("RGS", {1: "1", 2: "A"}),
            hl7.segment("AIP", {1: "1", 3: hl7.xcn(provider), 6: desk.stamp(booked), 9: "20"}),
            hl7.segment("AIL", {1: "1", 3: hl7.place(provider, desk.clinic)}),
        ]  # fmt: skip
        yield hl7.message(desk, Door.EHR_MLLP, "SIU^S26", booked + 25, segments)


def registered_twice(desk: Desk, waiting: Waiting) -> Iterator[Sending]:
    """Somebody is registered anew by mistake; an hour later the two records become one."""
    patient = waiting.absent[0]
    again = replace(patient, mrn=desk.number("T"), problems=())
    yield _adt(desk, "ADT^A04", MORNING[0] + 50, [
        hl7.pid(again, desk.clinic), hl7.segment("PV1", {1: "1", 2: "O"}),
    ])  # fmt: skip
    yield _adt(desk, "ADT^A40", MORNING[0] + 115, [
        hl7.pid(patient, desk.clinic),
        hl7.segment("MRG", {1: f"{again.mrn}^^^{desk.clinic.assigner}^MR"}),
    ])  # fmt: skip


def _adt(desk: Desk, kind: str, minute: float, segments: list[str]) -> Sending:
    event = hl7.segment("EVN", {1: kind[-3:], 2: desk.stamp(minute)})
    return hl7.message(desk, Door.EHR_MLLP, kind, minute, [event, *segments])
