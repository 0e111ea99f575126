"""The three database roles, and databases that they may use as they should."""

from pathlib import Path

import psycopg
from psycopg import sql

DATABASE = "clearchart"
OWNER = "clearchart_owner"
APP = "clearchart_app"
MAINT = "clearchart_maint"
GRANTS = Path(__file__).with_name("grants.sql")

ROLE_ATTRIBUTES = {
    OWNER: "NOBYPASSRLS",
    APP: "NOBYPASSRLS",
    MAINT: "BYPASSRLS",
}


def make_roles(server: psycopg.Connection, passwords: dict[str, str]) -> None:
    """Make the roles that are missing, on an autocommit connection of a superuser."""
    present = {name for (name,) in server.execute("SELECT rolname FROM pg_roles")}
    for role, attributes in ROLE_ATTRIBUTES.items():
        if role not in present:
            server.execute(
                sql.SQL(
                    "CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION "
                    "{attributes} PASSWORD {password}"
                ).format(
                    role=sql.Identifier(role),
                    attributes=sql.SQL(attributes),
                    password=sql.Literal(passwords[role]),
                )
            )


def make_database(server: psycopg.Connection, name: str = DATABASE) -> bool:
    """Make the database where it is missing; whether it was. Its grants come with it."""
    present = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if present is not None:
        return False
    database, owner = sql.Identifier(name), sql.Identifier(OWNER)
    server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, owner))
    server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    server.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}").format(
            database, sql.Identifier(APP), sql.Identifier(MAINT)
        )
    )
    with psycopg.connect(server.info.dsn, password=server.info.password, dbname=name) as inside:
        inside.execute(GRANTS.read_bytes())
    return True
