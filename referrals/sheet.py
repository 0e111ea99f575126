"""A list of referrals as comma-separated values: what each line says, or why not. Pure."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from charts.values import Priority


class Column(StrEnum):
    NUMBER = "number"
    PATIENT = "patient"
    ASSIGNER = "assigner"
    ORDERED = "ordered"
    SPECIALTY = "specialty"
    SPECIALIST = "specialist"
    REASON = "reason"
    QUESTION = "question"
    URGENCY = "urgency"
    EXPECTED = "expected"


NEEDED = (Column.NUMBER, Column.PATIENT, Column.ASSIGNER, Column.ORDERED)
YEARS = range(1990, 2100)
MOST_LINES = 10_000
MOST_BYTES = 5 * 1024 * 1024


class Fault(StrEnum):
    """Why a line, or the file, could not be used."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    NOT_TEXT = "not-text"
    NO_COLUMN = "no-column"
    NO_VALUE = "no-value"
    NO_DATE = "no-date"
    NO_URGENCY = "no-urgency"
    NO_PATIENT = "no-patient"
    OTHER_PATIENT = "other-patient"


class UnreadableSheet(Exception):
    """The file as a whole is of no use."""

    def __init__(self, fault: Fault, column: str = "") -> None:
        super().__init__(f"{fault} {column}".strip())
        self.fault, self.column = fault, column


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one line says."""

    number: str
    patient: str
    assigner: str
    ordered: date
    specialty: str = ""
    specialist: str = ""
    reason: str = ""
    question: str = ""
    urgency: Priority = Priority.ROUTINE
    expected: date | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a line says nothing that can be used."""

    fault: Fault
    column: str = ""


def read(raw: bytes) -> list[Line | Refusal]:
    """Each line below the heading, in its order.

    Raises:
        UnreadableSheet: it is empty, too long, no text, or a needed column is missing.
    """
    rows = list(_rows(raw))
    if not rows:
        raise UnreadableSheet(Fault.EMPTY)
    if len(rows) > MOST_LINES:
        raise UnreadableSheet(Fault.TOO_LONG)
    missing = next((column for column in NEEDED if column not in rows[0]), None)
    if missing is not None:
        raise UnreadableSheet(Fault.NO_COLUMN, missing)
    return [_line(row) for row in rows]


def _rows(raw: bytes) -> Iterator[dict[str, str]]:
    if len(raw) > MOST_BYTES:
        raise UnreadableSheet(Fault.TOO_LONG)
    try:
        text = raw.decode("utf-8-sig")
        if "\0" in text:
            raise UnreadableSheet(Fault.NOT_TEXT)
        for cells in csv.DictReader(io.StringIO(text, newline="")):
            yield {
                str(name).strip().lower(): (cell or "").strip()
                for name, cell in cells.items()
                if name is not None and not isinstance(cell, list)
            }
    except (UnicodeDecodeError, csv.Error):
        raise UnreadableSheet(Fault.NOT_TEXT) from None


def _line(row: Mapping[str, str]) -> Line | Refusal:
    empty = next((column for column in NEEDED if not row[column]), None)
    if empty is not None:
        return Refusal(Fault.NO_VALUE, empty)
    ordered, expected = _day(row[Column.ORDERED]), _day(row.get(Column.EXPECTED, ""))
    if ordered is None:
        return Refusal(Fault.NO_DATE, Column.ORDERED)
    if expected is None and row.get(Column.EXPECTED):
        return Refusal(Fault.NO_DATE, Column.EXPECTED)
    urgency = row.get(Column.URGENCY, "").lower() or Priority.ROUTINE.value
    if urgency not in {one.value for one in Priority}:
        return Refusal(Fault.NO_URGENCY, Column.URGENCY)
    words = (Column.SPECIALTY, Column.SPECIALIST, Column.REASON, Column.QUESTION)
    return Line(
        number=row[Column.NUMBER], patient=row[Column.PATIENT], assigner=row[Column.ASSIGNER],
        ordered=ordered, urgency=Priority(urgency), expected=expected,
        **{column.value: row.get(column, "") for column in words},
    )  # fmt: skip


def _day(text: str) -> date | None:
    """2026-11-16, or 11/16/2026."""
    for form in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return day if day.year in YEARS else None
    return None
