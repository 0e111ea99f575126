"""What clinicians leave behind: notes and orders, signed at once, later or not at all. Pure."""

from collections.abc import Iterator

from integrations.simulator import fhir, hl7
from integrations.simulator.catalogue import UNSIGNED_ORDERS
from integrations.simulator.clinic import Desk, Door, Sending, Visit
from integrations.simulator.visits import Waiting

UNSIGNED_NOTES, SIGNED_LATER = 3, 2
"""Of each clinician's notes, and how many of those are signed before night."""

DRAFTS = 2
"""Unsigned orders of each clinician; the first is signed before night."""

NOT_SIGNED = ("DO", "IN", "DI")
NOTE = "11506-3^Progress note^LN"


def notes(desk: Desk, waiting: Waiting) -> Iterator[Sending]:
    """A note a visit by T02; what was not signed then may come signed by T04."""
    rng = desk.dice("notes")
    for provider in desk.clinic.providers:
        visits = waiting.of(provider)
        unsigned = rng.sample(visits, UNSIGNED_NOTES)
        for visit in visits:
            number, minute = desk.number("N"), visit.ends + rng.uniform(5, 20)
            if visit not in unsigned:
                yield _note(desk, "MDM^T02", minute, visit, number, "AU")
                continue
            yield _note(desk, "MDM^T02", minute, visit, number, rng.choice(NOT_SIGNED))
            if unsigned.index(visit) < SIGNED_LATER:
                later = minute + rng.uniform(45, 240)
                yield _note(desk, "MDM^T04", later, visit, number, "AU")


def drafts(desk: Desk, waiting: Waiting) -> Iterator[Sending]:
    """Orders that wait for a signature."""
    rng = desk.dice("drafts")
    for provider in desk.clinic.providers:
        chosen = rng.sample(waiting.of(provider), DRAFTS)
        for index, visit in enumerate(chosen):
            written = visit.begins + rng.uniform(8, 15)
            code, id_ = fhir.concept(rng.choice(UNSIGNED_ORDERS)), desk.number("D")
            statuses = ("draft", "active") if index == 0 else ("draft",)
            minutes = (written, written + rng.uniform(60, 200))
            for status, minute in zip(statuses, minutes, strict=False):
                order = fhir.service_request(
                    desk, minute, visit.patient, provider,
                    id=id_, status=status, code=code, written=written,
                )  # fmt: skip
                yield fhir.sending(desk, minute, order)


def _note(desk: Desk, kind: str, minute: float, visit: Visit, number: str, status: str) -> Sending:
    author = hl7.xcn(visit.provider)
    txa = {1: "1", 2: "PR", 3: "TX", 4: desk.stamp(visit.begins), 6: desk.stamp(minute), 9: author,
           10: author, 12: number, 17: status, 19: "AV"}  # fmt: skip
    if status == "AU":
        txa[22] = f"{author}^^^^^^{desk.stamp(minute)}"
    segments = [
        hl7.segment("EVN", {1: kind[-3:], 2: desk.stamp(minute)}),
        hl7.pid(visit.patient, desk.clinic),
        hl7.pv1(visit, desk),
        hl7.segment("TXA", txa),
        *_text("Seen today. History and examination recorded.", "Plan discussed with the patient."),
    ]
    return hl7.message(desk, Door.EHR_MLLP, kind, minute, segments)


def _text(*lines: str) -> list[str]:
    return [
        hl7.segment("OBX", {1: str(number), 2: "TX", 3: NOTE, 4: "1", 5: line, 11: "F"})
        for number, line in enumerate(lines, start=1)
    ]
