"""What one report of a result said otherwise than the reports before it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from charts.values import ItemStatus
from dashboards import words

Row = Mapping[str, Any]


def between(reports: Iterable[Sequence[Row]]) -> list[tuple[str, ...]]:
    """For each report, oldest first, as its history keeps it (`charts.versions.history`): what it
    changed, `Potassium: was 5.9 mmol/L (high), now 4.9 mmol/L`."""
    held: dict[tuple[str, str], Row] = {}
    found = []
    for rows in reports:
        found.append(tuple(said for row in rows if (said := _change(held.get(_key(row)), row))))
        held |= {_key(row): row for row in rows}
    return found


def _key(row: Row) -> tuple[str, str]:
    return row.get("code", ""), row.get("sub_id", "")


def _change(before: Row | None, after: Row) -> str:
    if before is None or not before.get("value") or _is_gone(before):
        return ""
    said = {
        "name": after.get("display") or before.get("display") or after.get("code", ""),
        "was": _said(before),
        "now": _said(after),
    }
    if _is_gone(after):
        return _("%(name)s: was %(was)s, withdrawn") % said
    if not after.get("value") or said["was"] == said["now"]:
        return ""
    return _("%(name)s: was %(was)s, now %(now)s") % said


def _is_gone(row: Row) -> bool:
    return row.get("status") == ItemStatus.WITHDRAWN


def _said(row: Row) -> str:
    """`5.9 mmol/L (high)`."""
    flag = next((flag for flag in row.get("flags", ()) if flag not in {"", "N"}), "")
    value = " ".join(filter(None, (row.get("value", ""), row.get("units", ""))))
    return f"{value} ({words.flag_words(flag)})" if flag else value
