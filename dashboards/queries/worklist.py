"""My queue and Team queue: which tasks, in which order."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.models import Membership
from charts.values import ItemStatus, Severity
from dashboards import words
from dashboards.lists import WorkList
from dashboards.queries import by_due, sources
from dashboards.queries.by_due import After, DuePlace
from dashboards.queries.desk import Desk
from dashboards.queries.listed import Listed, fetch
from dashboards.queries.listing import rows_of
from dashboards.queries.narrowing import narrowed
from dashboards.queries.sources import Part, Place
from dashboards.rows import Batch, QueueRow
from routing.filters import Filters
from routing.models import Queue, Task

PAGE = 50
NONE = Filters()


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list."""

    rows: tuple[QueueRow, ...]
    next_place: DuePlace | Place | None
    patients: tuple[UUID, ...]
    """Whose names are on it: for the audit record."""
    batches: tuple[Batch, ...] = ()


def in_order(desk: Desk, parts: Sequence[Part], *, after: Place | None, back: str) -> Found:
    """The next page of the parts, most dangerous first, then oldest."""
    places = sources.page(parts, after=after, size=PAGE)
    tasks = _fetched([place.pk for place in places[:PAGE]])
    more = places[PAGE - 1] if len(places) > PAGE else None
    return Found(rows_of(desk, tasks, back=back), more, _patients(tasks), _batches(tasks))


def in_due_order(desk: Desk, parts: Sequence[Part], *, after: After, back: str) -> Found:
    """The next page of the parts, overdue first, then due soonest, undated last."""
    places = by_due.page(parts, after=after, size=PAGE)
    tasks = _fetched([place.pk for place in places[:PAGE]])
    more = places[PAGE - 1] if len(places) > PAGE else None
    return Found(rows_of(desk, tasks, back=back), more, _patients(tasks))


def done_today(desk: Desk, parts: Sequence[Part], *, after: Place | None, back: str) -> Found:
    """What is mine and was closed since midnight here, newest first."""
    before = after.authored_at if after else None
    closed = sources.newest_closed(parts, before=before, size=PAGE + 1)
    tasks = _fetched([one.pk for one in closed[:PAGE]])
    more = Place(0, closed[PAGE - 1].at, closed[PAGE - 1].pk) if len(closed) > PAGE else None
    return Found(rows_of(desk, tasks, back=back), more, _patients(tasks))


def counts(desk: Desk, queues: Sequence[Queue], filters: Filters = NONE) -> dict[str, str]:
    """The figures on the tabs of My queue; none where they could only be guessed."""

    def narrow(parts: Sequence[Part]) -> list[Part]:
        return narrowed(parts, filters, now=desk.now)

    (owned,) = narrow([sources.visible(desk, sources.owned_by(desk.member))])
    lists = [narrow(sources.mine(desk, queues, view)) for view in ("mine", "critical")]
    done = narrow([sources.closed_by_me(desk, since=desk.midnight)])
    mine, critical, closed, mine_alone, held = sources.counts(
        [*lists, done, [owned]], held_by=owned
    )
    figures = {"mine": mine, "critical": critical, "hold": held, "done": closed}
    said = {view: words.count(figure, sources.CAP) for view, figure in figures.items()}
    return said | ({"hold": ""} if mine_alone >= sources.CAP else {})


LANES = ("open", "now")
"""Tabs of Team queue that can be counted at once, however much there is."""


def counts_of(desk: Desk, at: WorkList, queues: Sequence[Queue]) -> dict[str, str]:
    """The figures on the tabs of a screen, under its filters."""
    if at.screen == "queue":
        return counts(desk, queues, at.filters)
    figures = sources.counts([parts_of(desk, at.on(view), queues) for view in LANES])
    return {view: words.count(one, sources.CAP) for view, one in zip(LANES, figures, strict=True)}


def rows(desk: Desk, ids: Sequence[UUID], *, back: str) -> Found:
    """The rows of these tasks, as a list would show them now."""
    tasks = _fetched(ids)
    return Found(rows_of(desk, tasks, back=back), None, _patients(tasks))


def one(desk: Desk, task_id: UUID, *, back: str) -> QueueRow | None:
    """The row of one task, as a list would show it now."""
    rows = rows_of(desk, _fetched([task_id]), back=back)
    return rows[0] if rows else None


WITH_PEOPLE = {"owned", "hold"}
"""Tabs of Team queue whose tasks have owners."""


def parts_of(
    desk: Desk, at: WorkList, queues: Sequence[Queue], members: Sequence[Membership] = ()
) -> list[Part]:
    """Where the tasks of a list come from; `queues` are the pools of My queue, or all."""
    if at.view == "done":
        parts = [sources.closed_by_me(desk, since=desk.midnight)]
    elif at.screen == "queue":
        parts = sources.mine(desk, queues, at.view)
    else:
        parts = sources.team(desk, queues, at.view, members)
    return narrowed(parts, at.filters, now=desk.now)


def page(desk: Desk, at: WorkList, parts: Sequence[Part], *, after: str, back: str) -> Found:
    """The page of a list that begins after a place."""
    place = Place.read(after)
    if at.view == "done":
        return done_today(desk, parts, after=place, back=back)
    if at.view == "due":
        return in_due_order(desk, parts, after=DuePlace.read(after) or place, back=back)
    return in_order(desk, parts, after=place, back=back)


def next_after(parts: Sequence[Part], task: Task) -> UUID | None:
    """What comes after a task in its list, or before it where it was the last."""
    place = Place(task.danger, task.authored_at, task.pk)
    found = sources.page(parts, after=place, size=1) or sources.page(parts, after=None, size=1)
    return next((place.pk for place in found if place.pk != task.pk), None)


def active_members() -> list[Membership]:
    """Everybody who may own work, by name."""
    return list(Membership.objects.filter(is_active=True).order_by("name"))


def all_queues() -> list[Queue]:
    """Every queue of the practice, by name."""
    return list(Queue.objects.order_by("name"))


def _fetched(ids: Sequence[UUID]) -> list[Listed]:
    tasks = fetch(ids)
    return [tasks[pk] for pk in ids if pk in tasks]


def _batches(tasks: Sequence[Listed]) -> tuple[Batch, ...]:
    """Final results in range of one kind, where there are several; the most first."""
    kinds: dict[str, list[Listed]] = defaultdict(list)
    for task in tasks:
        is_final = task.item is not None and task.item.status == ItemStatus.FINAL
        if is_final and task.severity == Severity.NORMAL and task.is_open:
            kinds[task.title].append(task)
    found = [Batch(title=title, count=len(alike), first=str(alike[0].pk))
             for title, alike in kinds.items() if len(alike) > 1]  # fmt: skip
    return tuple(sorted(found, key=lambda batch: -batch.count))


def _patients(tasks: Sequence[Listed]) -> tuple[UUID, ...]:
    return tuple({task.patient.pk for task in tasks if task.patient})
