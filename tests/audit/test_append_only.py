"""What was written stays: refused to the application by privilege, to the owner by trigger."""

import os

import pgtrigger
import psycopg
import pytest
from django.db import DatabaseError, connections, transaction
from django.db.models import ProtectedError

from audit import log
from audit.actors import Actor, ActorKind
from audit.models import AuditEvent
from charts.models import ItemVersion
from charts.values import Severity
from routing.models import RoutingDecision, Task, TaskTransition
from tenants import scope
from tests.people import SETUP
from tests.reports import bring, graded

HISTORIES = [AuditEvent, ItemVersion, TaskTransition, RoutingDecision]

STATEMENTS = {
    "update": "UPDATE {table} SET practice_id = practice_id",
    "update one": "UPDATE {table} SET id = id WHERE id = (SELECT id FROM {table} LIMIT 1)",
    "delete": "DELETE FROM {table}",
    "truncate": "TRUNCATE {table} CASCADE",
    "overwrite": "INSERT INTO {table} SELECT * FROM {table} LIMIT 1 "
                 "ON CONFLICT (practice_id, id) DO UPDATE SET id = EXCLUDED.id",
}  # fmt: skip

LOOPHOLES = {
    "disable a trigger": "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "drop the table": "DROP TABLE {table} CASCADE",
    "drop the policy": "DROP POLICY one_practice ON {table}",
    "switch row security off": "ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
    "grant itself the right": "GRANT DELETE ON {table} TO CURRENT_USER",
    "become the owner": "SET ROLE clearchart_owner",
    "own the table": "ALTER TABLE {table} OWNER TO CURRENT_USER",
    "replay as a replica": "SET session_replication_role = replica",
    "add a trigger":
        "CREATE TRIGGER x BEFORE INSERT ON {table} "
        "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
}  # fmt: skip


def run(alias: str, statement: str, model) -> None:
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(statement.format(table=model._meta.db_table))


@pytest.fixture
def history(elm_street, now):
    """One row at least in each history."""
    with elm_street.scoped():
        bring(graded(Severity.CRITICAL), now=now)
        yield {model: model.objects.count() for model in HISTORIES}


@pytest.mark.django_db
@pytest.mark.parametrize("model", HISTORIES, ids=lambda m: m.__name__)
@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_application_cannot_rewrite_a_history(history, model, statement):
    assert history[model]
    with pytest.raises(DatabaseError, match="permission denied"):
        run("default", STATEMENTS[statement], model)
    assert model.objects.count() == history[model]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", LOOPHOLES)
def test_the_application_cannot_take_the_lock_away(history, statement):
    def break_in():
        run("default", LOOPHOLES[statement], AuditEvent)
        run("default", STATEMENTS["delete"], AuditEvent)  # where the first only warned

    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        break_in()
    assert AuditEvent.objects.count() == history[AuditEvent]


@pytest.mark.django_db
def test_the_orm_cannot_either(history, now):
    for change in (
        lambda: AuditEvent.objects.update(action="nothing.happened"),
        lambda: AuditEvent.objects.all().delete(),
        lambda: AuditEvent.objects.first().delete(),
        lambda: ItemVersion.objects.update(number=9),
        lambda: Task.objects.all().delete(),
    ):
        with pytest.raises((DatabaseError, ProtectedError)), transaction.atomic():
            change()
    assert {model: model.objects.count() for model in HISTORIES} == history


@pytest.mark.django_db
def test_a_trigger_that_is_told_to_be_silent_still_has_the_privilege_behind_it(history):
    for model in HISTORIES:
        with (
            transaction.atomic(),
            pgtrigger.ignore(),
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
        ):
            model.objects.all().delete()


@pytest.fixture
def as_owner(elm_street, now):
    """A committed history, and a transaction of the role that owns the tables."""
    with elm_street.scoped():
        with transaction.atomic():
            bring(graded(Severity.CRITICAL), now=now)
        yield
    connections["owner"].close()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_owner_cannot_rewrite_the_audit_trail(as_owner):
    def rows() -> int:
        with transaction.atomic():
            return AuditEvent.objects.count()

    before = rows()
    assert before
    for name in ("update", "update one", "delete", "truncate", "overwrite"):
        with pytest.raises(DatabaseError, match=r"append-only|Cannot (update|delete)"):
            run("owner", STATEMENTS[name], AuditEvent)
    with pytest.raises(DatabaseError, match="permission denied"):
        run("owner", LOOPHOLES["replay as a replica"], AuditEvent)
    assert rows() == before


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize(
    "model", [ItemVersion, TaskTransition, RoutingDecision], ids=lambda m: m.__name__
)
def test_the_owner_cannot_rewrite_the_histories_of_work(as_owner, model):
    for name in ("update", "delete"):
        with pytest.raises(DatabaseError, match=r"Cannot (update|delete)"):
            run("owner", STATEMENTS[name], model)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_maintenance_role_reads_every_practice_and_writes_to_none(as_owner):
    url = os.environ.get("MAINT_DATABASE_URL")
    if not url:
        pytest.skip("MAINT_DATABASE_URL is not set")
    name = connections["default"].settings_dict["NAME"]
    with psycopg.connect(url, dbname=name, autocommit=True) as server:
        assert server.execute("SELECT count(*) FROM audit_auditevent").fetchone()[0] > 0
        for statement in ("UPDATE", "DELETE"):
            with pytest.raises(psycopg.Error, match="permission denied"):
                server.execute(STATEMENTS[statement.lower()].format(table="audit_auditevent"))


# Never nobody


def test_an_actor_is_never_nobody():
    with pytest.raises(ValueError, match="has a name"):
        Actor.machine("")
    with pytest.raises(ValueError, match="is a user"):
        Actor(ActorKind.PERSON, "Somebody")


@pytest.mark.django_db
@pytest.mark.parametrize(("field", "value"), [
    ("actor_name", ""), ("actor_kind", "ghost"), ("actor_kind", ""), ("outcome", "maybe"),
])  # fmt: skip
def test_the_database_refuses_a_row_of_nobody(elm_street, now, field, value):
    row = log.entry("test.done", actor=SETUP, now=now) | {field: value}
    with (
        elm_street.scoped(),
        pytest.raises(DatabaseError, match="violates check"),
        transaction.atomic(),
    ):
        log.record_all([row])


@pytest.mark.django_db
def test_without_a_scope_nothing_is_recorded(now):
    with pytest.raises(scope.ScopeError):
        log.record("test.done", actor=SETUP, now=now)


@pytest.mark.django_db
def test_a_row_goes_with_the_change_that_it_is_about(elm_street, now):
    with elm_street.scoped():
        with transaction.atomic():
            log.record("test.done", actor=SETUP, now=now)
            transaction.set_rollback(True)
        assert not AuditEvent.objects.filter(action="test.done").exists()
