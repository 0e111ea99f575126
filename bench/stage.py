"""The stage of every benchmark: the embedded PostgreSQL with durable commits, one practice, real
processes.

Nothing here is timed. Traffic goes to loopback only and every run is bounded.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config.embedded.folder import open_folder  # noqa: E402
from config.embedded.postgres import THROW_AWAY_SETTINGS  # noqa: E402
from config.embedded.processes import Processes  # noqa: E402
from config.embedded.servers import Servers, running  # noqa: E402

SETTINGS = {
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
    "work_mem": "16MB",
    "wal_compression": "on",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "track_commit_timestamp": "on",
}
"""Every commit durable. Commit times are kept, so that a latency ends when the task could be
seen."""


@dataclass
class Stage:
    servers: Servers
    environment: dict[str, str]
    tools: Path | None
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def dsn(self) -> str:
        """A superuser's, for the ceiling's own schema."""
        return self.servers.for_tests()["SUPERUSER_DATABASE_URL"].replace(
            "/postgres?", "/clearchart?"
        )

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """A process of the product."""
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.running.append(process)
        return process

    def serve(self, port: int) -> subprocess.Popen[bytes]:
        """The web server, shaped as in production."""
        return self.start(
            "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}",
            "--workers", "2", "--threads", "4", "--worker-class", "gthread",
        )  # fmt: skip

    def run(self, *command: str) -> None:
        """A command of the product, to its end."""
        subprocess.run([sys.executable, *command], cwd=ROOT, env=self.environment, check=True)

    def copy(self, name: str) -> dict[str, str]:
        """A database as this one is now, for a process of its own: its environment."""
        with psycopg.connect(self.servers.superuser_url, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE clearchart OWNER clearchart_owner")
        return {
            key: value.replace("/clearchart?", f"/{name}?") if key.endswith("DATABASE_URL")
            else value
            for key, value in self.environment.items()
        }  # fmt: skip

    def stop(self, *processes: subprocess.Popen[bytes]) -> None:
        """End processes and wait for them."""
        for process in processes or self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in processes or self.running:
            process.wait(timeout=20)

    def tool(self, name: str, *arguments: str) -> dict[str, Any]:
        """Run a load generator and return what it printed."""
        assert self.tools is not None
        done = subprocess.run(
            [sys.executable, str(self.tools / name), *arguments],
            cwd=self.tools,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(self.tools)},
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{name} failed: {done.stderr[-800:]}")
        return json.loads(done.stdout)


@contextmanager
def stage(tools: Path | None, *, throw_away: bool = False) -> Iterator[Stage]:
    """A migrated database with nothing in it, and Django set up in this process.

    Args:
        throw_away: commits need not wait for the disk, for nothing is timed.
    """
    settings = SETTINGS | THROW_AWAY_SETTINGS if throw_away else SETTINGS
    with (
        tempfile.TemporaryDirectory(prefix="clearchart-bench-") as path,
        Processes() as processes,
        running(open_folder(Path(path)), processes, environment={}, settings=settings) as servers,
    ):
        environment = _environment(servers)
        os.environ.update(environment)
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--database", "owner", "-v0"],
            cwd=ROOT,
            env=environment,
            check=True,
        )
        import django

        django.setup()
        made = Stage(servers, environment, tools)
        try:
            yield made
        finally:
            made.stop()
            from django.db import connections

            connections.close_all()


def _environment(servers: Servers) -> dict[str, str]:
    more: Mapping[str, str] = {
        "DJANGO_SETTINGS_MODULE": "config.settings", "DEMO": "0", "DEBUG": "0",
        "STATIC_ROOT": tempfile.mkdtemp(prefix="clearchart-static-"),
    }  # fmt: skip
    return {**os.environ, **servers.for_tests(), **more}


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def tools_folder(given: str) -> Path:
    """Where the load generators are; a sentence where they are not."""
    path = Path(given).resolve()
    if not (path / "pg_ceiling.py").exists():
        raise SystemExit(f"No load generators at {given}: give their folder with --tools.")
    sys.path.insert(0, str(path))
    return path


def fixed_sum_ms() -> float:
    """A fixed piece of work: an idle core of the goals' machine takes about 100 ms for it."""
    started = time.perf_counter()
    sum(range(10**7))
    return (time.perf_counter() - started) * 1000


def machine() -> dict[str, Any]:
    """What the figures were taken on: a fixed piece of work says how fast it is just now."""
    return {
        "date": f"{now():%Y-%m-%d %H:%M}",
        "cores": os.cpu_count(),
        "python": sys.version.split()[0],
        "sum_of_ten_million_ms": round(fixed_sum_ms()),
        "load_before": os.getloadavg()[0],
    }
