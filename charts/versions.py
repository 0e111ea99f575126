"""Which of two reports of one item is the newer, whatever order they came in. Pure.

Reports of an item form one order (`revision`), and each observation is kept from the greatest report that
speaks of it. So preliminary, final and corrected end in the same state in any order of arrival.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from charts.values import ItemKind, ItemReport, ItemStatus, Observation, Severity, worst

S = ItemStatus

RANK: dict[ItemStatus, int] = {
    S.REGISTERED: 0, S.DRAFT: 0, S.UNKNOWN: 0, S.PRELIMINARY: 1, S.ACTIVE: 1, S.ON_HOLD: 1,
    S.FINAL: 2, S.COMPLETED: 2, S.MISSED: 2, S.AMENDED: 3, S.CORRECTED: 3, S.WITHDRAWN: 4,
}  # fmt: skip

SETTLED = frozenset({S.FINAL, S.AMENDED, S.CORRECTED, S.WITHDRAWN, S.COMPLETED})
"""A late preliminary never overwrites one of these, however it is dated."""

Revision = tuple[int, str, int]


def revision(kind: ItemKind, status: ItemStatus, issued_at: datetime | None) -> Revision:
    """Where a report stands: settled over unsettled (results, documents), then by time, then by rank."""
    settles = kind in (ItemKind.RESULT, ItemKind.DOCUMENT) and status in SETTLED
    moment = issued_at.astimezone(UTC).isoformat(timespec="microseconds") if issued_at else ""
    return (int(settles), moment, RANK[status])


def revision_of(report: ItemReport) -> Revision:
    """The revision of a report."""
    return revision(report.kind, report.status, report.issued_at)


def merged(kept: list[dict[str, Any]], report: ItemReport) -> list[dict[str, Any]]:
    """The observations after a report: each from the greatest report that speaks of it, oldest first."""
    rows = {(row["code"], row["sub_id"]): row for row in kept}
    at = list(revision_of(report))
    for observation in report.observations:
        key = (observation.code.code, observation.sub_id)
        before = rows.get(key)
        if before is None or before["revision"] <= at:
            rows[key] = _row(observation, at, before)
        elif before["value"] == "" and not before["withdrawn"]:
            # A "final, value not sent again" came first; the late preliminary brings the value it meant.
            rows[key] = {
                **_row(observation, at, None),
                "revision": before["revision"],
                "status": before["status"],
            }
    return list(rows.values())


def severity(rows: list[dict[str, Any]]) -> Severity | None:
    """The gravest of the live observations; None where none carries a result."""
    return worst(
        [Severity(row["severity"]) for row in rows if row["severity"] and not row["withdrawn"]]
    )


def _row(observation: Observation, at: list[Any], before: dict[str, Any] | None) -> dict[str, Any]:
    row = {
        "code": observation.code.code,
        "display": observation.code.display,
        "system": observation.code.system,
        "sub_id": observation.sub_id,
        "value": observation.value,
        "number": observation.number,
        "units": observation.units,
        "range": observation.reference_range,
        "low": observation.low,
        "high": observation.high,
        "flags": list(observation.flags),
        "severity": observation.severity.value if observation.severity else "",
        "status": observation.status.value,
        "observed_at": observation.observed_at.isoformat() if observation.observed_at else "",
        "note": observation.note,
        "withdrawn": observation.status == S.WITHDRAWN,
        "revision": at,
    }
    if observation.alternate:
        row["alternate"] = asdict(observation.alternate)
    if (
        before is not None
        and not observation.value
        and observation.severity is None
        and not row["withdrawn"]
    ):
        # OBX-11 U: the status changes, the values stand as they were sent before.
        return {**before, "status": row["status"], "revision": at}
    return row
