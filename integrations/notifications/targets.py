"""From an event to what must be read of it: references on the connection's own base. Pure."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from integrations.fhir.subscriptions import Focus, Happening

RELATIVE = re.compile(r"[A-Z][A-Za-z]{1,40}/[A-Za-z0-9\-.]{1,64}")
ATHENA_SYSTEM = re.compile(r"urn:athenahealth:athenanet:[a-z]+:(\d{1,12})")
LONGEST = 400
SLACK = timedelta(minutes=5)
"""What an event tells of was changed a little before it."""


class Elsewhere(Exception):
    """The event points at another server than the one behind the feed: nothing is asked there."""


def references(
    happening: Happening, types: Sequence[str], *, base: str, since: datetime
) -> Iterator[str]:
    """What to ask the EHR for, relative to `base`; one resource, or a search of each type.

    Raises:
        Elsewhere: the focus is on another server.
    """
    focus = happening.focus
    if focus.came_along:
        return
    if focus.address:
        yield relative(focus.address, base=base)
        return
    for name in types:
        yield _search(name, happening, since=happening.at or since)


def relative(address: str, *, base: str) -> str:
    """`Type/id` of an address on this server.

    Raises:
        Elsewhere: it is on another server, or no resource at all.
    """
    own = base.rstrip("/") + "/"
    tail = address.removeprefix(own) if base else address
    if not RELATIVE.fullmatch(tail):
        raise Elsewhere("The event points at another server than the one behind this feed.")
    return tail


def changed_since(name: str, since: datetime) -> str:
    """The search for what changed of a type, a little overlapping."""
    return f"{name}?_lastUpdated=ge{_moment(since - SLACK)}"


def known_as(happening: Happening) -> tuple[str, ...]:
    """The names by which chart items may know what the event is about."""
    found = RELATIVE.search(happening.focus.address)
    names = (found[0] if found else "", happening.focus.value)
    return tuple(name[:200] for name in names if name)


def _search(name: str, happening: Happening, *, since: datetime) -> str:
    """By patient where the event says whose it is, else by identifier, else what changed."""
    focus = happening.focus
    if happening.patient and focus.value and name != "Patient":
        asked = f"{changed_since(name, since)}&patient={quote(happening.patient, safe='/')}"
    elif focus.value:
        asked = f"{name}?identifier={quote(f'{focus.system}|{focus.value}', safe=':')}"
    else:
        asked = changed_since(name, since)
    return f"{asked}{_practice(focus)}"[:LONGEST]


def _practice(focus: Focus) -> str:
    """athenahealth serves many practices at one address and asks which one is meant."""
    found = ATHENA_SYSTEM.fullmatch(focus.system)
    return f"&ah-practice=Organization/a-1.Practice-{found[1]}" if found else ""


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
