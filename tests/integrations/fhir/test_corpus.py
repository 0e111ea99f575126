"""Bodies that others published, against the conclusions drawn for them independently."""

import os
from pathlib import Path

import pytest

from integrations.fhir.body import http_status, parse
from integrations.fhir.reading import interpret

CORPUS = Path(os.environ.get("CLEARCHART_CORPUS", Path(__file__).parents[4] / "shared" / "corpus"))


def rows():
    index = CORPUS / "INDEX.tsv"
    lines = index.read_text().splitlines() if index.exists() else []
    split = [line.split("\t") for line in lines if line.startswith("fhir/")]
    return [(row[0], row[1].removeprefix("FHIR "), row[3]) for row in split]


ROWS = rows()
WORK = frozenset({("result", s) for s in ("preliminary", "final", "amended", "corrected")}) | {
    ("order", "draft"),
    ("referral", "active"),
    ("refill", "draft"),
    ("refill", "active"),
    ("document", "preliminary"),
}


def items(reading):
    return [event.item for event in reading.events if hasattr(event, "item")]


def makes_work(reading):
    return any((one.kind, one.status) in WORK for one in items(reading))


def is_result(severity):
    return lambda reading: reading.type == "result" and reading.severity == severity


CONCLUSIONS = {
    "task=MA, normal": is_result("normal"),
    "task=physician, abnormal": is_result("abnormal"),
    "task=clinician review": is_result("unknown"),
    "not a lab result": lambda reading: reading.type == "ignored" and not reading.events,
    "grade from its result Observations": is_result("unknown"),
    "docStatus absent": lambda reading: [one.status for one in items(reading)] == ["unknown"],
    "finished": lambda reading: [event.status for event in reading.events] == ["finished"],
    "active order: open a tracked referral": lambda reading: (
        ("referral", "active") in _states(reading)
    ),
    "active order, not a referral": lambda reading: _states(reading) == [("order", "active")],
    "order completed": lambda reading: "active" not in {status for _, status in _states(reading)},
    "medication order": lambda reading: _states(reading) == [("order", "active")],
    "map Task.status to referral state: accepted": lambda reading: (
        _answers(reading) == ["accepted"]
    ),
    "map Task.status to referral state: fulfilled": lambda reading: (
        _answers(reading) in (["fulfilled"], [])
    ),
    "400/422 reject": lambda reading: reading.type == "malformed",
    "2xx; activate subscription": lambda reading: _told(reading) == ["handshake"],
    "2xx; update last-seen": lambda reading: _told(reading) == ["heartbeat"],
    "2xx after durable store": lambda reading: _told(reading) == ["event-notification"],
    "process entries": lambda reading: reading.type == "adt",
    "poll result": lambda reading: reading.type in ("ignored", "document", "notification"),
}
"""By the first words of the conclusion. Whatever is not named here is stored and makes no work."""


def _states(reading):
    return [(one.kind, one.status) for one in items(reading)]


def _told(reading):
    return [one.kind for one in reading.notifications]


def _answers(reading):
    return [one.details["answer"] for one in items(reading) if "answer" in one.details]


def agrees(conclusion, reading):
    for words, holds in CONCLUSIONS.items():
        if conclusion.startswith(words):
            return holds(reading)
    return not makes_work(reading) and reading.type != "malformed"


@pytest.mark.skipif(not ROWS, reason="the published test messages are not on this machine")
def test_every_published_body_is_read_as_concluded():
    wrong = []
    for path, _kind, conclusion in ROWS:
        parsed = parse((CORPUS / path).read_bytes())
        reading = interpret(parsed, zone="America/New_York")
        if not agrees(conclusion, reading):
            wrong.append((path, conclusion, reading.type, [fault.text for fault in reading.faults]))
    assert wrong == []


@pytest.mark.skipif(not ROWS, reason="the published test messages are not on this machine")
def test_only_what_is_not_fhir_is_refused():
    refused = [p for p, _, _ in ROWS if http_status(parse((CORPUS / p).read_bytes()).issues) != 200]
    assert refused == ["fhir/hl7-v2-to-fhir/FHIR_bundle.hl7_MDM_T02.json"]
