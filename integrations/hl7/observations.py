"""OBX: one value, its flags and its standing. This is the busiest code of all readers."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from charts.values import Code, ItemStatus, Observation, Severity
from integrations.hl7.grading import NO_LIMITS, Limits, grade, read_flags, read_limits
from integrations.hl7.grammar import Grammar
from integrations.hl7.groups import note
from integrations.hl7.segment import NULL, Segment, part
from integrations.hl7.times import parse_ts
from integrations.hl7.types import codes, component, number

STATUSES = {
    "F": ItemStatus.FINAL,
    "V": ItemStatus.FINAL,
    "U": ItemStatus.FINAL,
    "AU": ItemStatus.FINAL,
    "P": ItemStatus.PRELIMINARY,
    "R": ItemStatus.PRELIMINARY,
    "S": ItemStatus.PRELIMINARY,
    "I": ItemStatus.REGISTERED,
    "C": ItemStatus.CORRECTED,
    "A": ItemStatus.AMENDED,
    "B": ItemStatus.AMENDED,
    "X": ItemStatus.WITHDRAWN,
    "D": ItemStatus.WITHDRAWN,
    "W": ItemStatus.WITHDRAWN,
    "O": ItemStatus.UNKNOWN,
    "N": ItemStatus.UNKNOWN,
}
"""OBX-11, table 0085, and `AU` of document feeds. U finalises a value that it does not repeat."""
_WITHOUT_RESULT = frozenset({"I", "O", "N", "X", "D", "W"})
UNSETTLED = frozenset({"I", "X"})
"""Expected and not there: such a report is never normal."""
TEXTS = frozenset({"TX", "FT"})
_CODED = frozenset({"CE", "CWE", "CNE", "CF"})
_NAMES = frozenset({"XPN", "PN", "XCN", "CN"})
_WHOLE = frozenset({"ST", "NM", "TX", "FT", "TS", "DT", "TM", "DTM", "SI", "ID", "IS"})
_MEASURED = frozenset({"NM", "SN", "ST", "TX", "FT", ""})
"""Kinds whose value can be a number. A code made of digits is none."""
_LONGEST_CACHED = 300
_MOST_REPEATS = 200
"""Of a value, taken apart; a longer one ends as it was sent."""
_FINAL = ItemStatus.FINAL
_PADDING = [""] * 20
_NO_FLAGS: tuple[tuple[str, ...], Severity | None] = ((), None)


@dataclass(slots=True)
class Entry:
    """An OBX with the further lines of its text and its notes."""

    segment: Segment
    more: list[Segment] = field(default_factory=list)
    notes: list[Segment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the report says for its values where they are silent, and the sender's zone."""

    stated: str
    """OBR-25."""
    status: str
    """The same in the letters of OBX-11."""
    zone: str


def continues(segment: Segment, entry: Entry) -> bool:
    """Whether this line goes on with the text of the one before: TX or FT, same OBX-3, no range."""
    fields, before = segment.fields, entry.segment.fields
    if len(fields) < 4 or len(before) < 4 or fields[2] not in TEXTS or fields[2] != before[2]:
        return False
    return (
        fields[3] == before[3]
        and segment.raw(11) == entry.segment.raw(11)
        and not (segment.raw(7) or entry.segment.raw(7))
    )


class Kind(NamedTuple):
    """What the OBX lines of one test have in common, from message to message."""

    code: Code
    alternate: Code | None
    units: str
    reference_range: str
    limits: Limits


def _kind(code: str, units: str, limits: str, grammar: Grammar) -> Kind:
    """OBX-3, OBX-6 and OBX-7."""
    return Kind(
        *codes(code, grammar),
        component(units, grammar, 1) or component(units, grammar, 2),
        "" if limits == NULL else grammar.decode(limits),
        read_limits(limits),
    )


_cached_kind = lru_cache(maxsize=8192)(_kind)


