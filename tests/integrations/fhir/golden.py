"""Our own FHIR bodies and the events that each must give, as JSON that a person can check."""

import json
from dataclasses import asdict
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from integrations.fhir.body import parse, reread  # noqa: F401 - the tests take both from here
from integrations.fhir.reading import Reading, interpret, order_key_of

FOLDER = Path(__file__).parents[2] / "golden" / "fhir"
EVENTS = ".events.json"
NAMES = sorted(p.name.removesuffix(".json") for p in FOLDER.glob("*.json") if EVENTS not in p.name)
ZONE = "America/Chicago"


def raw(name: str) -> bytes:
    return (FOLDER / f"{name}.json").read_bytes()


def body(name: str) -> dict[str, Any]:
    return json.loads(raw(name))


def read(content: bytes | dict[str, Any]) -> Reading:
    sent = content if isinstance(content, bytes) else json.dumps(content).encode()
    return interpret(parse(sent), zone=ZONE)


def expected(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}{EVENTS}").read_text())


def told(reading: Reading) -> dict[str, Any]:
    """A reading as the golden files hold it: without what it leaves empty."""
    events = [{"event": type(event).__name__} | _plain(asdict(event)) for event in reading.events]
    return {
        "type": reading.type,
        "severity": reading.severity.value if reading.severity else None,
        "order_key": order_key_of(reading),
        "faults": [
            f"{fault.level.value} {fault.code.value} {fault.location}" for fault in reading.faults
        ],
        "events": events,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: _plain(one) for name, one in value.items()}
        return {name: one for name, one in kept.items() if one not in (None, "", [], {})}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value.decode("latin-1") if isinstance(value, bytes) else value
