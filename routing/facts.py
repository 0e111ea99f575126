"""The facts of a chart item that rules may name, and their types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from charts.models import ChartItem, Patient
from charts.values import ItemKind, ItemStatus
from routing.categories import Category
from routing.conditions import FactType
from routing.models.queue import CodeList

TYPES: dict[str, str] = {
    "category": FactType.TEXT,
    "kind": FactType.TEXT,
    "severity": FactType.TEXT,
    "status": FactType.TEXT,
    "code": FactType.TEXT,
    "document_type": FactType.TEXT,
    "urgency": FactType.TEXT,
    "patient_age": FactType.NUMBER,
    "delegable": FactType.FLAG,
    "watched_problem": FactType.FLAG,
    "watched_medication": FactType.FLAG,
    "changed_since_last": FactType.FLAG,
    "raised_risk": FactType.FLAG,
    "near_limit": FactType.FLAG,
    "refill_protocol": FactType.FLAG,
    "closed_before": FactType.FLAG,
    "asked_role": FactType.TEXT,
}

Codes = frozenset[str]
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Of the rule set: percent of the reference range, percent of the last value, years."""

    margin_percent: int
    change_percent: int
    risk_age: int


@dataclass(slots=True)
class Background:
    """What is known beside the item, fetched once for many items."""

    listed: Mapping[str, Codes]
    patient_codes: Mapping[Any, Mapping[str, Codes]] = field(default_factory=dict)
    last_values: Mapping[tuple[Any, Any, str], float] = field(default_factory=dict)
    """By (patient, item, code): the newest value of another item."""


def facts_of(
    item: ChartItem, patient: Patient, category: Category, *, closed_before: bool,
    background: Background, thresholds: Thresholds, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    """Every fact of TYPES for one item."""
    values = [row for row in item.observations if not row["withdrawn"]]
    risk = _risk(item, patient, values, background, thresholds, on=now.date())
    protocol = background.listed.get(CodeList.REFILL_PROTOCOL, frozenset())
    return {
        "category": category.value,
        "kind": item.kind,
        "severity": item.severity,
        "status": item.status,
        "code": item.code,
        "document_type": item.details.get("document_type", ""),
        "urgency": item.priority,
        "delegable": _delegable(item, values, background),
        **risk,
        "near_limit": any(_near(row, thresholds.margin_percent) for row in values),
        "refill_protocol": item.kind == ItemKind.REFILL and item.code in protocol,
        "closed_before": closed_before,
        "asked_role": "",
    }


def _risk(
    item: ChartItem, patient: Patient, values: Rows, background: Background, thresholds: Thresholds,
    *, on: date,
) -> dict[str, Any]:  # fmt: skip
    """What makes a normal result more than routine; an age that is not known does."""
    age = age_in_years(patient.birth_date, on=on)
    watched = {
        "watched_problem": _listed(background, CodeList.WATCHED_PROBLEM, patient, "problem"),
        "watched_medication": _listed(
            background, CodeList.WATCHED_MEDICATION, patient, "medication"
        ),
        "changed_since_last": _changed(item, values, background, thresholds.change_percent),
    }
    raised = any(watched.values()) or age is None or age >= thresholds.risk_age
    return {"patient_age": age, **watched, "raised_risk": raised}


def facts_of_message(category: Category, *, asked_role: str = "") -> dict[str, Any]:
    """The facts of what has no item: a message that could not become one, a line of a checklist
    that names a role."""
    return {
        "category": category.value,
        "kind": "",
        "severity": "",
        "status": ItemStatus.UNKNOWN.value,
        "asked_role": asked_role,
    }


def age_in_years(born: date | None, *, on: date) -> int | None:
    """Whole years; None where the birth date is not known."""
    if born is None:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _listed(background: Background, watch: str, patient: Patient, of: str) -> bool:
    watched = background.listed.get(watch, frozenset())
    held = background.patient_codes.get(patient.pk, {}).get(of, frozenset())
    return not watched.isdisjoint(held)


def _delegable(item: ChartItem, values: Rows, background: Background) -> bool:
    """The report is on the allow-list, or each of its values is."""
    allowed = background.listed.get(CodeList.DELEGABLE_RESULT, frozenset())
    if {item.code, item.alternate_code} & allowed:
        return True
    codes = [{row["code"], (row.get("alternate") or {}).get("code", "")} for row in values]
    return bool(codes) and all(pair & allowed for pair in codes)


def _near(row: Mapping[str, Any], percent: int) -> bool:
    """Within the margin of a limit of its own range; a lone limit is its own measure."""
    number, low, high = row["number"], row["low"], row["high"]
    if number is None or (low is None and high is None):
        return False
    span = (
        high - low
        if low is not None and high is not None
        else abs(high if high is not None else low)
    )
    margin = span * percent / 100
    return (low is not None and low <= number < low + margin) or (
        high is not None and high - margin < number <= high
    )


def _changed(item: ChartItem, values: Rows, background: Background, percent: int) -> bool:
    for row in values:
        last = background.last_values.get((item.patient_id, item.pk, row["code"]))
        if last is None or row["number"] is None or row["number"] == last:
            continue
        if abs(row["number"] - last) >= abs(last) * percent / 100:
            return True
    return False
