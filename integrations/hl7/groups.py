"""The tree in a flat message: patients, and under each their orders with what belongs to them."""

from dataclasses import dataclass, field
from hashlib import blake2b

from charts.values import Priority, ProviderRef
from integrations.hl7.faults import ErrorCode, Fault, Weight
from integrations.hl7.message import Message
from integrations.hl7.segment import Segment, part
from integrations.hl7.types import component, priority, provider

MOST_ORDERS = 500
"""In one message. A sender of more has made a mistake that a person must see."""

TOO_MANY_ORDERS = Fault(
    ErrorCode.TOO_LONG, "ORC", "There are more orders than are read in one message.", Weight.ERROR
)
NO_PATIENT = Fault(ErrorCode.SEGMENT_SEQUENCE, "PID", "The message names no patient.", Weight.ERROR)


@dataclass(slots=True)
class Order:
    """ORC and OBR, either of which may be missing, and the lines behind them."""

    orc: Segment
    obr: Segment
    lines: list[Segment] = field(default_factory=list)

    @property
    def placer(self) -> str:
        """The orderer's number: OBR-2, ORC-2."""
        return self.obr.field(2) or self.orc.field(2)

    @property
    def filler(self) -> str:
        """The laboratory's or the department's number: OBR-3, ORC-3."""
        return self.obr.field(3) or self.orc.field(3)


@dataclass(slots=True)
class PatientGroup:
    """PID, PV1 and the orders; `pid` is false where the message has none."""

    pid: Segment
    pv1: Segment
    around: list[Segment] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)


def patient_groups(message: Message, faults: list[Fault]) -> list[PatientGroup]:
    """A PID begins a patient; ORC, or a further OBR, begins an order; the rest belongs to it."""
    absent = message.absent
    groups = [PatientGroup(absent, absent)]
    order: Order | None = None
    count = 0
    for segment in message.segments[1:]:
        name = segment.name
        if name == "PID":
            groups.append(PatientGroup(segment, absent))
            order = None
        elif name == "ORC" or (name == "OBR" and (order is None or order.obr)):
            count += 1
            if count > MOST_ORDERS:
                faults.append(TOO_MANY_ORDERS)
                break
            order = _begin(segment, order, absent)
            groups[-1].orders.append(order)
        elif name == "OBR" and order is not None:
            order.obr = segment
        else:
            _place(segment, groups[-1], order)
    return groups if groups[0].orders or len(groups) == 1 else groups[1:]


def _begin(segment: Segment, before: Order | None, absent: Segment) -> Order:
    """An OBR without its own ORC shares the one before it: several reports of one order."""
    if segment.name == "ORC":
        return Order(segment, absent)
    return Order(before.orc if before else absent, segment)


def _place(segment: Segment, group: PatientGroup, order: Order | None) -> None:
    if segment.name == "PV1" and not group.pv1:
        group.pv1 = segment
    elif order is None:
        group.around.append(segment)
    else:
        order.lines.append(segment)


def order_number(order: Order) -> str:
    """Placer before filler: it exists first."""
    return order.orc.field(2) or order.placer or order.filler


def unnumbered(*parts: str) -> str:
    """A key for what has no number: the same facts, the same key, and unreadable."""
    return "~" + blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()


def orderer_of(order: Order) -> ProviderRef | None:
    """OBR-16, else ORC-12."""
    return provider(order.obr.raw(16), order.obr.grammar) or provider(
        order.orc.raw(12), order.orc.grammar
    )


def priority_of(order: Order) -> Priority | None:
    """OBR-27.6, TQ1-9, ORC-7.6, OBR-5: the first that says something."""
    for timing in (order.obr.raw(27), order.orc.raw(7)):
        found = timing and priority(
            component(part(timing, order.obr.grammar.repetition, 0), order.obr.grammar, 6)
        )
        if found:
            return found
    for segment in order.lines:
        if segment.name == "TQ1" and segment.raw(9):
            return priority(segment.field(9))
    return priority(order.obr.field(5)) if order.obr.raw(5) else None


def notes(segments: list[Segment]) -> str:
    """NTE-3 of these segments, a line each."""
    return "\n".join(text for segment in segments if (text := note(segment)))


def note(segment: Segment) -> str:
    """NTE-3, with its repetitions on lines of their own."""
    text = segment.raw(3)
    if segment.grammar.repetition in text:
        text = text.replace(segment.grammar.repetition, "\n")
    return "" if text == '""' else segment.grammar.decode(text).strip()
