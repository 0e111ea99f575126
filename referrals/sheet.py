"""A list of referrals, row by row: what each says, or why not. Pure."""

from collections.abc import Iterable, Mapping, Sequence
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


class Fault(StrEnum):
    """Why a line, or the file, could not be used."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
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


def read(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> list[Line | Refusal]:
    """What each row below the headings says, in their order.

    Raises:
        UnreadableSheet: there is no row or too many, or a needed column is missing.
    """
    names = [header.strip().lower() for header in headers]
    missing = next((column for column in NEEDED if column not in names), None)
    if missing is not None:
        raise UnreadableSheet(Fault.NO_COLUMN, missing)
    found = [_line(dict(zip(names, map(str.strip, cells), strict=False))) for cells in rows]
    if not found:
        raise UnreadableSheet(Fault.EMPTY)
    if len(found) > MOST_LINES:
        raise UnreadableSheet(Fault.TOO_LONG)
    return found


def _line(row: Mapping[str, str]) -> Line | Refusal:
    empty = next((column for column in NEEDED if not row.get(column)), None)
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
