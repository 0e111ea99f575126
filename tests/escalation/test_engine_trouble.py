"""A row that somebody holds costs itself only: neither its practice nor the next one waits."""

import threading

import pytest
from django.db import connection, transaction

from escalation import engine
from escalation.models import Clock
from routing.models import Task
from tenants import wake
from tenants.ids import uuid7
from tenants.models import Topic
from tests.escalation.test_many_sweeps import CRITICAL, ISSUED, MINUTE, elm, open_tasks

__all__ = ["elm"]

pytestmark = pytest.mark.django_db(transaction=True)

NOW = ISSUED + MINUTE


@pytest.fixture
def short_locks():
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '300ms'")
    yield
    connection.close()


@pytest.mark.usefixtures("short_locks")
def test_a_task_that_somebody_holds_stops_neither_its_practice_nor_the_next(elm, oak_street):
    tasks = open_tasks(elm, 5, CRITICAL)
    with oak_street.scoped(), transaction.atomic():
        wake.call(Topic.TASK, [(uuid7(), NOW)])
    assert wake.practices_due(Topic.TASK, now=NOW) == [elm.practice.pk, oak_street.practice.pk]
    held, over = threading.Event(), threading.Event()

    def hold():
        with elm.scoped(), transaction.atomic():
            list(Task.objects.lock([tasks[0].pk]))
            held.set()
            over.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    try:
        engine.sweep_tasks(now=NOW)
    finally:
        over.set()
        holder.join(timeout=10)
    assert wake.practices_due(Topic.TASK, now=NOW) == []
    assert tasks_with_clocks(elm) == {task.pk for task in tasks[1:]}
    engine.sweep_tasks(now=NOW + engine.RETRY_AFTER)
    assert tasks_with_clocks(elm) == {task.pk for task in tasks}


def tasks_with_clocks(elm):
    with elm.scoped(), transaction.atomic():
        return set(Clock.objects.values_list("task", flat=True))
