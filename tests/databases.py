"""Databases of the tests: a template is migrated once for each set of migrations. It grows out of
the nearest that is there, for migrations that have not changed take most of the time."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connections

from config.embedded.roles import make_database

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "clearchart_template"

TEMPLATES = """
SELECT datname, string_to_array(shobj_description(oid, 'pg_database'), ' ') FROM pg_database
WHERE datname ~ %s AND shobj_description(oid, 'pg_database') IS NOT NULL
"""


def make_copy(server: psycopg.Connection, name: str) -> None:
    """An empty database of today's schema."""
    with _locked(server, name):
        template = _template(server)
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER clearchart_owner")


def _template(server: psycopg.Connection) -> str:
    digests = _digests()
    name = f"{TEMPLATE}_{_digest(' '.join(digests).encode())}"
    with _locked(server, name):
        known = dict(server.execute(TEMPLATES, [f"^{TEMPLATE}_[0-9a-f]+$"]).fetchall())
        if name not in known:
            _grow(server, name, digests, known)
    return name


def _grow(
    server: psycopg.Connection, name: str, digests: list[str], known: Mapping[str, list[str]]
) -> None:
    making = f"{name}_making"
    server.execute(f"DROP DATABASE IF EXISTS {making} WITH (FORCE)")
    below = [base for base, of_base in known.items() if set(of_base) <= set(digests)]
    if below:
        base = max(below, key=lambda one: len(known[one]))
        server.execute(f"CREATE DATABASE {making} TEMPLATE {base} OWNER clearchart_owner")
    else:
        make_database(server, making)
    connections["owner"].settings_dict["NAME"] = making
    call_command("migrate", database="owner", verbosity=0)
    connections["owner"].close()
    server.execute(f"COMMENT ON DATABASE {making} IS '{' '.join(digests)}'")
    server.execute(f"ALTER DATABASE {making} RENAME TO {name}")


def _digests() -> list[str]:
    """Of every migration, with its place, and of what each role may do."""
    files = [*sorted(ROOT.glob("*/migrations/*.py")), ROOT / "config/embedded/grants.sql"]
    return [_digest(str(file.relative_to(ROOT)).encode() + file.read_bytes()) for file in files]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


@contextmanager
def _locked(server: psycopg.Connection, name: str) -> Iterator[None]:
    server.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
    try:
        yield
    finally:
        server.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])
