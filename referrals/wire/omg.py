"""The order of a referral as a 360X partner reads it: OMG^O19 (IHE PCC-55). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

SERVICE = "57133-1^Referral note^LN"
PROFILE = "360X^IHE PCC"
PRIORITIES = {"routine": "R", "urgent": "A", "asap": "A", "stat": "S"}
"""HL7 table 0485."""
SEXES = {"female": "F", "male": "M", "other": "O", "unknown": "U"}
ESCAPES = {
    "\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "~": "\\R\\", "&": "\\T\\", "\r": "\\.br\\",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    family: str
    given: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked of whom."""

    control_id: str
    at: datetime
    number: str
    """Of the order, with whoever gave it: every answer names it."""
    assigner: str
    sender: str
    recipient: str
    patient: Person = field(repr=False)
    patient_ids: Sequence[tuple[str, str, str]] = field(repr=False)
    """Value, assigner, type."""
    birth_date: date | None = field(default=None, repr=False)
    sex: str = ""
    phone: str = field(default="", repr=False)
    referrer: str = ""
    specialist: str = ""
    urgency: str = "routine"
    specialty: str = ""
    reason: str = field(default="", repr=False)
    question: str = field(default="", repr=False)
    due_on: date | None = None


def compose(order: Order) -> bytes:
    """The message: a new order, that asks for no acknowledgment."""
    entity = _parts(order.number, order.assigner)
    at = _moment(order.at)
    return "".join(f"{segment}\r" for segment in [
        _segment("MSH", "^~\\&", _parts("CLEARCHART"), _parts(order.sender), "",
                 _parts(order.recipient), at, "", "OMG^O19^OMG_O19", _text(order.control_id), "P",
                 "2.5.1", "", "", "NE", "NE", "", "UNICODE UTF-8", "", "", PROFILE),
        _patient(order),
        _segment("ORC", "NW", entity, "", "", "", "", "", "", at, "", "", _named(order.referrer)),
        _segment("TQ1", "1", "", "", "", "", "", "", f"{order.due_on:%Y%m%d}" if order.due_on
                 else "", PRIORITIES.get(order.urgency, "R")),
        _segment("OBR", "1", entity, "", SERVICE, *[""] * 11, _named(order.referrer),
                 *[""] * 14, _parts("", order.reason)),
        *_notes(order),
        _segment("PRD", "RT^Referred to Provider^HL70286", _named(order.specialist)),
    ]).encode()  # fmt: skip


def _patient(order: Order) -> str:
    ids = "~".join(_parts(value, "", "", assigner, kind or "MR")
                   for value, assigner, kind in order.patient_ids)  # fmt: skip
    born = f"{order.birth_date:%Y%m%d}" if order.birth_date else ""
    name = _parts(order.patient.family, order.patient.given)
    return _segment("PID", "1", "", ids, "", name, "", born, SEXES.get(order.sex, ""),
                    "", "", "", "", _text(order.phone))  # fmt: skip


def _notes(order: Order) -> list[str]:
    said = [one for one in (order.question, order.specialty) if one]
    return [_segment("NTE", str(n), "", _text(text)) for n, text in enumerate(said, 1)]


def _named(name: str) -> str:
    """A name in words: family last, as one says it."""
    given, _, family = name.rpartition(" ")
    return _parts("", family, given) if name else ""


def _segment(name: str, *fields: str) -> str:
    return "|".join((name, *fields)).rstrip("|")


def _parts(*components: str) -> str:
    return "^".join(_text(one) for one in components).rstrip("^")


def _text(value: str) -> str:
    plain = value.replace("\r\n", "\r").replace("\n", "\r").replace("\x00", "")
    return "".join(ESCAPES.get(one, one) for one in plain)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%d%H%M%S}+0000"
