"""Our own HL7 messages and the events that each must give, as JSON that a person can check."""

import json
from dataclasses import asdict
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from integrations.hl7.message import read
from integrations.hl7.ordering import order_key
from integrations.hl7.reading import Reading, interpret

FOLDER = Path(__file__).parents[2] / "golden" / "hl7"
NAMES = sorted(path.stem for path in FOLDER.glob("*.hl7"))
ZONE = "America/New_York"


def raw(name: str) -> bytes:
    return (FOLDER / f"{name}.hl7").read_bytes()


def reading_of(content: bytes | str) -> Reading:
    sent = content if isinstance(content, bytes) else content.replace("\n", "\r").encode()
    return interpret(read(sent), zone=ZONE)


def item_of(content: bytes | str) -> Any:
    """The item of a message that reports one."""
    (event,) = reading_of(content).events
    return event.item


def expected(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text())


def told(content: bytes) -> dict[str, Any]:
    """A reading as the golden files hold it: without what it leaves empty."""
    reading = reading_of(content)
    return {
        "type": reading.type.value,
        "severity": reading.severity.value if reading.severity else None,
        "order_key": order_key(content),
        "faults": [f"{one.weight} {one.code} {one.location}" for one in reading.faults],
        "events": [
            {"event": type(event).__name__} | plain(asdict(event)) for event in reading.events
        ],
    }


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: plain(one) for name, one in value.items()}
        return {name: one for name, one in kept.items() if one not in (None, [], {}, ())}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value.decode("latin-1") if isinstance(value, bytes) else value
