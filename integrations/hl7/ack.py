"""Whether and how a message is answered (HL7 v2 chapter 2.9), and the answer itself, made by hand.

An answer is written thousands of times a second, so it is a formatted string; the tests let hl7apy
read each kind back.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from integrations.hl7.faults import ERROR_TEXT, ErrorCode, Fault, Weight
from integrations.hl7.header import Header
from integrations.hl7.message import header_faults

_ALWAYS, _NEVER, _ON_ERROR, _ON_SUCCESS = "AL", "NE", "ER", "SU"
_ANSWERS = frozenset({"ACK", "MCF"})
"""Messages that are themselves acknowledgments: answering one would never end."""
_PLAIN = frozenset({"2.1", "2.2", "2.3", "2.3.1"})
"""Versions in which MSH-9 of an answer is `ACK` alone."""
_TEXT_IN_MSA = _PLAIN | {"2.4"}
"""Versions without the ERR segment of today; the text stands in MSA-3."""
_DEFAULT_VERSION = "2.3.1"


class Mode(StrEnum):
    """How the sender wants to be answered."""

    ORIGINAL = "original"
    ENHANCED = "enhanced"


class AckPlan(NamedTuple):
    """What to answer: at once when stored (`accept`), and as application; None means not at all."""

    mode: Mode
    accept: str | None
    application: str | None
    faults: tuple[Fault, ...] = ()
    """Why it is refused; empty where it is not."""

    @property
    def refused(self) -> bool:
        """Whether this cannot be processed as a message. It is kept all the same."""
        return bool(self.faults)


def decide(header: Header) -> AckPlan:
    """The answer to a message with this header, once its bytes are stored."""
    original = not header.accept_ack and not header.application_ack
    mode = Mode.ORIGINAL if original else Mode.ENHANCED
    if header.code in _ANSWERS:
        return AckPlan(mode, None, None)
    faults = tuple(fault for fault in header_faults(header) if fault.weight is Weight.ERROR)
    outcome = _outcome(faults)
    if original:
        return AckPlan(mode, None, f"A{outcome}", faults)
    accept = f"C{outcome}" if _wanted(header.accept_ack, sound=not faults) else None
    application = f"A{outcome}" if _wanted(header.application_ack, sound=not faults) else None
    if accept and faults:
        application = None  # a refused message has been answered in full
    return AckPlan(mode, accept, application, faults)


def tells_later(header: Header, plan: AckPlan) -> bool:
    """Whether the sender wants to hear twice: that it is stored, and later what became of it."""
    asked = _asked(header.accept_ack) and _asked(header.application_ack)
    return asked and not plan.refused and header.code not in _ANSWERS


def at_once(header: Header, plan: AckPlan) -> str | None:
    """The one code that is due as soon as the message is stored; None for silence."""
    if plan.accept or tells_later(header, plan):
        return plan.accept
    return plan.application


def application_code(header: Header, *, sound: bool) -> str | None:
    """What an application acknowledgment says of a message that was, or was not, processed."""
    if not _wanted(header.application_ack, sound=sound):
        return None
    return "AA" if sound else "AE"


def control_id(code: str, message_id: UUID) -> str:
    """MSH-10 of an answer. It follows from the stored row, so a resend gets that of the first
    time; and each of two answers has its own."""
    return f"{code}{message_id.hex[-16:]}"


def _outcome(faults: Sequence[Fault]) -> str:
    """Accepted, error (what we need is missing) or rejected (not a message of a kind HL7 knows)."""
    if not faults:
        return "A"
    return "E" if all(fault.code is ErrorCode.REQUIRED_FIELD for fault in faults) else "R"


def _asked(condition: str) -> bool:
    return condition not in ("", _NEVER)


def _wanted(condition: str, *, sound: bool) -> bool:
    """Table 0155. A value it does not have is taken as "always": silence would stop the sender."""
    if not _asked(condition):
        return False
    return not ((condition == _ON_ERROR and sound) or (condition == _ON_SUCCESS and not sound))


def build(
    header: Header,
    code: str,
    *,
    control_id: str,
    now: datetime,
    faults: Sequence[Fault] = (),
) -> bytes:
    """The bytes of an answer (MSA-1 is `code`), in the sender's delimiters and version."""
    separator = header.delimiters[0]
    version = header.version or _DEFAULT_VERSION
    texts = (
        header.receiving_application,
        header.receiving_facility,
        header.application,
        header.facility,
        _timestamp(now.replace(microsecond=0)),
        "",
        _answer_type(header, version),
        control_id,
        header.processing_id or "P",
        version,
    )
    lines = [f"MSH{header.delimiters}{separator}{separator.join(texts)}"]
    if header.charset:
        lines[0] += separator * 6 + header.charset
    lines.append(f"MSA{separator}{code}{separator}{header.control_id}")
    if faults:
        lines[1:] = _explained(lines[1], faults, header, version)
    return ("\r".join(lines) + "\r").encode(header.encoding, "replace")


@lru_cache(maxsize=64)
def _timestamp(second: datetime) -> str:
    return f"{second.astimezone(UTC):%Y%m%d%H%M%S}+0000"


def _answer_type(header: Header, version: str) -> str:
    if version in _PLAIN or not header.event:
        return "ACK"
    component = header.delimiters[1]
    return f"ACK{component}{header.event}{component}ACK"


def _explained(msa: str, faults: Sequence[Fault], header: Header, version: str) -> list[str]:
    """MSA with its ERR segments; before v2.5 the first text in MSA-3."""
    separator = header.delimiters[0]
    if version in _TEXT_IN_MSA:
        return [f"{msa}{separator}{_safe(faults[0].text, header)}"]
    return [msa, *(_err(fault, header) for fault in faults)]


def _err(fault: Fault, header: Header) -> str:
    """ERR-2 where, ERR-3 table 0357, ERR-4 weight, ERR-8 in words."""
    separator, component = header.delimiters[0], header.delimiters[1]
    segment, _, number = fault.location.partition("-")
    place = f"{segment}{component}1{component}{number}" if number else segment
    kind = component.join((fault.code, ERROR_TEXT[fault.code], "HL70357"))
    texts = ("ERR", "", place, kind, fault.weight, "", "", "", _safe(fault.text, header))
    return separator.join(texts)


def _safe(text: str, header: Header) -> str:
    """Our own sentences have no separators of the usual kind; a sender may use a letter as one."""
    for character in header.delimiters:
        text = text.replace(character, " ")
    return text
