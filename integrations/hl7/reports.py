"""One report of an ORU as a whole: what it holds, how far it has come, how bad it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from charts.values import Attachment, ItemStatus, Observation, Severity, worst
from integrations.hl7 import documents
from integrations.hl7.faults import ErrorCode, Fault, Weight, missing
from integrations.hl7.groups import Order
from integrations.hl7.observations import (
    STATUSES,
    TEXTS,
    UNSETTLED,
    Entry,
    Standing,
    continues,
    quick_severity,
    status_letter,
)
from integrations.hl7.segment import Segment

MOST_LINES = 4000
"""Lines in one message. Of the rest only the flags are read, and a person is told."""

_STATED = {
    **dict.fromkeys(("O", "I", "S", "N"), ItemStatus.REGISTERED),
    **dict.fromkeys(("A", "P", "R", "M"), ItemStatus.PRELIMINARY),
    **dict.fromkeys(("F", "V", "AU", "U"), ItemStatus.FINAL),
    "C": ItemStatus.CORRECTED,
    **dict.fromkeys(("X", "D", "W"), ItemStatus.WITHDRAWN),
}
"""OBR-25, table 0123. `A` is "some, not all"; it is not the amended of OBX-11."""
_AS_VALUE_STATUS = {"A": "P", "M": "P", "O": "I", "S": "I", "N": "I"}
"""What OBR-25 says for a value without an OBX-11, in the letters of OBX-11."""
_DOCUMENT_KINDS = frozenset({"ED", "RP"})
_OPEN = frozenset({ItemStatus.PRELIMINARY, ItemStatus.REGISTERED})

_UNREAD = Fault(
    ErrorCode.TOO_LONG, "OBX", "There are more values than are read in one message.", Weight.ERROR
)
_NO_STATUS = missing("OBX-11", "Neither the value nor its report has a status; taken as final.")


@dataclass(slots=True)
class Allowance:
    """The zone of the sender, and what may still be kept of one message."""

    faults: list[Fault]
    zone: str
    values_left: int = MOST_LINES
    documents_left: int = documents.MOST_ATTACHMENTS
    bytes_left: int = documents.MOST_BYTES

    def exceeded(self, fault: Fault) -> None:
        """Say so once."""
        if fault not in self.faults:
            self.faults.append(fault)


@dataclass(slots=True)
class Content:
    """What one report holds, sorted."""

    entries: list[Entry] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    comments: list[Segment] = field(default_factory=list)
    unread: list[Severity | None] = field(default_factory=list)
    letters: set[str] = field(default_factory=set)
    """OBX-11 of the values read."""


def standing_of(order: Order, zone: str) -> Standing:
    """What OBR-25 says for the values."""
    stated = order.obr.field(25).upper()
    return Standing(stated, _AS_VALUE_STATUS.get(stated, stated), zone)


def content_of(order: Order, standing: Standing, allowance: Allowance) -> Content:
    """OBX by kind, each with the notes that follow it."""
    content = Content()
    entries = content.entries
    for segment in order.lines:
        if segment.name == "NTE":
            (entries[-1].notes if entries else content.comments).append(segment)
        elif segment.name == "OBX":
            _sort(segment, content, standing, allowance)
    if content.unread:
        allowance.exceeded(_UNREAD)
    if not standing.status and any(not entry.segment.raw(11) for entry in entries):
        allowance.exceeded(_NO_STATUS)
    return content


def _sort(segment: Segment, content: Content, standing: Standing, allowance: Allowance) -> None:
    if not allowance.values_left:
        content.unread.append(quick_severity(segment, standing))
        return
    allowance.values_left -= 1
    entries, kind = content.entries, segment.raw(2)
    content.letters.add(status_letter(segment.raw(11), standing))
    if kind in _DOCUMENT_KINDS and not segment.raw(8):
        attach(segment, content.attachments, allowance)
    elif kind in TEXTS and entries and continues(segment, entries[-1]):
        entries[-1].more.append(segment)
    else:
        entries.append(Entry(segment))


def attach(segment: Segment, attachments: list[Attachment], allowance: Allowance) -> None:
    """Keep the document of an OBX, if there is room for it."""
    if not allowance.documents_left:
        allowance.exceeded(documents.TOO_MANY)
        return
    found, fault = documents.attachment(segment, allowance.bytes_left)
    allowance.documents_left -= 1
    allowance.bytes_left -= len(found.data)
    attachments.append(found)
    if fault is not None:
        allowance.exceeded(fault)


def status_of(standing: Standing, content: Content) -> ItemStatus:
    """OBR-25, but a value that was corrected, amended or taken back speaks for its report."""
    stated = _STATED.get(standing.stated)
    if stated is ItemStatus.WITHDRAWN:
        return stated
    if not content.entries:
        return (stated or ItemStatus.FINAL) if content.attachments else ItemStatus.REGISTERED
    letters = content.letters
    if letters <= {"D", "W"}:
        return ItemStatus.WITHDRAWN
    if letters & {"C", "D", "W"}:
        return ItemStatus.CORRECTED
    if letters & {"A", "B"} and stated not in _OPEN and stated is not ItemStatus.CORRECTED:
        return ItemStatus.AMENDED
    return stated or _of_values({STATUSES.get(letter, ItemStatus.FINAL) for letter in letters})


def _of_values(found: set[ItemStatus]) -> ItemStatus:
    """The status of a report that does not state it: as open as its most open value."""
    if found <= {ItemStatus.REGISTERED}:
        return ItemStatus.REGISTERED
    return ItemStatus.PRELIMINARY if found & _OPEN else ItemStatus.FINAL


def severity_of(
    status: ItemStatus, content: Content, observations: Sequence[Observation]
) -> Severity | None:
    """The worst value. A report with a value missing, or of documents alone, is never normal."""
    if status is ItemStatus.WITHDRAWN:
        return None
    graded = [one.severity for one in observations if one.severity is not None]
    graded += [severity for severity in content.unread if severity is not None]
    waits = status is ItemStatus.REGISTERED and not graded
    if not waits and content.letters & UNSETTLED:
        graded.append(Severity.UNKNOWN)
    if not graded and content.attachments:
        graded.append(Severity.UNKNOWN)
    return worst(graded)
