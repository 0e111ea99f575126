"""The two questions that a machine asks: are you there, and are you fit for work?"""

from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from config.schedule import SWEEPS
from watchdog import heartbeats
from watchdog.auditor import Auditing
from watchdog.heartbeats import Passes

TIMED = (*SWEEPS, Auditing())


def beat(*, ago: float = 0) -> None:
    for sweep in TIMED:
        heartbeats.beat(sweep, Passes(1, 1), now=timezone.now() - timedelta(seconds=ago))


def ready():
    return Client().get("/readyz")


@pytest.mark.django_db
def test_the_process_answers_without_asking_the_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_who_never_swept_is_not_ready():
    answer = ready()
    assert answer.status_code == 503
    assert answer.json()["late"] == [sweep.name for sweep in TIMED]


@pytest.mark.django_db
def test_who_sweeps_is_ready_and_tells_how_long_ago():
    beat()
    answer = ready()
    assert (answer.status_code, answer.json()["status"], answer.json()["late"]) == (200, "ok", [])
    assert answer.json()["sweeps"].keys() == {sweep.name for sweep in TIMED}
    assert all(0 <= age < 60 for age in answer.json()["sweeps"].values())


@pytest.mark.django_db
@pytest.mark.parametrize("late", TIMED, ids=lambda sweep: sweep.name)
def test_one_late_sweep_is_enough_and_is_named(late):
    beat()
    heartbeats.beat(late, Passes(), now=timezone.now() - timedelta(days=1))
    answer = ready()
    assert answer.status_code == 503
    assert (answer.json()["status"], answer.json()["late"]) == ("unready", [late.name])
    beat()
    assert ready().status_code == 200


@pytest.mark.django_db
def test_health_tells_nothing_of_any_practice(elm_street):
    beat()
    for path in ("/healthz", "/readyz"):
        said = Client().get(path).text
        assert str(elm_street.practice.pk) not in said
        assert elm_street.practice.slug not in said


@pytest.mark.django_db(transaction=True)
def test_without_a_database_the_process_lives_and_is_not_ready():
    connection = connections["default"]
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "no_such_database"
    try:
        assert Client().get("/healthz").status_code == 200
        answer = ready()
        assert answer.status_code == 503
        assert answer.json() == {"status": "unready", "database": "no answer"}
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
