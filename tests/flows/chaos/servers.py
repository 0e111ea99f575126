"""A PostgreSQL and a Valkey of one trial, that can be stopped as a power switch stops them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.embedded.binaries import find_postgres
from config.embedded.folder import open_folder
from config.embedded.identity import unprivileged_identity
from config.embedded.place import Place
from config.embedded.postgres import Postgres
from config.embedded.processes import Processes
from config.embedded.servers import Servers, addresses, make_ready
from config.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parents[3]

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "on",
    "full_page_writes": "off",
    "max_connections": "200",
    "track_commit_timestamp": "on",
}
"""A commit is in the kernel's hands before it is answered: an immediate stop of the server must
not lose it. Only a power cut could, and none is tried here."""


@dataclass(slots=True)
class Grounds:
    """The servers of one trial."""

    postgres: Postgres
    valkey: Valkey | None
    processes: Processes
    servers: Servers

    def crash_postgres(self) -> None:
        """Immediate stop, then start: it recovers from its log."""
        process = self.postgres.process
        assert process is not None
        process.send_signal(signal.SIGQUIT)
        process.wait()
        self.processes.forget(process)
        self.postgres.process = None
        self.postgres.start()
        self.postgres.wait_until_ready()

    def kill_valkey(self) -> None:
        """End it, with everything that it knew, and start it empty."""
        if self.valkey is None or self.valkey.process is None:
            return
        process = self.valkey.process
        process.kill()
        process.wait()
        self.processes.forget(process)
        shutil.rmtree(self.valkey.folder.valkey, ignore_errors=True)
        self.valkey.process = None
        self.valkey.start()
        self.valkey.wait_until_ready()

    def flush_valkey(self) -> None:
        """Everything that it knew."""
        if self.valkey is None:
            return
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            client.connect(str(self.valkey.socket))
            client.sendall(b"FLUSHALL\r\n")
            client.recv(64)


@contextmanager
def grounds(folder: Path, *, schema: str, with_valkey: bool) -> Iterator[Grounds]:
    """Servers in a folder.

    Args:
        schema: the address of a migrated database, as a superuser, to copy; empty: migrate.
    """
    held = open_folder(folder)
    binaries = find_postgres()
    place = Place(held, binaries.major, unprivileged_identity())
    with Processes() as processes:
        postgres = Postgres(place, binaries, processes, SETTINGS)
        valkey = Valkey(held, processes) if with_valkey else None
        started = [one for one in (valkey, postgres) if one is not None]
        try:
            for one in started:
                one.start()
            for one in started:
                one.wait_until_ready()
            servers = addresses(held, {}, place)
            made = Grounds(postgres, valkey, processes, servers)
            _prepare(made, schema)
            yield made
        finally:
            for one in reversed(started):
                one.stop()


def environment(made: Grounds) -> dict[str, str]:
    """Of the product's processes, and of the one that forks them."""
    folder = made.postgres.place.folder.root
    return {
        **made.servers.for_tests(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "0",
        "DEMO": "0",
        "STATIC_ROOT": str(folder / "static"),
    }


def _prepare(made: Grounds, schema: str) -> None:
    make_ready(made.servers)
    if not schema:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--database", "owner", "-v0"],
            cwd=ROOT, env=environment(made), check=True,
        )  # fmt: skip
        return
    here = made.servers.superuser_url.replace("/postgres?", "/clearchart?")
    dump = subprocess.Popen(
        [made.postgres.binaries.bin / "pg_dump", "--no-comments", schema], stdout=subprocess.PIPE
    )
    subprocess.run(
        [made.postgres.binaries.bin / "psql", "-q", "-X", "-v", "ON_ERROR_STOP=1",
         "-o", os.devnull, here],
        stdin=dump.stdout, check=True,
    )  # fmt: skip
    if dump.wait() != 0:
        raise RuntimeError("the schema could not be copied")
