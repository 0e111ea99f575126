"""A CSV file as somebody saved it: encoding and delimiter found, records read one by one. Pure.

Bounded by bytes, rows, columns and cell length; whatever cannot be read is refused with a sentence
that says what to do.
"""

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MAX_BYTES = 15 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 100
MAX_CELL = 4_000
MAX_HEADER = 200
DELIMITERS = ",;\t|"
SNIFFED_BYTES, SNIFFED_ROWS = 64 * 1024, 20

_NOT_TEXT = (
    (
        b"PK\x03\x04",
        gettext_lazy("This is an Excel workbook. Save it as CSV UTF-8 and upload that."),
    ),
    (
        b"\xd0\xcf\x11\xe0",
        gettext_lazy("This is an Excel workbook. Save it as CSV UTF-8 and upload that."),
    ),
    (b"%PDF", gettext_lazy("This is a PDF. Export the list as CSV and upload that.")),
    (b"\x1f\x8b", gettext_lazy("This file is compressed. Unpack it and upload the CSV in it.")),
)
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Refused(Exception):
    """The file cannot be read; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How the file is written."""

    encoding: str
    delimiter: str
    headers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its number among the rows with content, the line it begins on, its cells."""

    number: int
    line: int
    cells: tuple[str, ...]


def shape_of(raw: bytes) -> Shape:
    """Encoding, delimiter and headers.

    Raises:
        Refused: it is empty, too large, no text, or has no header with two columns.
    """
    if len(raw) > MAX_BYTES:
        raise Refused(
            _("The file is larger than {many} MB. Split it.").format(many=MAX_BYTES // 1024 // 1024)
        )
    if not raw.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refused(_("The file is empty."))
    for start, sentence in _NOT_TEXT:
        if raw.startswith(start):
            raise Refused(sentence)
    encoding = _encoding(raw)
    delimiter = _delimiter(raw, encoding)
    first = next(_rows(raw, encoding, delimiter), None)
    if first is None:
        raise Refused(_("The file is empty."))
    return Shape(encoding, delimiter, _headers(first[1]))


def records(raw: bytes, shape: Shape) -> Iterator[Record]:
    """The rows under the header, one at a time; blank ones are left out.

    Raises:
        Refused: a row cannot be read, or there are too many.
    """
    rows = _rows(raw, shape.encoding, shape.delimiter)
    next(rows, None)
    for number, (line, cells) in enumerate(rows, start=1):
        if number > MAX_ROWS:
            raise Refused(
                _("The file has more than {many:,} rows. Split it.").format(many=MAX_ROWS)
            )
        yield Record(number, line, tuple(cells))


def count(raw: bytes, shape: Shape) -> int:
    """How many rows there are, each of them read.

    Raises:
        Refused: there is none, or one cannot be read.
    """
    found = sum(1 for _ in records(raw, shape))
    if not found:
        raise Refused(_("The file has a header and no rows."))
    return found


def _encoding(raw: bytes) -> str:
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return _decodes(raw, encoding)
    head = raw[:SNIFFED_BYTES]
    if head[1::2].count(0) > len(head) // 4:
        return _decodes(raw, "utf-16-le")
    if head[::2].count(0) > len(head) // 4:
        return _decodes(raw, "utf-16-be")
    try:
        return _decodes(raw, "utf-8")
    except Refused:
        return _decodes(raw, "cp1252")


def _decodes(raw: bytes, encoding: str) -> str:
    """The encoding, once every byte was read by it.

    Raises:
        Refused: it is not text of that encoding.
    """
    reader = io.TextIOWrapper(io.BytesIO(raw), encoding=encoding)
    try:
        while part := reader.read(SNIFFED_BYTES):
            if "\x00" in part:
                raise Refused(_("The file holds NUL characters. Export it again as CSV UTF-8."))
    except UnicodeError:
        raise Refused(_("The file is no text that we can read. Save it as CSV UTF-8.")) from None
    return encoding


def _delimiter(raw: bytes, encoding: str) -> str:
    """The one that gives the most columns to the most of the first rows."""
    scores = {delimiter: _score(raw, encoding, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    if scores[best] == (0, 0):
        raise Refused(
            _("Only one column was found. Separate the columns by comma, semicolon, tab or bar.")
        )
    return best


def _score(raw: bytes, encoding: str, delimiter: str) -> tuple[int, int]:
    """How many of the first rows are as wide as the header, and how wide that is."""
    reader = csv.reader(_text(raw, encoding), delimiter=delimiter)
    widths: list[int] = []
    with suppress(csv.Error):  # a quote that is never closed is told when the rows are read
        widths += (len(cells) for cells in islice(filter(None, reader), SNIFFED_ROWS))
    if not widths or widths[0] < 2:
        return (0, 0)
    return (sum(width == widths[0] for width in widths), widths[0])


def _text(raw: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(raw), encoding=encoding, newline="")


def _rows(raw: bytes, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with content and the line on which each begins."""
    reader = csv.reader(_text(raw, encoding), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Refused(
                _(
                    "Line {line}: the quotes do not match. Close each quote, write a quote inside "
                    "a quoted cell twice, and upload the file again."
                ).format(line=line)
            ) from None
        if any(cell.strip() for cell in cells):
            yield line, cells


def _headers(cells: list[str]) -> tuple[str, ...]:
    """Names of the columns, each once; a column without one is named by its place."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) > MAX_COLUMNS:
        raise Refused(
            _("The file has more than {many} columns. Remove those not needed.").format(
                many=MAX_COLUMNS
            )
        )
    found: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = " ".join(cell.split())[:MAX_HEADER] or f"Column {place}"
        while name in found:
            name = f"{name} ({place})"
        found.append(name)
    return tuple(found)
