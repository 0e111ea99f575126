"""What an item says after one more report of it. Changes the instance, writes nothing.

The newest report decides; a fact it leaves out stands as an older one said it, and `older`
remembers how old that one was: a report that comes late loses to the right one, and fills a gap.
"""

from dataclasses import asdict
from typing import Any

from charts import versions
from charts.models import ChartItem, Patient
from charts.recognition import cut
from charts.values import ItemKind, ItemReport, ProviderRef

FACTS = ("code", "code_system", "alternate_code", "title", "priority", "placer", "filler",
         "encounter_number", "location_code", "issued_at", "effective_at", "due_date",
         "text")  # fmt: skip
"""Columns that hold one fact each; `people` and `details` hold several."""

COLUMNS = (*FACTS, "people", "details", "answers", "status", "patient_id", "severity",
           "stated_severity", "observations", "revision", "older")  # fmt: skip
"""What a report may change."""

State = tuple[Any, ...]


def state(item: ChartItem) -> State:
    """All that reports have said so far."""
    return tuple(getattr(item, column) for column in COLUMNS)


def gist(item: ChartItem) -> State:
    """What somebody who has seen the item would call the same."""
    seen = [
        (row["code"], row["sub_id"], row["value"], row["severity"], row["withdrawn"])
        for row in item.observations
    ]
    return (item.patient_id, item.severity, item.text, sorted(seen))


def is_late(item: ChartItem, report: ItemReport) -> bool:
    """Whether the item holds a newer report already."""
    return bool(list(versions.revision_of(report)) < item.revision)


def revise(item: ChartItem, report: ItemReport, told: list[versions.Row], patient: Patient) -> None:
    """Let the item say what this report, with its rows of observations, adds to those before it."""
    at = list(versions.revision_of(report))
    said = _said(report)
    known = versions.dated(item.observations, item.revision)
    if at < item.revision:
        said = {fact: value for fact, value in said.items() if _yields(item, fact, at)}
        item.older = {**item.older, **dict.fromkeys(said, at)}
    else:
        left_out = {fact: item.revision for fact in _held(item) if fact not in said}
        item.older = left_out | {f: r for f, r in item.older.items() if f not in said}
        item.patient, item.status, item.revision = patient, report.status.value, at
        item.stated_severity = report.severity.value if report.severity else ""
    _tell(item, said)
    item.observations = versions.undated(versions.merged(known, told), item.revision)
    shown = item.observations if item.kind == ItemKind.RESULT else []
    item.severity = versions.severity(shown, item.stated_severity) or ""


def _yields(item: ChartItem, fact: str, at: list[Any]) -> bool:
    """Whether the item's word on a fact is older than this late report, or it has none."""
    if fact in item.older:
        return bool(item.older[fact] <= at)
    return fact not in _held(item)


def _said(report: ItemReport) -> dict[str, Any]:
    """The facts that a report states, cut to their columns."""
    code, alternate = report.code, report.alternate
    said = {
        "code": code.code[:80],
        "code_system": code.system[:20] if code.code else "",
        "alternate_code": alternate.code[:80] if alternate else "",
        "title": (code.display or code.code)[:250],
        "priority": report.priority.value if report.priority else "",
        "placer": report.placer[:120],
        "filler": report.filler[:120],
        "encounter_number": report.encounter[:120],
        "location_code": report.location[:80],
        "issued_at": report.issued_at,
        "effective_at": report.effective_at,
        "due_date": report.due_date,
        "text": report.text,
        "details.replaces": cut(report.replaces),
        **{f"people.{role}": asdict(person) for role, person in _people(report).items() if person},
        **{f"details.{name}": value for name, value in report.details.items()},
    }
    return {fact: value for fact, value in said.items() if value not in ("", None)}


def _people(report: ItemReport) -> dict[str, ProviderRef | None]:
    return {
        "orderer": report.orderer,
        "author": report.author,
        "signer": report.signer,
        "recipient": report.recipient,
    }


def _held(item: ChartItem) -> set[str]:
    """The facts that the item has a word on."""
    plain = {fact for fact in FACTS if getattr(item, fact) not in ("", None)}
    return (
        plain
        | {f"people.{role}" for role in item.people}
        | {f"details.{name}" for name in item.details}
    )


def _tell(item: ChartItem, said: dict[str, Any]) -> None:
    people, details = dict(item.people), dict(item.details)
    for fact, value in said.items():
        group, _, name = fact.partition(".")
        if group == "people":
            people[name] = value
        elif group == "details":
            details[name] = value
        else:
            setattr(item, fact, value)
    item.people, item.details = people, details
