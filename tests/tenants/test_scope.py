"""Nothing of a practice is read without its scope; never a silent empty answer."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from charts.models import Patient
from routing.models import Queue
from tenants import scope
from tenants.models import Location
from tenants.scope import ScopeError

pytestmark = pytest.mark.django_db


def test_the_suite_runs_as_the_unprivileged_role(elm_street):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("clearchart_app", False, False)


def test_one_practice_never_sees_another(elm_street, oak_street):
    with elm_street.scoped():
        assert set(Location.objects.values_list("name", flat=True)) == {"Main Street"}
    with oak_street.scoped():
        assert set(Location.objects.values_list("name", flat=True)) == {"Oak Street"}


@pytest.mark.parametrize(
    "ask",
    [
        lambda: list(Patient.objects.all()),
        lambda: Patient.objects.count(),
        lambda: Patient.objects.exists(),
        lambda: Patient.objects.create(),
        lambda: Patient.objects.update(family="x"),
        lambda: Patient.objects.bulk_create([]),
        lambda: Patient.objects.get(pk=1),
        lambda: Patient.objects.first(),
        lambda: Patient._base_manager.all(),
    ],
)
def test_without_a_scope_the_orm_raises(db, ask):
    with pytest.raises(ScopeError):
        ask()


def test_a_queryset_that_leaves_its_scope_raises(elm_street):
    with elm_street.scoped():
        rows = Queue.objects.all()
        assert rows.count() > 0
    with pytest.raises(ScopeError):
        list(rows)
    with pytest.raises(ScopeError):
        rows.update(name="stolen")
    with pytest.raises(ScopeError):
        list(rows.iterator())


def test_raw_sql_without_a_scope_finds_nothing(elm_street):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM routing_queue")
        assert cursor.fetchone() == (0,)


def test_raw_sql_in_a_scope_finds_that_practice_only(elm_street, oak_street):
    with oak_street.scoped(), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT practice_id FROM routing_queue")
        assert cursor.fetchall() == [(oak_street.practice.pk,)]


def test_a_row_cannot_point_at_another_practices_row(elm_street, oak_street):
    with oak_street.scoped(), pytest.raises(IntegrityError), transaction.atomic():
        Queue.objects.create(name="Theirs", role="nurse", location_id=elm_street.main.pk)


def test_a_row_cannot_be_written_for_another_practice(elm_street, oak_street):
    with (
        oak_street.scoped(),
        pytest.raises(Exception, match="row-level security"),
        transaction.atomic(),
    ):
        Location.objects.create(practice=elm_street.practice, name="Trojan", time_zone="UTC")


def test_an_inner_scope_ends_where_it_ends(elm_street, oak_street):
    with elm_street.scoped():
        with oak_street.scoped():
            assert Location.objects.get().name == "Oak Street"
        assert Location.objects.get().name == "Main Street"


def test_a_thread_starts_without_a_scope(elm_street):
    seen = []
    with elm_street.scoped():
        thread = threading.Thread(target=lambda: seen.append(scope.current_or_none()))
        thread.start()
        thread.join()
    assert seen == [None]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_the_orm_raises(elm_street):
    with elm_street.scoped(), pytest.raises(ScopeError):
        Queue.objects.count()


@pytest.mark.django_db(transaction=True)
def test_after_commit_there_is_no_silent_empty_answer(elm_street):
    def later():
        with pytest.raises(ScopeError):
            Queue.objects.count()
        seen.append("raised")

    seen = []
    with elm_street.scoped(), transaction.atomic():
        transaction.on_commit(later)
    assert seen == ["raised"]


@pytest.mark.django_db(transaction=True)
def test_the_scope_reaches_every_new_transaction(elm_street):
    with elm_street.scoped():
        for _ in range(2):
            with transaction.atomic():
                assert Location.objects.get().name == "Main Street"


def test_a_failed_savepoint_leaves_the_scope_as_it_was(elm_street, oak_street):
    with elm_street.scoped():
        with pytest.raises(IntegrityError), transaction.atomic(), oak_street.scoped():
            Queue.objects.create(name="Theirs", role="nurse", location_id=elm_street.main.pk)
        assert Location.objects.get().name == "Main Street"
