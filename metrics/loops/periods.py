"""Quarters and months, by the calendar of the practice. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import IntEnum
from zoneinfo import ZoneInfo

_YEAR = 12


class Length(IntEnum):
    """In months."""

    MONTH = 1
    QUARTER = 3
    YEAR = 12


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month, a quarter or a year; `first` is its first day."""

    first: date
    length: Length

    @classmethod
    def of(cls, day: date, length: Length) -> "Period":
        """The one that holds a day."""
        month = day.month - (day.month - 1) % length
        return cls(date(day.year, month, 1), length)

    @classmethod
    def read(cls, name: str) -> "Period | None":
        """`2026-Q3`, `2026-08` or `2026`; None of anything else."""
        year, _, part = name.partition("-")
        if not (year.isascii() and year.isdigit() and "1900" <= year <= "2999" and len(year) == 4):
            return None
        if not part:
            return cls(date(int(year), 1, 1), Length.YEAR)
        length = Length.QUARTER if part[:1] == "Q" else Length.MONTH
        number = part.removeprefix("Q")
        known = number.isascii() and number.isdigit() and 1 <= int(number) <= _YEAR // length
        if not known:
            return None
        found = cls(date(int(year), (int(number) - 1) * length + 1, 1), length)
        return found if found.name == name else None

    @property
    def name(self) -> str:
        """As an address says it."""
        year = f"{self.first:%Y}"
        if self.length is Length.QUARTER:
            return f"{year}-Q{self.number}"
        return year if self.length is Length.YEAR else f"{self.first:%Y-%m}"

    @property
    def number(self) -> int:
        """Which of its year it is."""
        return (self.first.month - 1) // self.length + 1

    def moved(self, by: int) -> "Period":
        """The one so many later, or earlier."""
        months = self.first.year * _YEAR + self.first.month - 1 + by * self.length
        return Period(date(months // _YEAR, months % _YEAR + 1, 1), self.length)

    def begins(self, zone: ZoneInfo) -> datetime:
        """Its first midnight there."""
        return datetime.combine(self.first, time.min, tzinfo=zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """The midnight after its last day."""
        return self.moved(1).begins(zone)

    def deadline(self, zone: ZoneInfo) -> datetime:
        """By when a report is back in time: the end of the next one of its length."""
        return self.moved(1).ends(zone)


def last(many: int, length: Length, *, today: date) -> Iterator[Period]:
    """So many up to today's, the oldest first."""
    current = Period.of(today, length)
    return (current.moved(back) for back in range(1 - many, 1))
