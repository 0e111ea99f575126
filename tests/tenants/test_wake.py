"""Wakes: ids and instants over all practices, taken by one sweep at a time."""

import os
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction

from tenants import scope, wake
from tenants.ids import uuid7
from tenants.models import Topic, Wake

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def as_superuser() -> psycopg.Connection:
    """In this test's database."""
    return psycopg.connect(
        os.environ["SUPERUSER_DATABASE_URL"], autocommit=True,
        dbname=connection.settings_dict["NAME"],
    )  # fmt: skip


def call(practice, dues, topic=Topic.CLOCK):
    with scope.scoped(practice.pk), transaction.atomic():
        wake.call(topic, dues)


def test_practices_are_found_by_what_is_due_the_longest_waiting_first(elm_street, oak_street, now):
    call(elm_street.practice, [(uuid7(), now), (uuid7(), now + MINUTE)])
    call(oak_street.practice, [(uuid7(), now - MINUTE)])
    found = wake.practices_due(Topic.CLOCK, now=now)
    assert found == [oak_street.practice.pk, elm_street.practice.pk]
    assert wake.practices_due(Topic.CLOCK, now=now - MINUTE) == [oak_street.practice.pk]
    assert wake.practices_due(Topic.INTENT, now=now) == []


def test_the_backlog_of_one_practice_hides_none_of_the_others(
    elm_street, oak_street, now, monkeypatch
):
    monkeypatch.setattr(wake, "LOOK", 5)
    call(elm_street.practice, [(uuid7(), now - MINUTE) for _ in range(20)])
    call(oak_street.practice, [(uuid7(), now)])
    found = wake.practices_due(Topic.CLOCK, now=now)
    assert found == [elm_street.practice.pk, oak_street.practice.pk]


@pytest.mark.django_db(transaction=True)
def test_a_claim_takes_no_more_than_its_limit_whatever_the_planner_takes_the_table_for(
    elm_street, now
):
    """With statistics of one row it looks the due ones up for each row of the table."""
    first, *more = (uuid7() for _ in range(4))
    call(elm_street.practice, [(first, now - MINUTE)])
    with as_superuser() as server:
        server.execute("DELETE FROM tenants_wake WHERE about <> %s", [first])
        server.execute("VACUUM (FULL, ANALYZE) tenants_wake")
    call(elm_street.practice, [(one, now) for one in more])
    with elm_street.scoped(), transaction.atomic():
        assert wake.claim(Topic.CLOCK, limit=1, now=now) == [first]
        assert {*wake.claim(Topic.CLOCK, limit=9, now=now)} == {*more}


def test_a_claim_takes_the_practices_own_due_wakes_each_once(elm_street, oak_street, now):
    mine, later, others = uuid7(), uuid7(), uuid7()
    call(elm_street.practice, [(mine, now), (mine, now), (later, now + MINUTE)])
    call(oak_street.practice, [(others, now)])
    with elm_street.scoped():
        assert wake.claim(Topic.CLOCK, limit=10, now=now) == [mine]
        assert wake.claim(Topic.CLOCK, limit=10, now=now) == []
    with oak_street.scoped():
        assert wake.claim(Topic.CLOCK, limit=10, now=now) == [others]


def test_a_wake_holds_ids_and_an_instant_and_no_word_of_anybody():
    columns = {field.attname for field in Wake._meta.concrete_fields}
    assert columns == {"id", "topic", "at", "practice_id", "about"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT data_type FROM information_schema.columns WHERE table_name = 'tenants_wake' "
            "AND column_name IN ('at', 'practice_id', 'about') ORDER BY column_name"
        )
        kinds = [row[0] for row in cursor.fetchall()]
    assert kinds == ["uuid", "timestamp with time zone", "uuid"]


def test_what_is_of_the_first_topic_comes_first_however_long_others_wait(
    elm_street, oak_street, now, monkeypatch
):
    topics = (Topic.PAGE, Topic.INTENT)
    call(elm_street.practice, [(uuid7(), now - MINUTE) for _ in range(20)], Topic.INTENT)
    call(oak_street.practice, [(uuid7(), now)], Topic.PAGE)
    expected = [("page", oak_street.practice.pk), ("intent", elm_street.practice.pk)]
    assert wake.practices_due_by(topics, now=now) == expected
    call(oak_street.practice, [(uuid7(), now)], Topic.INTENT)
    monkeypatch.setattr(wake, "LOOK", 5)
    assert wake.practices_due_by(topics, now=now) == [
        *expected, ("intent", oak_street.practice.pk)
    ]  # fmt: skip
