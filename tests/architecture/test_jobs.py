"""Celery carries wake-ups and nothing else: rows hold every timer and every intent."""

import ast
import inspect

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from config import health, jobs, schedule
from config.celery import app
from config.management.commands import run_engine
from config.schedule import SWEEPS
from integrations import receiver
from routing.models import Task
from tenants import scope
from tenants.models import PracticeModel
from tenants.scope import ScopeError
from tests.architecture import code
from watchdog.models import Heartbeat

SENDS = {"delay", "apply_async", "send_task", "signature", "s", "si", "retry"}
TIMERS = {"eta", "countdown", "expires"}

ORU = (
    b"MSH|^~\\&|LAB|ELM|CC|ELM|20261116150000||ORU^R01|W1|P|2.5.1\r"
    b"PID|1||77^^^ELM^MR||Vandersteen^Ottilie||19610302|F\r"
    b"OBR|1||F77|2823-3^Potassium^LN|||20261116145000||||||||1234567893^Diaz^Ana||||||||F\r"
    b"OBX|1|NM|2823-3^Potassium^LN||6.8|mmol/L|3.5-5.1|HH|||F\r"
)


def timers(module: ast.Module) -> list[int]:
    return [
        call.lineno
        for call in code.calls(module)
        if code.called(call) in SENDS and {word.arg for word in call.keywords} & TIMERS
    ]


@pytest.mark.parametrize(
    "planted", ["wake.apply_async(args=['x'], eta=later)", "wake.signature(countdown=60)"]
)
def test_a_timer_in_the_broker_is_found(planted):
    assert timers(ast.parse(planted)) == [1]


def test_no_timer_lives_in_the_broker():
    assert {str(file): lines for file in code.files() if (lines := timers(code.tree(file)))} == {}


def our_tasks() -> dict[str, object]:
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}


def test_there_is_one_job_for_each_sweep_and_it_takes_nothing():
    tasks = our_tasks()
    assert tasks.keys() == {sweep.job for sweep in SWEEPS}
    assert all(not inspect.signature(task.run).parameters for task in tasks.values())


def test_a_lost_worker_gives_its_wake_up_back():
    assert app.conf.task_acks_late is True
    assert app.conf.task_reject_on_worker_lost is True
    assert app.conf.task_ignore_result is True
    assert app.conf.accept_content == ["json"]


def test_beat_and_the_engine_read_one_list():
    app.on_after_configure.send(sender=app)
    due = {
        name: (entry["task"], entry["schedule"], entry["args"], entry["kwargs"])
        for name, entry in app.conf.beat_schedule.items()
    }
    assert due == {sweep.name: (sweep.job, sweep.every, (), {}) for sweep in SWEEPS}
    assert run_engine.SWEEPS is schedule.SWEEPS is health.SWEEPS


def arrived(elm) -> None:
    with elm.scoped():
        receiver.store(
            [receiver.arrival_of_hl7(ORU, practice_id=elm.practice.pk, feed_id=elm.lab.pk)],
            now=timezone.now(),
        )


def tasks_of(elm) -> int:
    with elm.scoped():
        return Task.objects.count()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "drive", [jobs.JOBS["process-messages"], lambda: call_command("run_engine", once=True)]
)
def test_a_wake_up_belongs_to_no_practice_and_the_sweep_enters_each(elm_street, drive):
    arrived(elm_street)
    assert scope.current_or_none() is None
    drive()
    assert scope.current_or_none() is None
    assert tasks_of(elm_street) == 1


@pytest.mark.django_db
def test_a_repeated_wake_up_changes_nothing_but_the_heartbeat(elm_street):
    arrived(elm_street)
    jobs.JOBS["process-messages"]()
    jobs.JOBS["process-messages"]()
    assert tasks_of(elm_street) == 1
    assert Heartbeat.objects.get().looked == 0


@pytest.mark.django_db
def test_a_job_that_forgets_its_practice_is_refused(elm_street):
    arrived(elm_street)
    with pytest.raises(ScopeError):
        Task.objects.count()


def forgets_scope(module: ast.Module) -> bool:
    """Whether a command asks for rows of a practice and never enters one."""
    of_practice = {
        model.__name__ for model in apps.get_models() if issubclass(model, PracticeModel)
    }
    words = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
    asks = {
        node.value.id
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr == "objects"
        and isinstance(node.value, ast.Name)
    }  # fmt: skip
    return bool(asks & of_practice) and "scope" not in words


@pytest.mark.parametrize(
    ("line", "forgets"),
    [
        ("Task.objects.count()", True),
        ("Practice.objects.count()", False),
        ("with scope.scoped(practice_id): Task.objects.count()", False),
    ],
)
def test_a_command_that_forgets_its_practice_is_found(line, forgets):
    assert forgets_scope(ast.parse(line)) is forgets


def test_every_command_enters_the_practice_that_it_asks_about():
    commands = [file for file in code.files() if file.parent.name == "commands"]
    assert {file.stem for file in commands} >= {"ingest", "run_engine", "run_mllp", "simulate"}
    assert [file for file in commands if forgets_scope(code.tree(file))] == []
