"""What a notification of a topic-based subscription says of itself: its status entry.

R4 sends the status as Parameters, R4B (and athenahealth on R4) as SubscriptionStatus; both are read
into one form.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from integrations.fhir.element import Node, child, children, moment, text
from integrations.fhir.issues import Issue, IssueCode, Level

STATUS_TYPES = frozenset({"Parameters", "SubscriptionStatus"})
SUBSCRIPTION = re.compile(r"(?:^|/)Subscription/([A-Za-z0-9\-.]{1,64})(?:/_history/[^/]*)?$")
VERSION = re.compile(r"/_history/[^/]*$")
WHOLE = re.compile(r"[0-9]{1,18}")

NAMES = {
    "subscription": "subscription",
    "topic": "topic",
    "status": "status",
    "type": "type",
    "events-since-subscription-start": "eventsSinceSubscriptionStart",
    "event-number": "eventNumber",
    "timestamp": "timestamp",
    "focus": "focus",
}
"""Of Parameters, as SubscriptionStatus calls them; each at most once."""

NO_SUBSCRIPTION = "The status names no subscription. Send its reference, such as Subscription/123."
NO_TYPE = "The type of the notification is missing or unknown. Use one of: {}."
NO_NUMBER = "This must be a whole number, written as a string."
NO_REQUEST = "A history entry carries request and response; the notification is taken without them."


class Kind(StrEnum):
    """SubscriptionStatus.type."""

    HANDSHAKE = "handshake"
    HEARTBEAT = "heartbeat"
    EVENTS = "event-notification"
    STATUS_ASKED = "query-status"
    EVENTS_ASKED = "query-event"


@dataclass(frozen=True, slots=True)
class Focus:
    """The resource an event is about: by address, by identifier, or by both; empty: not told."""

    address: str = ""
    system: str = ""
    value: str = ""
    came_along: bool = False
    """Its body is in the same Bundle."""

    def __bool__(self) -> bool:
        return bool(self.address or self.value)


@dataclass(frozen=True, slots=True)
class Happening:
    """One event that the subscription told of (SubscriptionStatus.notificationEvent)."""

    number: int | None
    id: str
    at: datetime | None
    focus: Focus
    patient: str = ""
    """`Patient/id`, where the event says whose it is."""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Notification:
    """What one status entry says."""

    subscription: str
    """Its id on the server that sends."""
    topic: str
    status: str
    kind: Kind
    count: int | None
    """Events since the subscription began."""
    happenings: tuple[Happening, ...] = ()


def notifications(resource: Node) -> tuple[Notification, ...]:
    """What the status entries of a valid body say; none where it is no notification."""
    entries = children(resource, "entry")
    came = _came(entries)
    contexts = _contexts(entries)
    return tuple(_notification(_status(one), came, contexts) for one in status_entries(resource))


def status_entries(resource: Node) -> list[Node]:
    """The status of a notification (the first entry of a history), or those a `$status` found."""
    if resource.get("resourceType") != "Bundle":
        return []
    entries = [child(entry, "resource") for entry in children(resource, "entry")]
    first = entries[:1] if _is_status(entries[:1]) else []
    if text(resource, "type") == "history":
        return first
    if text(resource, "type") != "searchset":
        return []
    return [one for one in entries if _is_status([one]) and _status(one).get("subscription")]


def problems(resource: Node) -> Iterator[Issue]:
    """What is wrong with the status entries of a Bundle."""
    known = {id(one) for one in status_entries(resource)}
    for number, entry in enumerate(children(resource, "entry") if known else []):
        found = child(entry, "resource")
        if id(found) not in known:
            continue
        yield from _flaws(_status(found), f"Bundle.entry[{number}].resource")
        if text(resource, "type") == "history" and not child(entry, "request"):
            yield Issue(IssueCode.REQUIRED, NO_REQUEST, f"Bundle.entry[{number}]", Level.WARNING)


def _flaws(status: Node, at: str) -> Iterator[Issue]:
    if not _subscription_id(status):
        yield Issue(IssueCode.REQUIRED, NO_SUBSCRIPTION, f"{at}.subscription")
    if text(status, "type") not in set(Kind):
        listed = ", ".join(sorted(Kind))
        yield Issue(IssueCode.VALUE, NO_TYPE.format(listed), f"{at}.type")
    counts = [("eventsSinceSubscriptionStart", status)]
    for number, event in enumerate(children(status, "notificationEvent")):
        counts.append((f"notificationEvent[{number}].eventNumber", event))
    for name, node in counts:
        if (key := name.rpartition(".")[2]) in node and _whole(node[key]) is None:
            yield Issue(IssueCode.VALUE, NO_NUMBER, f"{at}.{name}")


def _is_status(first: list[Node]) -> bool:
    return bool(first) and text(first[0], "resourceType") in STATUS_TYPES


def _status(resource: Node) -> Node:
    """Parameters in the words of SubscriptionStatus."""
    if resource.get("resourceType") == "SubscriptionStatus":
        return resource
    said = children(resource, "parameter")
    events = [_named(children(one, "part")) for one in said if text(one, "name") == EVENT]
    return {**_named(said), "notificationEvent": events}


EVENT = "notification-event"


def _named(parameters: list[Node]) -> Node:
    read: Node = {"additionalContext": []}
    for one in parameters:
        name, value = text(one, "name"), _value(one)
        if name == "additional-context":
            read["additionalContext"].append(value)
        elif name in NAMES:
            read.setdefault(NAMES[name], value)
    return read


def _value(parameter: Node) -> Any:
    return next((value for name, value in parameter.items() if name.startswith("value")), None)


def _notification(status: Node, came: frozenset[str], contexts: dict[str, Node]) -> Notification:
    return Notification(
        subscription=_subscription_id(status),
        topic=text(status, "topic"),
        status=text(status, "status"),
        kind=Kind(text(status, "type")),
        count=_whole(status.get("eventsSinceSubscriptionStart")),
        happenings=tuple(
            _happening(event, came, contexts) for event in children(status, "notificationEvent")
        ),
    )


def _happening(event: Node, came: frozenset[str], contexts: dict[str, Node]) -> Happening:
    context = contexts.get(text(event, "id"), {})
    told = children(event, "additionalContext")
    return Happening(
        number=_whole(event.get("eventNumber")),
        id=text(event, "id"),
        at=moment(event.get("timestamp"), UTC),
        focus=_focus(child(event, "focus"), came),
        patient=_extended(context, "AuditEvent.patient") or _of_kind(told, "Patient/"),
        department=_extended(context, "ah-department") or _of_kind(told, "Organization/"),
    )


def _focus(reference: Node, came: frozenset[str]) -> Focus:
    address = VERSION.sub("", text(reference, "reference"))
    known = child(reference, "identifier")
    return Focus(address, text(known, "system"), text(known, "value"), address in came)


def _came(entries: list[Node]) -> frozenset[str]:
    """The addresses of the bodies in the Bundle."""
    addresses: set[str] = set()
    for entry in entries:
        resource = child(entry, "resource")
        if resource and text(resource, "id"):
            addresses.add(VERSION.sub("", text(entry, "fullUrl")))
            addresses.add(f"{resource.get('resourceType')}/{text(resource, 'id')}")
    return frozenset(addresses - {""})


def _contexts(entries: list[Node]) -> dict[str, Node]:
    """The AuditEvents that came along, by the id they share with their event."""
    bodies = (child(entry, "resource") for entry in entries)
    return {text(one, "id"): one for one in bodies if one.get("resourceType") == "AuditEvent"}


def _extended(resource: Node, tail: str) -> str:
    """A reference in an extension: published with http and with https, so by its tail."""
    for one in children(resource, "extension"):
        if text(one, "url").endswith(tail):
            return text(child(one, "valueReference"), "reference")
    return ""


def _of_kind(references: list[Node], kind: str) -> str:
    said = (text(one, "reference") for one in references)
    return next((address for address in said if address.startswith(kind)), "")


def _subscription_id(status: Node) -> str:
    found = SUBSCRIPTION.search(text(child(status, "subscription"), "reference"))
    return found[1] if found else ""


def _whole(value: Any) -> int | None:
    """A count: a string in R4 and R4B, though some send a number."""
    if isinstance(value, bool):
        return None
    written = str(value).strip() if isinstance(value, (int, str)) else ""
    return int(written) if WHOLE.fullmatch(written) else None
