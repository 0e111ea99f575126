"""A cadence as a person writes it: each row on or off, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils.translation import gettext as _

from dashboards import cadence_words as said
from dashboards.rows.cadence import CadenceField
from referrals.cadence import Row
from referrals.cadences import LONGEST_H

UNITS = {"hours": 1, "days": 24}
MOST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Written:
    """What was typed for one row that may stand in the cadence."""

    row: Row
    is_on: bool
    count: str
    unit: str

    @property
    def hours(self) -> int | None:
        """As written; None where that is no number of hours within a year."""
        if not (self.count.isascii() and self.count.isdigit()) or len(self.count) > MOST_DIGITS:
            return None
        hours = int(self.count) * UNITS.get(self.unit, LONGEST_H + 1)
        return hours if hours <= LONGEST_H else None


def shown(offered: Sequence[Row], held: Sequence[Row]) -> list[Written]:
    """The rows in force, and those that might be put back."""
    by_name = {row.name: row for row in held}
    names = {row.name for row in offered}
    every = [*offered, *(row for row in held if row.name not in names)]
    return [_held(by_name.get(row.name, row), is_on=row.name in by_name) for row in every]


def _held(row: Row, *, is_on: bool) -> Written:
    count, unit = said.measured(row)
    return Written(row, is_on, str(count), unit)


def typed(rows: Sequence[Written], data: Mapping[str, str]) -> list[Written]:
    """What a form says of these rows."""
    return [
        replace(
            one, is_on=f"on:{one.row.name}" in data,
            count=data.get(f"count:{one.row.name}", "").strip(),
            unit=data.get(f"unit:{one.row.name}", ""),
        )
        for one in rows
    ]  # fmt: skip


def drafted(rows: Sequence[Written]) -> list[Row] | None:
    """The rows that are on, each at its time; None where one cannot be read."""
    if any(one.is_on and one.hours is None for one in rows):
        return None
    return [_aimed(one) for one in rows if one.is_on]


def _aimed(one: Written) -> Row:
    """What comes before the appointment stays before it."""
    hours = timedelta(hours=one.hours or 0)
    return replace(one.row, after=-hours if one.row.after < timedelta(0) else hours)


def fields(rows: Sequence[Written]) -> list[CadenceField]:
    """For the form, with what is wrong beside it."""
    fault = _("Write a whole number, at most a year.")
    units = (("hours", _("hours")), ("days", _("days")))
    return [
        CadenceField(
            one.row.name, said.does(one.row), one.count, one.unit, units, said.anchor(one.row),
            str(said.TESTS[one.row.tests]), one.is_on,
            fault if one.is_on and one.hours is None else "",
        )
        for one in rows
    ]  # fmt: skip
