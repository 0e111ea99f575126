"""A calendar of events as text (RFC 5545). Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

FOLD_AT = 75
"""Octets of a content line, its CRLF not counted."""


@dataclass(frozen=True, slots=True)
class Event:
    """Some time, what it is, and a name that stays the same however often it is read."""

    uid: str
    begins_at: datetime
    ends_at: datetime
    summary: str
    description: str = ""


def calendar(name: str, events: Iterable[Event], *, now: datetime) -> bytes:
    """The whole feed."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//ClearChart//Duty//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        *(line for event in events for line in _event(event, now)),
        "END:VCALENDAR",
    ]
    return b"".join(fold(line) for line in lines)


def _event(event: Event, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{_utc(now)}"
    yield f"DTSTART:{_utc(event.begins_at)}"
    yield f"DTEND:{_utc(event.ends_at)}"
    yield f"SUMMARY:{_text(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{_text(event.description)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def fold(line: str) -> bytes:
    """A content line; what is too long goes on after CRLF and a space, never inside a letter."""
    parts: list[bytes] = []
    part = b""
    for letter in line:
        coded = letter.encode()
        if len(part) + len(coded) > FOLD_AT:
            parts.append(part)
            part = b" "
        part += coded
    return b"\r\n".join([*parts, part]) + b"\r\n"


def _text(value: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"),
                           ("\n", "\\n"), ("\r", "\\n")):  # fmt: skip
        value = value.replace(plain, escaped)
    return "".join(letter for letter in value if letter.isprintable())


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
