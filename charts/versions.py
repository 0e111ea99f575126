"""Which of two reports of one item is the newer, whatever order they came in. Pure.

Reports of an item form one order (`revision`). Each fact and each observation is kept from the
greatest report that speaks of it, so preliminary, final and corrected end in the same state in any
order of arrival.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from charts.values import ANSWERS, ItemKind, ItemReport, ItemStatus, Observation, Severity, worst

S = ItemStatus

RANK: dict[ItemStatus, int] = {
    S.REGISTERED: 0, S.DRAFT: 0, S.UNKNOWN: 0, S.PRELIMINARY: 1, S.ACTIVE: 1, S.ON_HOLD: 1,
    S.FINAL: 2, S.COMPLETED: 2, S.MISSED: 2, S.AMENDED: 3, S.CORRECTED: 4, S.WITHDRAWN: 5,
}  # fmt: skip
"""Of two reports of one instant. The statuses of results all differ: no luck decides."""

SETTLED = frozenset({S.FINAL, S.AMENDED, S.CORRECTED, S.WITHDRAWN, S.COMPLETED})
"""A late preliminary never overwrites one of these, however it is dated."""

_ANSWERED = -1

Revision = tuple[int, str, int]
Row = dict[str, Any]


def revision(kind: ItemKind, status: ItemStatus, issued_at: datetime | None) -> Revision:
    """Where a report stands: settled first (results, documents), then by time, then by rank."""
    settles = kind in (ItemKind.RESULT, ItemKind.DOCUMENT) and status in SETTLED
    moment = issued_at.astimezone(UTC).isoformat(timespec="microseconds") if issued_at else ""
    return (int(settles), moment, RANK[status])


def revision_of(report: ItemReport) -> Revision:
    """The revision of a report. An answer is older than all that the referring side says: it fills
    in what that leaves out, and changes neither its status nor its words."""
    settled, moment, rank = revision(report.kind, report.status, report.issued_at)
    return (_ANSWERED if is_answer(report) else settled, moment, rank)


def is_answer(report: ItemReport) -> bool:
    """Whether it is what the other side says of a referral. Accepted is not seen."""
    return report.kind is ItemKind.REFERRAL and not ANSWERS.isdisjoint(report.details)


def only_answers(at: list[Any]) -> bool:
    """Whether nothing but answers has told of an item with this newest revision."""
    return at[:1] == [_ANSWERED]


def merged(kept: list[Row], told: list[Row]) -> list[Row]:
    """The observations after one more report's rows, in the order in which the source lists them.

    A row holds a value from the greatest report that gave one (`valued`) and a status from the
    greatest that spoke of it (`revision`): OBX-11 U makes final what it does not repeat.
    """
    held = {(row["code"], row["sub_id"]): row for row in kept}
    for row in told:
        key = (row["code"], row["sub_id"])
        before = held.get(key)
        held[key] = row if before is None else _joined(before, row)
    return sorted(held.values(), key=lambda row: (row["position"], row["code"], row["sub_id"]))


def dated(rows: list[Row], at: list[Any]) -> list[Row]:
    """The rows of an item as `merged` takes them: what stands without a revision has the item's."""
    return [{"valued": at, "revision": at, **row} for row in rows]


def undated(rows: list[Row], at: list[Any]) -> list[Row]:
    """The rows as an item keeps them: most are as new as the item, and a third of each row would
    say so twice."""
    return [
        {
            name: value
            for name, value in row.items()
            if value != at or name not in ("valued", "revision")
        }
        for row in rows
    ]


EMPTY: tuple[object, ...] = ("", None, [])
BOOKKEEPING = frozenset({"valued", "revision", "position", "withdrawn"})


def history(told: list[Row]) -> list[Row]:
    """What one report said, for the history: no empty fields, and nothing that orders reports."""
    return [
        {
            name: value
            for name, value in row.items()
            if value not in EMPTY and name not in BOOKKEEPING
        }
        for row in told
    ]


def severity(rows: list[Row], stated: str = "") -> Severity | None:
    """The gravest of the live observations and of what the newest report states as a whole.

    It may state more than they show: a value that could not be obtained, a line past the limit.
    """
    graded = [row["severity"] for row in rows if row["severity"] and not row["withdrawn"]]
    return worst([Severity(one) for one in (*graded, stated) if one])


def _joined(before: Row, row: Row) -> Row:
    """Of two rows that are equally new, the one that came later stands."""
    value = row if row["valued"] >= before["valued"] else before
    status = row if row["revision"] >= before["revision"] else before
    return {
        **value,
        "status": status["status"],
        "revision": status["revision"],
        "position": max(before["position"], row["position"]),
    }


def rows(report: ItemReport) -> list[Row]:
    """One row an observation; a test repeated under one sub-id is told apart by its turn."""
    at = list(revision_of(report))
    turns: dict[tuple[str, str], int] = {}
    made: list[Row] = []
    for position, observation in enumerate(report.observations):
        key = (observation.code.code, observation.sub_id)
        turn = turns[key] = turns.get(key, 0) + 1
        sub_id = observation.sub_id if turn == 1 else f"{observation.sub_id}#{turn}"
        made.append(
            {
                **_value(observation),
                "sub_id": sub_id,
                "status": observation.status.value,
                "position": position,
                "valued": at if _gives_value(observation) else [],
                "revision": at,
            }
        )
    return made


def _gives_value(observation: Observation) -> bool:
    return (
        bool(observation.value)
        or observation.severity is not None
        or observation.status == S.WITHDRAWN
    )


def _value(observation: Observation) -> Row:
    row: Row = {
        "code": observation.code.code,
        "display": observation.code.display,
        "system": observation.code.system,
        "value": observation.value,
        "number": observation.number,
        "units": observation.units,
        "range": observation.reference_range,
        "low": observation.low,
        "high": observation.high,
        "flags": list(observation.flags),
        "severity": observation.severity.value if observation.severity else "",
        "observed_at": observation.observed_at.isoformat() if observation.observed_at else "",
        "note": observation.note,
        "withdrawn": observation.status == S.WITHDRAWN,
    }
    if observation.alternate:
        row["alternate"] = asdict(observation.alternate)
    return row
