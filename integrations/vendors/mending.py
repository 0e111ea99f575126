"""What a message of a sender with its own ways would say, had it kept to the standard."""

from collections.abc import Iterable
from dataclasses import replace

from charts.values import ItemKind, ItemReport, ItemStatus
from integrations.events import Event, ItemReported
from integrations.hl7.groups import order_number, patient_groups
from integrations.hl7.message import Message
from integrations.hl7.segment import NULL, Segment
from integrations.vendors.profile import PATIENT_FIELDS, Profile

_ENDING = {"MRG": (1, 2, 4)}
"""Where a merge holds the ids that go."""


def mended(message: Message, profile: Profile) -> Message:
    """The message with the patient's number where the standard has it, and with its assigner."""
    if profile.patient_fields == PATIENT_FIELDS and not profile.assigner:
        return message
    header = message.header
    assigner = profile.assigner
    if assigner == "MSH-6":
        text = header.receiving_facility
        first, _, rest = text.partition(message.grammar.component)
        assigner = first or rest.partition(message.grammar.component)[0]
    segments = tuple(_mended(one, profile.patient_fields, assigner) for one in message.segments)
    return Message(header, message.grammar, segments, message.faults)


def _mended(segment: Segment, fields: tuple[int, ...], assigner: str) -> Segment:
    if segment.name == "PID":
        held = (segment.raw(field) for field in fields)
        found = next((text for text in held if text and text != NULL), "")
        return _with(segment, {3: _assigned(found, segment, assigner), 2: "", 4: ""})
    if segment.name in _ENDING:
        texts = {field: segment.raw(field) for field in _ENDING[segment.name]}
        return _with(
            segment, {f: _assigned(text, segment, assigner) for f, text in texts.items() if text}
        )
    return segment


def _with(segment: Segment, changes: dict[int, str]) -> Segment:
    fields = list(segment.fields)
    fields += [""] * (max(changes, default=0) + 1 - len(fields))
    for number, text in changes.items():
        fields[number] = text
    return Segment(segment.grammar.field.join(fields), segment.grammar)


def _assigned(text: str, segment: Segment, assigner: str) -> str:
    """CX with component 4 filled where it is empty."""
    if not assigner or not text or text == NULL:
        return text
    grammar = segment.grammar
    repeats = []
    for one in text.split(grammar.repetition):
        parts = one.split(grammar.component)
        parts += [""] * (4 - len(parts))
        if parts[0] and (not parts[3] or parts[3] == NULL):
            parts[3] = assigner
        repeats.append(grammar.component.join(parts))
    return grammar.repetition.join(repeats)


def signed(events: Iterable[Event], message: Message, profile: Profile) -> tuple[Event, ...]:
    """The events, with orders that nobody verified as drafts, where the site says so."""
    events = tuple(events)
    if profile.unsigned_orders != "ORC-11":
        return events
    numbered = {
        order_number(order): bool(order.orc.field(11) or order.orc.field(11, 2))
        for group in patient_groups(message, [])
        for order in group.orders
        if order.orc and order_number(order)
    }
    return tuple(said for event in events for said in _said(event, numbered))


def _said(event: Event, numbered: dict[str, bool]) -> list[Event]:
    """A draft is an order to sign; once signed, that is done, and a referral begins (as FHIR)."""
    if not isinstance(event, ItemReported) or event.item.key not in numbered:
        return [event]
    item, verified = event.item, numbered[event.item.key]
    if item.kind not in (ItemKind.ORDER, ItemKind.REFERRAL) or item.status is not ItemStatus.ACTIVE:
        return [event]
    if not verified:
        return [replace(event, item=_draft(item))]
    if item.kind is ItemKind.ORDER:
        return [event]
    done = replace(item, kind=ItemKind.ORDER, status=ItemStatus.COMPLETED)
    return [event, replace(event, item=done)]


def _draft(item: ItemReport) -> ItemReport:
    return replace(
        item,
        kind=ItemKind.ORDER,
        status=ItemStatus.DRAFT,
        signer=item.signer or item.orderer,
    )
