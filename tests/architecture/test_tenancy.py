"""The fence as the database itself describes it, and each hole that could be made in it."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from tenants.checks import GLOBAL_TABLES, every_table_is_fenced
from tenants.postgresql.base import DatabaseWrapper
from tests.architecture.catalogue import defects

FRAMEWORK_TABLES = {
    "django_migrations": "which migrations have run",
    "django_content_type": "names of our models",
    "django_session": "opaque keys, signed data: who is signed in and which practice they chose",
    "auth_permission": "Django's permission names",
    "auth_group": "Django's groups; we have none",
    "auth_group_permissions": "Django's groups; we have none",
    "accounts_user_groups": "Django's groups; we have none",
    "accounts_user_user_permissions": "Django's permissions; only support staff could have any",
    "account_emailaddress": "allauth: the sign-in address of a person, who may have two practices",
    "account_emailconfirmation": "allauth: keys sent to such an address",
    "mfa_authenticator": "allauth: sealed secrets and public keys of a person's second steps",
    "usersessions_usersession": "allauth: where a person is signed in; no word of any practice",
}
"""Tables that are not ours; a person and a session exist before any practice is known."""

OUTSIDE = {**GLOBAL_TABLES, **FRAMEWORK_TABLES}

APP, OWNER = "clearchart_app", "clearchart_owner"
ALL_ROWS = "USING (true) WITH CHECK (true)"
ONE_PRACTICE = "practice_id = NULLIF(current_setting('app.practice_id', true), '')::uuid"

PLANTED = {
    "row security switched off": (
        "ALTER TABLE charts_patient DISABLE ROW LEVEL SECURITY",
        ("no forced row security", "charts_patient"),
    ),
    "row security not forced on the owner": (
        "ALTER TABLE charts_patient NO FORCE ROW LEVEL SECURITY",
        ("no forced row security", "charts_patient"),
    ),
    "a practice that may be null": (
        ("ALTER TABLE audit_auditevent DROP CONSTRAINT audit_auditevent_pkey; "
        "ALTER TABLE audit_auditevent ALTER practice_id DROP NOT NULL"),
        ("practice may be null", "audit_auditevent"),
    ),
    "a second policy, which widens the first": (
        "CREATE POLICY support ON charts_patient USING (current_user = 'clearchart_app')",
        ("more than one permissive policy", "charts_patient"),
    ),
    "a policy that is missing": (
        "DROP POLICY one_practice ON charts_patient",
        ("no policy of the practice", "charts_patient"),
    ),
    "a policy that lets everything be read": (
        "ALTER POLICY one_practice ON charts_patient USING (true)",
        ("no policy of the practice", "charts_patient"),
    ),
    "a policy that lets everything be written": (
        "ALTER POLICY one_practice ON charts_patient WITH CHECK (true)",
        ("no policy of the practice", "charts_patient"),
    ),
    "a policy that names the practice and then forgets it": (
        f"ALTER POLICY one_practice ON charts_patient USING ({ONE_PRACTICE} OR id IS NOT NULL)",
        ("no policy of the practice", "charts_patient"),
    ),
    "a policy for reading only": (
        ("DROP POLICY one_practice ON charts_patient; "
        f"CREATE POLICY one_practice ON charts_patient FOR SELECT USING ({ONE_PRACTICE})"),
        ("no policy of the practice", "charts_patient"),
    ),
    "a view that sees with its owner's eyes": (
        "CREATE VIEW everybody AS SELECT * FROM charts_patient",
        ("view with its owner's eyes", "everybody"),
    ),
    "a materialized view": (
        "CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM charts_patient",
        ("materialized view", "counted"),
    ),
    "a function with its owner's hands": (
        ("CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER "
        "AS 'SELECT count(*) FROM charts_patient'"),
        ("function with its owner's hands", "peek"),
    ),
    "a foreign key without the practice": (
        ("ALTER TABLE charts_patient ADD CONSTRAINT only_id UNIQUE (id); "
        "ALTER TABLE routing_task ADD CONSTRAINT crossing FOREIGN KEY (patient_id) "
        "REFERENCES charts_patient (id)"),
        ("foreign key without the practice", "crossing"),
    ),
    "a unique key without the practice": (
        "CREATE UNIQUE INDEX one_number ON charts_patientidentifier (value)",
        ("unique without the practice", "one_number"),
    ),
    "a primary key without the practice": (
        ("ALTER TABLE audit_auditevent DROP CONSTRAINT audit_auditevent_pkey; "
        "ALTER TABLE audit_auditevent ADD CONSTRAINT audit_auditevent_pkey PRIMARY KEY (id)"),
        ("unique without the practice", "audit_auditevent_pkey"),
    ),
    "a table from outside that points in": (
        ("ALTER TABLE charts_patient ADD CONSTRAINT only_id UNIQUE (id); "
        "ALTER TABLE tenants_door ADD patient_id uuid REFERENCES charts_patient (id)"),
        ("practice's row referred to from outside", "tenants_door"),
    ),
    "a table of nobody": (
        "CREATE TABLE notes (id uuid PRIMARY KEY, body text)",
        ("neither a practice nor an entry in the list", "notes"),
    ),
    "a table of a practice without any fence": (
        "CREATE TABLE notes (practice_id uuid NOT NULL, id uuid, PRIMARY KEY (practice_id, id))",
        ("no forced row security", "notes"),
    ),
    "an application that may truncate": (
        f"GRANT TRUNCATE ON charts_patient TO {APP}",
        ("application may truncate", "charts_patient"),
    ),
    "an application that may set triggers": (
        f"GRANT TRIGGER ON audit_auditevent TO {APP}",
        ("application may set triggers", "audit_auditevent"),
    ),
    "an application that may read a sequence": (
        f"CREATE SEQUENCE volume; GRANT SELECT ON SEQUENCE volume TO {APP}",
        ("application may read a sequence", "volume"),
    ),
    "an application that may make tables": (
        f"GRANT CREATE ON SCHEMA public TO {APP}",
        ("application may make tables", "public"),
    ),
    "an application that bypasses row security": (
        f"ALTER ROLE {APP} BYPASSRLS",
        ("privileged application role", APP),
    ),
    "an application that is a member of the owner": (
        f"GRANT {OWNER} TO {APP}",
        ("privileged application role", APP),
    ),
    "an application that owns a table": (
        f"ALTER TABLE charts_patient OWNER TO {APP}",
        ("privileged application role", APP),
    ),
}  # fmt: skip


@pytest.fixture
def server(django_db_setup) -> Iterator[psycopg.Connection]:
    """The test's database as a superuser; what is planted there never happened."""
    name = connections["default"].settings_dict["NAME"]
    with psycopg.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname=name) as server:
        server.execute("SET lock_timeout = '20s'")
        yield server
        server.rollback()


