"""The key on which messages about one order, document, patient, referral or visit stay in order."""

from collections.abc import Callable
from hashlib import blake2b

from integrations.hl7.charset import decode_wide, is_wide
from integrations.hl7.header import Header, glance

_LONGEST = 100
_LONGEST_LINE = 4096


def order_key(raw: bytes, header: Header | None = None) -> str:
    """Messages of one key must be worked on in the order they came; empty means any order will do.

    It holds identifiers of people: never log it.
    """
    if is_wide(raw):
        raw = decode_wide(raw).encode()
    header = header or glance(raw)
    find = _FINDERS.get(header.code)
    if find is None:
        return ""
    key = find(_Lines(raw, header))
    if len(key) > _LONGEST:
        family = key.split(" ", 1)[0]
        return f"{family} {blake2b(key.encode(), digest_size=16).hexdigest()}"
    return key


class _Lines:
    """The first line of a name, found without reading the others."""

    __slots__ = ("component", "raw", "separator")

    def __init__(self, raw: bytes, header: Header) -> None:
        self.raw = raw.replace(b"\n", b"\r") if b"\n" in raw else raw
        self.separator, self.component = header.delimiters[0], header.delimiters[1]

    def find(self, name: str) -> int:
        """Where the first line of this name starts, or -1."""
        return self.raw.find(f"\r{name}{self.separator}".encode("latin-1", "replace"))

    def numbers(self, at: int, *wanted: int) -> list[str]:
        """The first components of these fields, in rising order; empty where absent."""
        if at < 0:
            return [""] * len(wanted)
        end = self.raw.find(b"\r", at + 1, at + _LONGEST_LINE)
        text = self.raw[at + 1 : end if end > 0 else at + _LONGEST_LINE].decode("latin-1")
        fields = text.split(self.separator, wanted[-1] + 1)
        return [self._number(fields, field) for field in wanted]

    def _number(self, fields: list[str], field: int) -> str:
        text = fields[field] if field < len(fields) else ""
        number = text.split(self.component, 1)[0].strip()
        return "" if number == '""' else number.replace("\x00", "")


def _of_result(lines: _Lines) -> str:
    """Filler before placer, as in the key of a result (`oru.read_results`)."""
    orc, obr = _first_order(lines)
    placer, filler = lines.numbers(obr, 2, 3)
    orc_placer, orc_filler = lines.numbers(orc, 2, 3)
    number = filler or orc_filler or placer or orc_placer
    return f"result {number}" if number else _of_patient(lines)


def _of_order(lines: _Lines) -> str:
    """Placer before filler: an order has the number of whoever ordered before it has any other."""
    orc, obr = _first_order(lines)
    orc_placer, orc_filler = lines.numbers(orc, 2, 3)
    placer, filler = lines.numbers(obr, 2, 3)
    number = orc_placer or placer or orc_filler or filler
    return f"order {number}" if number else _of_patient(lines)


def _first_order(lines: _Lines) -> tuple[int, int]:
    """The first ORC and its OBR; an ORC behind the first OBR belongs to another order."""
    orc, obr = lines.find("ORC"), lines.find("OBR")
    return (-1, obr) if 0 <= obr < orc else (orc, obr)


def _of_document(lines: _Lines) -> str:
    (number,) = lines.numbers(lines.find("TXA"), 12)
    return f"document {number}" if number else _of_order(lines)


def _of_patient(lines: _Lines) -> str:
    older, listed, alternate = lines.numbers(lines.find("PID"), 2, 3, 4)
    number = listed or older or alternate
    return f"patient {number}" if number else ""


def _of_referral(lines: _Lines) -> str:
    """A referral is told by orders too, under the same number."""
    originating, external = lines.numbers(lines.find("RF1"), 6, 11)
    if originating or external:
        return f"order {originating or external}"
    return _of_order(lines)


def _of_appointment(lines: _Lines) -> str:
    placer, filler = lines.numbers(lines.find("SCH"), 1, 2)
    return f"appointment {placer or filler}" if placer or filler else _of_patient(lines)


_FINDERS: dict[str, Callable[[_Lines], str]] = {
    "ORU": _of_result,
    "MDM": _of_document,
    "ADT": _of_patient,
    "REF": _of_referral,
    "RRI": _of_referral,
    "SIU": _of_appointment,
    **dict.fromkeys(("ORM", "OMG", "OML", "OMI", "OMP", "OMD", "OSU"), _of_order),
    **dict.fromkeys(("RDE", "RDS", "RAS"), _of_order),
}
