"""One line of a message, cut into its fields when somebody asks for them.

Fields are numbered as in the standard, so that the specification can be held beside the code:
PID-5.1 of the first repetition is `pid.field(5)`, PID-5.2 is `pid.field(5, 2)`.
"""

from enum import StrEnum

from integrations.hl7.grammar import Grammar

NULL = '""'
"""Delete what you have; not the same as an empty field, which says nothing."""
_HEADERS = frozenset({"MSH", "FHS", "BHS"})
_MOST_REPETITIONS = 64


class Presence(StrEnum):
    """The four things a field can be."""

    ABSENT = "absent"
    EMPTY = "empty"
    NULL = "null"
    VALUED = "valued"


class Segment:
    """One line, cut into fields at the first question about them."""

    __slots__ = ("_fields", "grammar", "line", "name")

    def __init__(self, line: str, grammar: Grammar) -> None:
        self.line = line
        self.grammar = grammar
        self.name = line[:3]
        self._fields: list[str] | None = None

    @property
    def fields(self) -> list[str]:
        """The raw fields by their number; at 0 stands the name. Do not change it."""
        if self._fields is None:
            self._fields = self.line.split(self.grammar.field)
            if self.name in _HEADERS:
                self._fields.insert(1, self.grammar.field)
        return self._fields

    def raw(self, number: int) -> str:
        """A field as sent, with its separators and escapes; empty where there is none."""
        fields = self._fields or self.fields
        return fields[number] if number < len(fields) else ""

    def field(self, number: int, component: int = 1, sub: int = 1, repeat: int = 0) -> str:
        """One decoded value without blanks around it; empty where absent, empty or null."""
        text = self.raw(number)
        if not text or text == NULL:
            return ""
        if number < 3 and self.name in _HEADERS:
            return text if component == sub == 1 else ""
        grammar = self.grammar
        if repeat or grammar.repetition in text:
            text = part(text, grammar.repetition, repeat)
        if component != 1 or grammar.component in text:
            text = part(text, grammar.component, component - 1)
        if sub != 1 or grammar.sub in text:
            text = part(text, grammar.sub, sub - 1)
        return "" if text == NULL else grammar.decode(text).strip()

    def value(self, number: int, component: int = 1, sub: int = 1, repeat: int = 0) -> str | None:
        """As `field`, for updates: None where nothing is said, `""` where it says delete."""
        raw = self.raw(number)
        if not raw:
            return None
        text = self.field(number, component, sub, repeat)
        if text:
            return text
        whole = part(raw, self.grammar.repetition, repeat)
        stated = part(whole, self.grammar.component, component - 1)
        return "" if NULL in (whole, stated) else None

    def text(self, number: int) -> str:
        """A whole field decoded, for free text in which a separator may stand by mistake."""
        raw = self.raw(number)
        return "" if raw == NULL else self.grammar.decode(raw)

    def repeats(self, number: int, most: int = _MOST_REPETITIONS) -> list[str]:
        """The valued repetitions of a field, raw, at most so many."""
        raw = self.raw(number)
        if not raw:
            return []
        parts = raw.split(self.grammar.repetition, most)
        return [text for text in parts[:most] if text and text != NULL]

    def presence(self, number: int) -> Presence:
        """Whether a field is valued, null, empty or not there at all."""
        if number >= len(self.fields):
            return Presence.ABSENT
        raw = self.raw(number)
        if raw == NULL:
            return Presence.NULL
        return Presence.VALUED if raw else Presence.EMPTY

    def __bool__(self) -> bool:
        return bool(self.line)


def part(text: str, separator: str, index: int) -> str:
    """The part with this index (from 0), or nothing."""
    if separator not in text:
        return "" if index else text
    parts = text.split(separator, index + 1)
    return parts[index] if 0 <= index < len(parts) else ""
