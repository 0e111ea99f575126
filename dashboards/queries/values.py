"""Observations of a chart item, made into lines that can be read."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from charts.models import ChartItem, ResultValue
from charts.values import SEVERITY_ORDER, ItemStatus, Severity
from dashboards import figures, words
from dashboards.queries.listed import Gist
from dashboards.rows import EarlierValue, ValueLine
from dashboards.words import Level, later

LEVELS = {
    Severity.CRITICAL: Level.CRITICAL,
    Severity.ABNORMAL: Level.ABNORMAL,
    Severity.UNKNOWN: Level.UNFLAGGED,
    Severity.NORMAL: Level.ROUTINE,
}

STATUS_WORDS = {
    ItemStatus.DRAFT: later("Draft"),
    ItemStatus.REGISTERED: later("Not resulted yet"),
    ItemStatus.PRELIMINARY: later("Partial"),
    ItemStatus.ACTIVE: later("Active"),
    ItemStatus.ON_HOLD: later("On hold at the source"),
    ItemStatus.FINAL: later("Final"),
    ItemStatus.AMENDED: later("Amended"),
    ItemStatus.CORRECTED: later("Corrected"),
    ItemStatus.COMPLETED: later("Completed"),
    ItemStatus.MISSED: later("Missed"),
    ItemStatus.WITHDRAWN: later("Withdrawn"),
}

FIVE = 5
"""Values of a trend, with the newest."""

SHORT = 40
"""A value longer than this is prose: it is read in the task, not in the list."""


def level_of(severity: str) -> Level:
    """Work without a result's severity is routine."""
    return LEVELS[Severity(severity)] if severity else Level.ROUTINE


def status_words(status: str) -> str:
    """`Partial`, `Corrected`; nothing where the source does not say."""
    return STATUS_WORDS.get(ItemStatus(status), "")


def badge(status: str) -> str:
    """What must be seen on the row: that the item is not simply final."""
    plain = {ItemStatus.FINAL, ItemStatus.ACTIVE, ItemStatus.UNKNOWN, ItemStatus.COMPLETED}
    return "" if ItemStatus(status) in plain else status_words(status)


def live(item: ChartItem | Gist) -> list[Mapping[str, Any]]:
    """The observations that stand, gravest first, in the order they came otherwise."""
    rows = [row for row in item.observations if not row["withdrawn"] and row["severity"]]
    return sorted(rows, key=lambda row: -SEVERITY_ORDER.index(Severity(row["severity"])))


def headline(item: ChartItem | Gist) -> tuple[ValueLine | None, int, str]:
    """The gravest value that fits a row and how many more there are, or what they all are."""
    rows = live(item)
    if not rows or len(rows[0]["value"]) > SHORT or not rows[0]["value"]:
        return None, 0, ""
    if len(rows) > 1 and rows[0]["severity"] == Severity.NORMAL:
        return None, 0, _("%(count)s values, all normal") % {"count": len(rows)}
    return value_line(rows[0]), len(rows) - 1, ""


def value_line(row: Mapping[str, Any]) -> ValueLine:
    """One observation as it was sent, with where it lies on its range."""
    flag = next((flag for flag in row["flags"] if flag not in {"", "N"}), "")
    return ValueLine(
        name=row["display"] or row["code"],
        value=row["value"] or _("No value sent"),
        units=row["units"],
        flag=flag,
        flag_words=words.flag_words(flag),
        level=level_of(row["severity"]),
        range=row["range"] or _range(row["low"], row["high"]),
        ruler=figures.ruler(row["number"], row["low"], row["high"]),
        note=row["note"],
        status=badge(row["status"]),
    )


def _range(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"{low:g}\u2013{high:g}"
    return (
        _("at least %(low)s") % {"low": f"{low:g}"}
        if low is not None
        else _("at most %(high)s") % {"high": f"{high:g}"}
        if high is not None
        else ""
    )


def lines(
    item: ChartItem, earlier: Mapping[str, Sequence[ResultValue]], *, zone: ZoneInfo, today: date
) -> tuple[ValueLine, ...]:
    """Every live value with what it was before."""
    return tuple(
        _with_history(row, earlier.get(row["code"], ()), zone=zone, today=today)
        for row in live(item)
    )


def _with_history(
    row: Mapping[str, Any], earlier: Sequence[ResultValue], *, zone: ZoneInfo, today: date
) -> ValueLine:
    """With what it was before. Only values of one unit make a line; the others are shown."""
    line = value_line(row)
    before = tuple(
        EarlierValue(
            old.value, _day(old.observed_at, zone=zone, today=today), old.units,
            unlike=old.units != row["units"],
        )
        for old in earlier[: FIVE - 1]
    )  # fmt: skip
    alike = [old.number for old in earlier if old.units == row["units"]][: FIVE - 1]
    numbers = (*reversed(alike), row["number"]) if row["number"] is not None else ()
    drawn = figures.trend(
        tuple(n for n in numbers if n is not None and math.isfinite(n)), row["low"], row["high"],
        name=line.name, units=row["units"],
    )  # fmt: skip
    return replace(line, previous=before, trend=drawn)


def _day(at: datetime, *, zone: ZoneInfo, today: date) -> str:
    day = at.astimezone(zone).date()
    return words.month_day(day) if day.year == today.year else words.long_date(day)


def earlier_values(item: ChartItem, *, limit: int = FIVE) -> dict[str, list[ResultValue]]:
    """The values before these of the same codes of this patient, newest first, of other items."""
    codes = {row["code"][:80] for row in live(item)}
    if not codes:
        return {}
    found: dict[str, list[ResultValue]] = {}
    rows = (
        ResultValue.objects.filter(patient=item.patient_id, code__in=codes, number__isnull=False)
        .filter(observed_at__lte=item.effective_at or item.issued_at or item.received_at)
        .exclude(item=item.pk)
        .order_by("-observed_at")
    )
    for value in rows[: limit * len(codes) * 2]:
        found.setdefault(value.code, []).append(value)
    return found
