"""What benches write by SQL of their own is what the tables take now."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from routing.models import Task
from tenants import scope

pytestmark = pytest.mark.django_db

BENCH = Path(__file__).resolve().parents[2] / "bench"
SIZE = 20


@pytest.fixture(autouse=True)
def bench(monkeypatch):
    """Its scripts import each other as they do when they run."""
    monkeypatch.syspath_prepend(str(BENCH))
    yield
    for name in ("stage", "worklist", "dashboard", "sweep"):
        sys.modules.pop(name, None)


def write(*statements: str, values: dict[str, object]) -> None:
    with scope.scoped(values["practice"]), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)
        assert Task.objects.count() >= SIZE


def test_worklist(monkeypatch):
    import worklist

    monkeypatch.setattr(worklist, "OTHERS", 0)
    (place,) = worklist.open_practices()
    write(worklist.FILL, values=place | {"size": SIZE, "from": 0})


def test_dashboard():
    import dashboard

    place = dashboard.open_practice("bench")
    for ended in (False, True):
        write(dashboard.FILL, values=place | {"size": SIZE, "ended": ended})


def test_sweep():
    import sweep

    (place,) = sweep.open_practices(1)
    due = timezone.now()
    times = {"at": due, "next": due, "due": due + timedelta(hours=1)}
    write(sweep.TASKS, sweep.CLOCKS, sweep.WAKES, values=place | times | {"n": SIZE})
