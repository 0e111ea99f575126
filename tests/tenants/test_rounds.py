"""A sweep goes through every practice, and trouble in one is no trouble in the next."""

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from tenants import scope
from tenants.rounds import each_practice

pytestmark = pytest.mark.django_db


class NotReady(Exception):
    pass


@pytest.fixture
def both(elm_street, oak_street):
    return {elm_street.practice.pk, oak_street.practice.pk}


def test_each_is_worked_in_its_own_scope_and_the_work_is_summed(both):
    seen = []

    def work(practice_id):
        seen.append((practice_id, scope.current()))
        return 3

    assert each_practice(work) == 6
    assert {practice_id for practice_id, _ in seen} == both
    assert all(practice_id == current for practice_id, current in seen)
    assert scope.current_or_none() is None


def test_a_practice_that_is_switched_off_is_left_alone(both, oak_street):
    oak_street.practice.is_active = False
    oak_street.practice.save(update_fields=["is_active"])
    assert each_practice(lambda _: 1) == 1


def test_trouble_in_one_is_logged_by_its_id_and_the_next_is_worked(both, elm_street, caplog):
    def work(practice_id):
        if practice_id == elm_street.practice.pk:
            raise ValueError("Marsh, Pat")
        return 1

    assert each_practice(work) == 1
    [line] = [one for one in caplog.records if one.levelname == "ERROR"]
    assert (line.message, line.practice) == ("practice not swept", str(elm_street.practice.pk))


def test_what_means_not_ready_yet_is_passed_over_in_silence(both, caplog):
    def work(_):
        raise NotReady

    assert each_practice(work, put_off=(NotReady,)) == 0
    assert not caplog.records


def test_a_database_that_is_away_is_nobodys_own_trouble(both):
    def work(_):
        raise OperationalError

    with pytest.raises(OperationalError):
        each_practice(work)


def test_a_connection_that_is_ended_is_nobodys_own_trouble(both):
    def work(_):
        try:
            raise psycopg.errors.AdminShutdown
        except psycopg.Error as error:
            raise OperationalError from error

    with pytest.raises(OperationalError):
        each_practice(work)


@pytest.mark.parametrize(
    "cause",
    [psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled,
     psycopg.errors.DeadlockDetected],
)  # fmt: skip
def test_a_lock_a_timeout_or_a_deadlock_is_one_practices_own(both, elm_street, cause):
    def work(practice_id):
        if practice_id == elm_street.practice.pk:
            try:
                raise cause
            except psycopg.Error as error:
                raise OperationalError from error
        return 1

    assert each_practice(work) == 1


def test_a_statement_that_takes_too_long_stops_no_other_practice(both, elm_street):
    """By the real server: its error is of the class of a lost connection."""

    def work(practice_id):
        if practice_id == elm_street.practice.pk:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = '20ms'")
                cursor.execute("SELECT pg_sleep(2)")
        return 1

    assert each_practice(work) == 1
