"""The backlog in numbers is what the tasks say, whatever moved them and whoever counts."""

from datetime import timedelta

import pytest
from django.db import transaction

from audit.actors import Actor
from audit.models import AuditEvent
from routing import backlog
from routing import operations as routing
from routing.models import BacklogChange, BacklogCount, Task
from tests.dashboards.clinic import open_morning
from tests.people import open_elm_street

pytestmark = pytest.mark.django_db


@pytest.fixture
def elm_street(db, now):
    """Open long enough for a history."""
    return open_elm_street(now=now - timedelta(days=600))


@pytest.fixture
def tasks(elm_street, now):
    with elm_street.scoped():
        return open_morning(elm_street, now=now)


def counted(elm, columns, where=""):
    with elm.scoped(), transaction.atomic():
        return {row[:-1]: row[-1] for row in backlog.cells(columns, where)}


def wrong(elm, now) -> int:
    with elm.scoped():
        return backlog.check_practice(elm.practice.pk, now=now)


def all_open(elm) -> int:
    with elm.scoped(), transaction.atomic():
        return Task.objects.open().count()


def test_each_open_task_is_counted_once_by_kind_and_once_by_day(elm_street, tasks, now):
    for kind in ("what", "when"):
        assert sum(counted(elm_street, "stage", f"kind = '{kind}'").values()) == all_open(
            elm_street
        )
    assert wrong(elm_street, now) == 0


def test_every_move_is_counted_with_it(elm_street, tasks, now):
    nora, actor = elm_street.nora, Actor.person(elm_street.nora)
    potassium, lipids = tasks["Potassium"].pk, tasks["Lipid panel"].pk
    with elm_street.scoped():
        routing.claim(task_id=potassium, member=nora, actor=actor, now=now)
        routing.assign(task_id=lipids, member=nora, to=elm_street.max, actor=actor, now=now)
        routing.hold(
            task_id=tasks["TSH"].pk,
            member=nora,
            reason="sample is repeated",
            recheck_date=(now + timedelta(days=2)).date(),
            actor=actor,
            now=now,
        )
        routing.complete(
            task_id=potassium,
            member=nora,
            outcome="discussed",
            told="the patient",
            told_at=now,
            actor=actor,
            now=now,
        )
        stages = counted(elm_street, "stage", "kind = 'what'")
        routing.reopen(task_id=potassium, member=nora, reason="a second look", actor=actor, now=now)
    assert stages["waiting",] == 1
    owned = counted(elm_street, "owner_id", "kind = 'what' AND stage = 'owned'")
    assert owned[elm_street.max.pk,] == 1
    assert wrong(elm_street, now) == 0


def test_adding_up_changes_no_number_and_leaves_nothing_to_add(elm_street, tasks, now):
    columns = "kind, owner_id, queue_id, category, severity, stage, is_late, day"
    still_open = "kind IN ('what', 'when')"
    before = counted(elm_street, columns, still_open)
    assert backlog.fold(now=now) > 0
    assert counted(elm_street, columns, still_open) == before
    with elm_street.scoped(), transaction.atomic():
        assert not BacklogChange.objects.exists()
        assert BacklogCount.objects.exists()
    assert backlog.fold(now=now) == 0
    assert wrong(elm_street, now) == 0


def test_days_long_past_are_put_together_and_still_add_up(elm_street, tasks, now):
    backlog.fold(now=now)
    later = now + timedelta(days=60)
    before = sum(counted(elm_street, "stage", "kind = 'when'").values())
    assert wrong(elm_street, later) == 0
    backlog.fold(now=later)
    assert set(counted(elm_street, "day", "kind = 'when'")) == {(backlog.OLDER,)}
    assert sum(counted(elm_street, "stage", "kind = 'when'").values()) == before
    assert counted(elm_street, "day", "kind = 'came'") == {}
    assert wrong(elm_street, later) == 0


def test_a_number_that_drifted_is_found_said_and_mended(elm_street, tasks, now, caplog):
    backlog.fold(now=now)
    with elm_street.scoped(), transaction.atomic():
        cell = BacklogCount.objects.filter(kind="what").first()
        cell.n += 3
        cell.save(update_fields=["n"])
    assert backlog.check(now=now) == 1
    assert "backlog counts differed from the tasks" in caplog.text
    with elm_street.scoped(), transaction.atomic():
        assert AuditEvent.objects.get(action="backlog.mended").detail == {"cells": 1}
    assert backlog.check(now=now) == 0


def test_counting_for_the_first_time_is_no_drift(elm_street, tasks, now, caplog):
    backlog.fold(now=now)
    with elm_street.scoped(), transaction.atomic():
        BacklogCount.objects.all().delete()
    assert wrong(elm_street, now) > 0
    assert "differed" not in caplog.text
    assert sum(counted(elm_street, "stage", "kind = 'what'").values()) == all_open(elm_street)


def test_the_numbers_of_one_practice_hold_no_task_of_another(elm_street, oak_street, tasks, now):
    assert counted(oak_street, "kind") == {}
    assert wrong(oak_street, now) == 0


def test_a_change_that_is_taken_back_was_never_counted(elm_street, tasks):
    before = counted(elm_street, "stage, owner_id", "kind = 'what'")
    with elm_street.scoped(), transaction.atomic():
        Task.objects.open().update(owner=elm_street.max)
        transaction.set_rollback(True)
    assert counted(elm_street, "stage, owner_id", "kind = 'what'") == before
