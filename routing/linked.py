"""The open tasks of the same patient that one Done may close along (`routing.linking`)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from charts.models import ChartItem, Encounter
from charts.recognition import numbers
from charts.values import Severity
from routing import linking
from routing.linking import Thing, Tie
from routing.models import Task

MOST = 100
"""Open tasks of one patient that are looked at."""

GRAVE = frozenset({Severity.ABNORMAL, Severity.CRITICAL})
"""What asks for an outcome of its own is closed for itself."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A task that is done too, and why."""

    task: Task
    tie: Tie


def linked(task: Task) -> list[Linked]:
    """The oldest first; none for a task about no patient."""
    if task.patient_id is None or not linking.explains(task.category):
        return []
    others = Task.objects.open().filter(patient=task.patient_id).exclude(pk=task.pk)
    others = others.exclude(severity__in=GRAVE).select_related("item", "owner", "queue")
    tasks = [task, *others.order_by("authored_at", "pk")[:MOST]]
    things = _things(tasks)
    ties = ((one, linking.tie(things[task.pk], things[one.pk])) for one in tasks[1:])
    return [Linked(one, tie) for one, tie in ties if tie is not None]


def _things(tasks: Iterable[Task]) -> dict[UUID, Thing]:
    missed = [task.about_id for task in tasks if task.about_id]
    items: dict[UUID | None, ChartItem] = {
        item.pk: item for item in ChartItem.objects.filter(pk__in=missed)
    }
    visits: dict[UUID | None, str] = dict(
        Encounter.objects.filter(pk__in=missed).values_list("pk", "number")
    )
    return {
        task.pk: _thing(task, task.item or items.get(task.about_id), visits.get(task.about_id, ""))
        for task in tasks
    }


def _thing(task: Task, item: ChartItem | None, visit: str) -> Thing:
    ids = frozenset(filter(None, (task.item_id, task.about_id)))
    thing = Thing(category=task.category, ids=ids, visit=visit, since=task.issued_at)
    if item is None:
        return thing
    return replace(
        thing,
        numbers=numbers(item.key, item.placer, item.details) | ({item.filler} - {""}),
        codes=frozenset(_codes(item)),
        visit=item.encounter_number,
    )


def _codes(item: ChartItem) -> Iterator[str]:
    """Of the item, and of each value that stands: a panel answers for its parts."""
    if item.code:
        yield f"{item.code_system}|{item.code}"
    for row in item.observations:
        if row["code"] and row["severity"] and not row["withdrawn"]:
            yield f"{row['system']}|{row['code']}"
