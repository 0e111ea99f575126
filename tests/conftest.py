"""A real PostgreSQL, as the unprivileged role; two practices made by real operations."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from django.utils import translation

from tests import databases
from tests.databases import make_copy
from tests.foundations import lay
from tests.people import Elm, Oak, open_elm_street, open_oak_street

ROOT = databases.ROOT

NOW = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
"""A Monday, ten in the morning in New York."""


hypothesis.settings.register_profile(
    "gate", derandomize=True, deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)  # fmt: skip
"""How slow the machine is just now says nothing of what is tested."""
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))


def superuser() -> psycopg.Connection:
    """To make databases and to empty tables, which the application's role may not."""
    return psycopg.connect(os.environ["SUPERUSER_DATABASE_URL"], autocommit=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, request) -> Iterator[None]:
    """One database a worker, copied from a template that the first of them migrates."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"clearchart_test_{worker}"
    with django_db_blocker.unblock(), superuser() as server:
        make_copy(server, name)
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name
    yield
    for alias in connections:
        connections[alias].close()
    with superuser() as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def empty_tables() -> None:
    """What TransactionTestCase asks of `flush`, which needs a privilege that the application
    lacks."""
    name = connections["default"].settings_dict["NAME"]
    with psycopg.connect(
        os.environ["SUPERUSER_DATABASE_URL"], dbname=name, autocommit=True
    ) as server:
        server.execute("SET session_replication_role = replica")
        tables = server.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' "
            "AND tablename NOT IN ('django_migrations', 'django_content_type', 'auth_permission')"
        ).fetchall()
        filled = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for (name,) in tables
        )
        # Truncating a hundred tables that refer to each other takes longer than most tests.
        emptied = [f"DELETE FROM {name}" for (name,) in server.execute(filled).fetchall()]
        server.execute("; ".join(emptied))


TransactionTestCase._fixture_teardown = lambda _: empty_tables()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A request leaves its thread in the language of whoever asked."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def elm_street(db) -> Elm:
    """Elm Street: Nora (nurse), Dr Diaz, Max (MA), Sam (supervisor), Cora (coordinator), Ira
    (IT)."""
    return lay(open_elm_street, now=NOW)


@pytest.fixture
def oak_street(db) -> Oak:
    """Oak Street: Olu, who may see none of Elm Street."""
    return lay(open_oak_street, now=NOW)


assert settings.configured
