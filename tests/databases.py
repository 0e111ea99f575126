"""Databases of the tests: a template is migrated once for each set of migrations."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connections

from config.embedded.roles import make_database

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "clearchart_template"


def make_copy(server: psycopg.Connection, name: str) -> None:
    """An empty database of today's schema."""
    with _locked(server, name):
        template = _template(server)
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER clearchart_owner")


def _template(server: psycopg.Connection) -> str:
    name = f"{TEMPLATE}_{_digest()}"
    with _locked(server, name):
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            _make(server, name)
    return name


def _make(server: psycopg.Connection, name: str) -> None:
    making = f"{name}_making"
    server.execute(f"DROP DATABASE IF EXISTS {making} WITH (FORCE)")
    make_database(server, making)
    connections["owner"].settings_dict["NAME"] = making
    call_command("migrate", database="owner", verbosity=0)
    connections["owner"].close()
    server.execute(f"ALTER DATABASE {making} RENAME TO {name}")


def _digest() -> str:
    """Of every migration, with its place, and of what each role may do."""
    files = [
        *sorted(ROOT.glob("*/migrations/*.py")),
        *(ROOT / "tenants" / name for name in ("fence.py", "together.py")),
        ROOT / "config/embedded/grants.sql",
    ]
    said = hashlib.sha256()
    for file in files:
        said.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return said.hexdigest()[:12]


@contextmanager
def _locked(server: psycopg.Connection, name: str) -> Iterator[None]:
    server.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
    try:
        yield
    finally:
        server.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])
