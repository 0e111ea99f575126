"""The database and the broker of a launcher: those of the environment, else embedded ones."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from config.embedded import roles
from config.embedded.binaries import find_postgres
from config.embedded.folder import DataFolder, Secrets
from config.embedded.identity import Identity, unprivileged_identity
from config.embedded.place import SUPERUSER, Place
from config.embedded.postgres import Postgres
from config.embedded.problem import CannotStart
from config.embedded.processes import Processes
from config.embedded.valkey import Valkey, valkey_url


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the servers are, and the environment that says so to the product."""

    app_url: str
    owner_url: str
    maint_url: str
    superuser_url: str
    redis_url: str
    secrets: Secrets

    def for_product(self) -> dict[str, str]:
        """A serving process: the app role, and no way to be more."""
        return base_environment() | {
            "DATABASE_URL": self.app_url,
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": self.secrets.secret_key,
            "FEED_KEY_SECRET": self.secrets.feed_key_secret,
            "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        }

    def for_operator(self) -> dict[str, str]:
        """A management command: it may migrate and back up as well."""
        optional = {"MAINT_DATABASE_URL": self.maint_url} if self.maint_url else {}
        return self.for_product() | {"OWNER_DATABASE_URL": self.owner_url} | optional

    def for_tests(self) -> dict[str, str]:
        """The test suite makes databases of its own."""
        return self.for_operator() | {"SUPERUSER_DATABASE_URL": self.superuser_url}


def base_environment() -> dict[str, str]:
    """The caller's environment without addresses and keys that the launcher decides."""
    decided = ("DATABASE_URL", "OWNER_DATABASE_URL", "MAINT_DATABASE_URL", "SUPERUSER_DATABASE_URL")
    inherited = {name: value for name, value in os.environ.items() if name not in decided}
    return inherited | {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONUNBUFFERED": "1"}


@contextmanager
def running(
    folder: DataFolder,
    processes: Processes,
    *,
    environment: Mapping[str, str],
    settings: Mapping[str, str] | None = None,
    identity: Identity | None = None,
) -> Iterator[Servers]:
    """Start what the environment does not name; stop it at the end."""
    postgres = None
    valkey = None
    if not environment.get("DATABASE_URL"):
        binaries = find_postgres()
        place = Place(folder, binaries.major, identity or unprivileged_identity())
        postgres = Postgres(place, binaries, processes, settings or {})
    if not environment.get("REDIS_URL"):
        valkey = Valkey(folder, processes)
    started = [server for server in (valkey, postgres) if server is not None]
    try:
        for server in started:
            server.start()
        for server in started:
            server.wait_until_ready()
        servers = addresses(folder, environment, postgres.place if postgres else None)
        if postgres is not None:
            make_ready(servers)
        yield servers
    finally:
        for server in reversed(started):
            server.stop()


def at_running_servers(folder: DataFolder, environment: Mapping[str, str]) -> Servers:
    """The addresses of what another launcher started with the same environment."""
    if environment.get("DATABASE_URL"):
        return addresses(folder, environment, None)
    place = Place(folder, find_postgres().major, unprivileged_identity())
    return addresses(folder, environment, place)


def addresses(folder: DataFolder, environment: Mapping[str, str], place: Place | None) -> Servers:
    secrets = folder.secrets()
    redis_url = environment.get("REDIS_URL") or valkey_url(folder)
    if place is None:
        return external(environment, redis_url, secrets)
    return Servers(
        app_url=place.url(roles.APP, secrets.app, roles.DATABASE),
        owner_url=place.url(roles.OWNER, secrets.owner, roles.DATABASE),
        maint_url=place.url(roles.MAINT, secrets.maint, roles.DATABASE),
        superuser_url=place.url(SUPERUSER, secrets.superuser, "postgres"),
        redis_url=redis_url,
        secrets=secrets,
    )


def make_ready(servers: Servers) -> None:
    """The roles and the database, where they are missing."""
    passwords = {
        roles.OWNER: servers.secrets.owner,
        roles.APP: servers.secrets.app,
        roles.MAINT: servers.secrets.maint,
    }
    with psycopg.connect(servers.superuser_url, autocommit=True) as server:
        roles.make_roles(server, passwords)
        roles.make_database(server)


def external(environment: Mapping[str, str], redis_url: str, secrets: Secrets) -> Servers:
    """The database the environment names; the roles are its administrator's work."""
    if not environment.get("OWNER_DATABASE_URL"):
        raise CannotStart(
            "DATABASE_URL is set but OWNER_DATABASE_URL is not: set both (the owner role runs the "
            "migrations), or neither to use the embedded database."
        )
    return Servers(
        app_url=environment["DATABASE_URL"],
        owner_url=environment["OWNER_DATABASE_URL"],
        maint_url=environment.get("MAINT_DATABASE_URL", ""),
        superuser_url=environment.get("SUPERUSER_DATABASE_URL", ""),
        redis_url=redis_url,
        secrets=secrets,
    )


def is_empty(servers: Servers) -> bool:
    """Whether no migration ever ran here; also the first moment an external database is needed."""
    try:
        with psycopg.connect(servers.owner_url, connect_timeout=10) as connection:
            found = connection.execute("SELECT to_regclass('django_migrations')").fetchone()
    except psycopg.OperationalError as problem:
        raise CannotStart(
            "The database does not accept the owner role: check OWNER_DATABASE_URL."
        ) from problem
    return found is None or found[0] is None


def tell(sentence: str) -> None:
    """For the person at the keyboard; standard output stays the command's own."""
    print(sentence, file=sys.stderr, flush=True)