def observation(entry: Entry, standing: Standing) -> Observation:
    """The value that an entry reports."""
    grammar = entry.segment.grammar
    fields = entry.segment.fields
    if len(fields) < 20:
        fields = fields + _PADDING[len(fields) :]
    short = len(fields[3]) + len(fields[6]) + len(fields[7]) < _LONGEST_CACHED
    kind = (_cached_kind if short else _kind)(fields[3], fields[6], fields[7], grammar)
    flags, flagged = read_flags(fields[8], grammar) if fields[8] else _NO_FLAGS
    value = value_of(fields[2], fields[5], grammar)
    if entry.more:
        value, flags, flagged = _joined(entry, value)
    measured = value if fields[2] in _MEASURED else ""
    letter = status_letter(fields[11], standing)
    return Observation(
        code=kind.code,
        alternate=kind.alternate,
        sub_id=fields[4],
        value=value,
        number=number(measured),
        units=kind.units,
        reference_range=kind.reference_range,
        low=kind.limits.low,
        high=kind.limits.high,
        flags=flags,
        severity=_severity(letter, measured, flagged, kind.limits),
        status=STATUSES.get(letter, _FINAL),
        observed_at=_instant(fields[14], grammar, standing.zone) if fields[14] else None,
        note="\n".join(map(note, entry.notes)) if entry.notes else "",
    )


def _instant(text: str, grammar: Grammar, zone: str) -> datetime | None:
    return parse_ts(part(text, grammar.component, 0), zone)


def status_letter(stated: str, standing: Standing) -> str:
    """OBX-11, or OBR-25 where it is empty."""
    if stated in STATUSES:
        return stated
    stated = stated.strip().upper()
    return stated if stated in STATUSES else standing.status


def _severity(letter: str, value: str, flagged: Severity | None, limits: Limits) -> Severity | None:
    if letter in _WITHOUT_RESULT or (letter == "U" and not value and flagged is None):
        return None
    return grade(flagged, value, limits)


def quick_severity(segment: Segment, standing: Standing) -> Severity | None:
    """The grade of an OBX by its flags alone: for messages too long to read in full."""
    fields = segment.line.split(segment.grammar.field, 12)
    if len(fields) < 12:
        fields += _PADDING
    flagged = read_flags(fields[8], segment.grammar)[1] if fields[8] else None
    return _severity(status_letter(fields[11], standing), fields[5][:1], flagged, NO_LIMITS)


def _joined(entry: Entry, value: str) -> tuple[str, tuple[str, ...], Severity | None]:
    """The lines of a text as one value, with the flags of all of them."""
    lines, stated = [value], [entry.segment.raw(8)]
    for segment in entry.more:
        lines.append(value_of(segment.raw(2), segment.raw(5), segment.grammar))
        stated.append(segment.raw(8))
    grammar = entry.segment.grammar
    flags = grammar.repetition.join(flag for flag in stated if flag)
    return ("\n".join(lines).strip(), *read_flags(flags, grammar))


def value_of(kind: str, text: str, grammar: Grammar) -> str:
    """OBX-5 as a person would write it."""
    if not text or text == NULL:
        return ""
    if kind in _WHOLE:
        if grammar.repetition in text and kind in TEXTS:
            text = text.replace(grammar.repetition, "\n")
        return grammar.decode(text).strip()
    repeats = text.split(grammar.repetition, _MOST_REPEATS)
    rest = [grammar.decode(one) for one in repeats[_MOST_REPEATS:]]
    texts = [_structured(kind, repeat, grammar) for repeat in repeats[:_MOST_REPEATS]]
    return "; ".join(filter(None, texts + rest))


def _structured(kind: str, text: str, grammar: Grammar) -> str:
    """One repetition of a value with components."""
    if kind in _CODED:
        return coded_text(text, grammar)
    parts = [grammar.decode(one).strip() for one in text.split(grammar.component, 20)[:20]]
    parts = ["" if one == NULL else one for one in parts]
    if kind == "SN":
        return "".join(parts[:4])
    if kind in _NAMES:
        at = 1 if kind in ("XCN", "CN") else 0
        return " ".join(filter(None, (*parts[at + 1 : at + 3], *parts[at : at + 1])))
    return " ".join(filter(None, parts))


def coded_text(text: str, grammar: Grammar) -> str:
    """CWE in words: the text of the first code, else the original text, else the code."""
    for index in (2, 9, 5, 1, 4):
        found = component(text, grammar, index)
        if found:
            return found
    return ""


def code_text(code: Code) -> str:
    """A code as words."""
    return code.display or code.code


def observed_at(entries: list[Entry], zone: str) -> datetime | None:
    """The latest OBX-14."""
    times = (entry.segment.field(14) for entry in entries)
    instants = [instant for text in times if text and (instant := parse_ts(text, zone))]
    return max(instants, default=None)