def test_the_fence_has_no_hole(server):
    assert defects(server, OUTSIDE) == set()


@pytest.mark.parametrize("name", PLANTED)
def test_every_hole_that_is_made_is_found(server, name):
    statements, found = PLANTED[name]
    for statement in statements.split("; "):
        server.execute(statement)
    assert found in defects(server, OUTSIDE)


def test_the_list_of_tables_outside_names_only_tables_that_exist(server):
    there = {
        name for (name,) in server.execute("SELECT relname::text FROM pg_class WHERE relkind = 'r'")
    }
    assert OUTSIDE.keys() <= there
    assert all(OUTSIDE.values())


def test_the_system_checks_agree():
    assert every_table_is_fenced(None) == []


def as_role(role: str) -> DatabaseWrapper:
    """A connection of its own, as the product would open it with that role."""
    settings = {**connections["default"].settings_dict, "USER": role}
    url = psycopg.conninfo.conninfo_to_dict(os.environ["SUPERUSER_DATABASE_URL"])
    if role == url["user"]:
        settings["PASSWORD"] = url.get("password", "")
    else:
        settings["PASSWORD"] = connections["owner"].settings_dict["PASSWORD"]
    return DatabaseWrapper(settings, alias="owner")


@pytest.mark.parametrize("role", ["owner", "superuser"])
def test_the_product_does_not_start_with_a_role_that_the_fence_does_not_bind(
    django_db_setup, django_db_blocker, role
):
    superuser = psycopg.conninfo.conninfo_to_dict(os.environ["SUPERUSER_DATABASE_URL"])["user"]
    connection = as_role(OWNER if role == "owner" else superuser)
    try:
        with django_db_blocker.unblock():
            with pytest.raises(ImproperlyConfigured, match="Use the role clearchart_app"):
                connection.ensure_connection()
            connection.close()
            connection.settings_dict["PRIVILEGED"] = True
            connection.ensure_connection()
    finally:
        connection.close()
