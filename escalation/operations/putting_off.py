"""No policy is in force: what waits for one is looked at again later, and nothing is forgotten."""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from escalation.models import Clock
from outbox.models import Intent
from routing.models import Task
from tenants import scope, wake
from tenants.models import Topic, Wake
from tenants.querysets import PracticeQuerySet

Ids = Collection[UUID]


def _tasks(ids: Ids) -> PracticeQuerySet[Task]:
    running = Clock.objects.filter(task=OuterRef("pk"), ended_at__isnull=True)
    return Task.objects.filter(Q(ended_at__isnull=True) | Exists(running), pk__in=ids)


def _clocks(ids: Ids) -> PracticeQuerySet[Clock]:
    return Clock.objects.filter(pk__in=ids, next_at__isnull=False)


def _pages(ids: Ids) -> PracticeQuerySet[Intent]:
    return Intent.objects.filter(pk__in=ids, task__ended_at__isnull=True)


ASKED: dict[Topic, Callable[[Ids], PracticeQuerySet[Task | Clock | Intent]]] = {
    Topic.TASK: _tasks, Topic.CLOCK: _clocks, Topic.UNREACHED: _pages,
}  # fmt: skip
"""Of the rows that a wake was about, those that somebody still waits for."""


def put_off(topic: Topic, ids: Ids, at: datetime) -> int:
    """Have what is still asked for looked at again, one wake a row; returns 0: nothing was done.

    What is over is let go, so however long there is no policy, no more is looked at than is open.
    """
    called = Wake.objects.filter(
        topic=topic, practice_id=scope.current(), about__in=ids, at__lte=at
    ).values_list("about", flat=True)
    left = set(ASKED[topic](ids).values_list("pk", flat=True)) - set(called)
    wake.call(topic, [(pk, at) for pk in sorted(left)])
    return 0
