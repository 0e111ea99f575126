"""A parsed body to what happened, in our words, and one word for what kind of body it was."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from functools import cache
from hashlib import blake2b
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from charts.values import Identifier, ItemKind, ItemReport, Severity, worst
from integrations.events import Event, ItemReported, PatientChanged, PatientsMerged, VisitChanged
from integrations.fhir import documents, links, medications, orders, results, tasks, visits
from integrations.fhir.body import Parsed
from integrations.fhir.bundle import body_of
from integrations.fhir.issues import Issue, IssueCode, Level
from integrations.fhir.naming import NAMELESS
from integrations.fhir.subscriptions import Notification, notifications
from integrations.fhir.vocabulary import READ

SOURCE = "fhir"
LONGEST_ORDER_KEY = 100

NO_NAME = (
    "A resource has neither an id nor an identifier, so that a later version of it will be taken "
    "for another one. Send its id."
)
NO_PATIENT = (
    "The resource names no patient that we can find. Send its subject by identifier or reference."
)


class ReadingType(StrEnum):
    """What a body is about, in the words used for HL7 v2 too; the first that fits."""

    RESULT = "result"
    REFERRAL = "referral"
    REFERRAL_RESPONSE = "referral-response"
    REFILL = "refill"
    PHARMACY_ORDER = "pharmacy-order"
    ORDER = "order"
    DOCUMENT = "document"
    REQUEST = "request"
    ADT = "adt"
    NOTIFICATION = "notification"
    IGNORED = "ignored"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a body says. A fault that is an error needs a person: it could not all be used."""

    type: str
    events: tuple[Event, ...] = ()
    faults: tuple[Issue, ...] = ()
    severity: Severity | None = None
    notifications: tuple[Notification, ...] = ()
    """What the status entries say, where it is a notification of a subscription."""


TYPES = {
    ItemKind.RESULT: ReadingType.RESULT,
    ItemKind.REFERRAL: ReadingType.REFERRAL,
    ItemKind.REFILL: ReadingType.REFILL,
    ItemKind.ORDER: ReadingType.ORDER,
    ItemKind.MEDICATION: ReadingType.PHARMACY_ORDER,
    ItemKind.DOCUMENT: ReadingType.DOCUMENT,
    ItemKind.REQUEST: ReadingType.REQUEST,
}
RANKS = list(ReadingType)
READERS = (
    results.read,
    orders.read,
    medications.read,
    documents.read,
    tasks.read,
    visits.read,
    links.read,
)


def interpret(parsed: Parsed, *, zone: tzinfo | str, source: str = SOURCE) -> Reading:
    """What a body says happened. Never raises.

    Args:
        parsed: what `body.parse` returned, valid or not.
        zone: of dates and times without one; a name that nobody knows is UTC.
        source: who gives out the resource ids; `Patient/12` of two sources are two patients.
    """
    if parsed.resource is None or not parsed.is_valid:
        return Reading(ReadingType.MALFORMED.value, faults=parsed.issues)
    known = _zone(zone) if isinstance(zone, str) else zone
    body = body_of(parsed.resource, zone=known, source=source)
    said = [one for read in READERS for one in read(body)]
    events = _without_repeats([one for one in said if not isinstance(one, Issue)])
    told = [one for one in said if isinstance(one, Issue)]
    faults = [*parsed.issues, *told, *_nameless(events), *_patientless(events)]
    graded = [
        one.item.severity for one in events if isinstance(one, ItemReported) and one.item.severity
    ]
    announced = notifications(parsed.resource)
    kind = _type(events)
    if announced and kind == ReadingType.IGNORED:
        kind = ReadingType.NOTIFICATION
    return Reading(kind.value, tuple(events), tuple(faults), worst(graded), announced)


def order_key(parsed: Parsed, *, zone: tzinfo | str, source: str = SOURCE) -> str:
    """Bodies of one key are worked on in the order they came; empty means any order will do.

    It holds identifiers of people: never log it.
    """
    return order_key_of(interpret(parsed, zone=zone, source=source))


def order_key_of(reading: Reading) -> str:
    """The order key of what was read, in the words of the HL7 side: by the first event."""
    for event in reading.events:
        key = _item_key(event.item) if isinstance(event, ItemReported) else _patient_key(event)
        if len(key) > LONGEST_ORDER_KEY:
            family = key.partition(" ")[0]
            return f"{family} {blake2b(key.encode(), digest_size=16).hexdigest()}"
        return key
    return ""


def _item_key(item: ItemReport) -> str:
    if item.kind == ItemKind.RESULT:
        return f"result {item.filler or item.placer or item.key}"
    if item.kind in (ItemKind.ORDER, ItemKind.REFERRAL, ItemKind.REFILL, ItemKind.MEDICATION):
        return f"order {item.key}"
    return f"{item.kind.value} {item.key}"


def _patient_key(event: Event) -> str:
    if isinstance(event, (PatientChanged, VisitChanged)):
        ids = event.patient.identifiers
        return f"patient {ids[0].value}" if ids else ""
    return ""


def _type(events: Iterable[Event]) -> ReadingType:
    return min((_type_of(event) for event in events), key=RANKS.index, default=ReadingType.IGNORED)


def _type_of(event: Event) -> ReadingType:
    if not isinstance(event, ItemReported):
        return ReadingType.ADT
    if event.item.kind == ItemKind.REFERRAL and "answer" in event.item.details:
        return ReadingType.REFERRAL_RESPONSE
    if event.item.kind == ItemKind.ORDER and "drug" in event.item.details:
        return ReadingType.PHARMACY_ORDER
    return TYPES[event.item.kind]


def _without_repeats(events: list[Event]) -> list[Event]:
    """A patient who comes with their result or order is told once, there."""
    told = {_identity(event) for event in events if not isinstance(event, PatientChanged)}
    return [
        event
        for event in events
        if not isinstance(event, PatientChanged)
        or _says_more(event)
        or _identity(event) not in told
    ]


def _identity(event: Event) -> tuple[Identifier, ...]:
    if isinstance(event, PatientsMerged) or event.patient is None:
        return ()
    return event.patient.identifiers


def _says_more(event: PatientChanged) -> bool:
    return bool(event.patient.problems or event.patient.medications)


def _nameless(events: Iterable[Event]) -> Iterator[Issue]:
    for event in events:
        key = event.item.key if isinstance(event, ItemReported) else getattr(event, "number", "")
        name, mark, _ = key.partition(NAMELESS)
        if mark and name in READ:
            yield Issue(IssueCode.REQUIRED, NO_NAME, f"{name}.id", Level.WARNING)


def _patientless(events: Iterable[Event]) -> Iterator[Issue]:
    if any(isinstance(event, ItemReported) and event.patient is None for event in events):
        yield Issue(IssueCode.REQUIRED, NO_PATIENT)


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
