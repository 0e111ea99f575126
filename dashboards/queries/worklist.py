"""My queue and Team queue: which tasks, in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import Membership
from charts.values import Severity
from dashboards import words
from dashboards.queries import by_due, sources
from dashboards.queries.by_due import After, DuePlace
from dashboards.queries.desk import Desk
from dashboards.queries.listed import Listed, fetch
from dashboards.queries.listing import rows_of
from dashboards.queries.sources import Part, Place
from dashboards.rows import QueueRow
from routing.models import Queue, Task
from routing.operations.moves import UNDO_WITHIN

PAGE = 50


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list."""

    rows: tuple[QueueRow, ...]
    next_place: DuePlace | Place | None
    patients: tuple[UUID, ...]
    """Whose names are on it: for the audit record."""


def in_order(desk: Desk, parts: Sequence[Part], *, after: Place | None, back: str) -> Found:
    """The next page of the parts, most dangerous first, then oldest."""
    places = sources.page(parts, after=after, size=PAGE)
    tasks = _fetched([place.pk for place in places[:PAGE]])
    more = places[PAGE - 1] if len(places) > PAGE else None
    return Found(rows_of(desk, tasks, back=back), more, _patients(tasks))


def in_due_order(desk: Desk, parts: Sequence[Part], *, after: After, back: str) -> Found:
    """The next page of the parts, overdue first, then due soonest, undated last."""
    places = by_due.page(parts, after=after, size=PAGE)
    tasks = _fetched([place.pk for place in places[:PAGE]])
    more = places[PAGE - 1] if len(places) > PAGE else None
    return Found(rows_of(desk, tasks, back=back), more, _patients(tasks))


def done_today(desk: Desk, *, before: datetime | None, back: str) -> Found:
    """What is mine and was closed since midnight here, newest first."""
    ended = Task.objects.owned_by(desk.member).filter(ended_at__gte=desk.midnight)
    ended = ended if desk.sees_patients else ended.filter(patient__isnull=True)
    ended = ended.filter(ended_at__lt=before) if before else ended
    ids = list(ended.order_by("-ended_at").values_list("pk", flat=True)[: PAGE + 1])
    tasks = _fetched(ids[:PAGE])
    last = tasks[-1].ended_at if len(ids) > PAGE and tasks else None
    place = Place(0, last, tasks[-1].pk) if last else None
    return Found(rows_of(desk, tasks, back=back), place, _patients(tasks))


def counts(desk: Desk, queues: Sequence[Queue]) -> dict[str, str]:
    """The figures on the tabs of My queue; none where they could only be guessed."""
    owned = sources.visible(desk, sources.owned_by(desk.member))
    lists = [sources.mine(desk, queues, view) for view in ("mine", "critical")]
    done = [sources.closed_by_me(desk, since=desk.midnight)]
    mine, critical, closed, mine_alone, held = sources.counts(
        [*lists, done, [owned]], held_by=owned
    )
    figures = {"mine": mine, "critical": critical, "hold": held, "done": closed}
    said = {view: words.count(figure, sources.CAP) for view, figure in figures.items()}
    return said | ({"hold": ""} if mine_alone >= sources.CAP else {})


def one(desk: Desk, task_id: UUID, *, back: str) -> QueueRow | None:
    """The row of one task, as a list would show it now."""
    rows = rows_of(desk, _fetched([task_id]), back=back)
    return rows[0] if rows else None


def next_after(parts: Sequence[Part], task: Task) -> UUID | None:
    """What comes after a task in its list, or before it where it was the last."""
    place = Place(task.danger, task.authored_at, task.pk)
    found = sources.page(parts, after=place, size=1) or sources.page(parts, after=None, size=1)
    return next((place.pk for place in found if place.pk != task.pk), None)


def last_done(desk: Desk) -> UUID | None:
    """My newest Done that can still be undone."""
    since = desk.now - UNDO_WITHIN
    done = Task.objects.filter(owner=desk.member, ended_by=desk.member, ended_at__gte=since)
    done = done.filter(closed_with__isnull=True)  # goes back with what it was closed with
    done = done.exclude(severity=Severity.CRITICAL)
    found: UUID | None = done.order_by("-ended_at").values_list("pk", flat=True).first()
    return found


def active_members() -> list[Membership]:
    """Everybody who may own work, by name."""
    return list(Membership.objects.filter(is_active=True).order_by("name"))


def all_queues() -> list[Queue]:
    """Every queue of the practice, by name."""
    return list(Queue.objects.order_by("name"))


def _fetched(ids: Sequence[UUID]) -> list[Listed]:
    tasks = fetch(ids)
    return [tasks[pk] for pk in ids if pk in tasks]


def _patients(tasks: Sequence[Listed]) -> tuple[UUID, ...]:
    return tuple({task.patient.pk for task in tasks if task.patient})
