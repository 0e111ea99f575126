"""The counts behind the backlog page, read from its cells and summed in every way it shows them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from dashboards.queries.slicing import over_cells
from dashboards.slices import Slice
from routing import backlog
from routing.models import CellKind

Place = tuple[UUID | None, UUID]
"""An owner and a queue; without an owner, what nobody has taken from the queue."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Open tasks by what they are and when they came; all tasks by the days they came and ended."""

    what: Counter[tuple[str, str, Place, bool]] = field(default_factory=Counter)
    """By category, severity, place, lateness."""
    when: Counter[tuple[str, bool, date]] = field(default_factory=Counter)
    """By stage, lateness, day."""
    came: Counter[date] = field(default_factory=Counter)
    closed: Counter[date] = field(default_factory=Counter)

    @property
    def open(self) -> int:
        return sum(self.what.values())

    @property
    def late(self) -> int:
        return sum(n for (*_, late), n in self.what.items() if late)

    def days_of(self, stage: str) -> Counter[date]:
        """What is open at a stage, by the day it came."""
        return _by_day((day, n) for (at, _late, day), n in self.when.items() if at == stage)

    def late_days(self) -> Counter[date]:
        """What is late, by the day it came."""
        return _by_day((day, n) for (_stage, late, day), n in self.when.items() if late)


def _by_day(rows: Iterable[tuple[date, int]]) -> Counter[date]:
    found: Counter[date] = Counter()
    for day, n in rows:
        found[day] += n
    return found


def read(chosen: Slice) -> Counts:
    """Of a location and an owner, or of everything."""
    counts = Counts()
    for category, severity, owner, queue, late, n in _cells(
        "category, severity, owner_id, queue_id, is_late", (CellKind.WHAT,), chosen
    ):
        counts.what[category, severity, (owner, queue), late] = n
    flows: dict[str, Counter[date]] = {CellKind.CAME: counts.came, CellKind.CLOSED: counts.closed}
    kinds = (CellKind.WHEN, CellKind.CAME, CellKind.CLOSED)
    for kind, stage, late, day, n in _cells("kind, stage, is_late, day", kinds, chosen):
        if kind in flows:
            flows[kind][day] = n
        else:
            counts.when[stage, late, day] = n
    return counts


def late_days(chosen: Slice, place: Place) -> dict[date, int]:
    """What is late in one place, by the day it came."""
    owner, queue = place
    where = "owner_id = %(at_owner)s" if owner else "owner_id IS NULL AND queue_id = %(at_queue)s"
    rows = _cells("day", (CellKind.WHEN,), chosen, f"is_late AND {where}",
                  at_owner=owner, at_queue=queue)  # fmt: skip
    return dict(rows)


def _cells(
    columns: str, kinds: tuple[CellKind, ...], chosen: Slice, also: str = "", **values: object
) -> list[tuple[Any, ...]]:
    where, named = over_cells(chosen)
    clauses = " AND ".join(clause for clause in ("kind = ANY(%(kinds)s)", where, also) if clause)
    return backlog.cells(columns, clauses, kinds=[one.value for one in kinds], **named, **values)
