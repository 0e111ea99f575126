"""Real worker processes on the test's database, and ways to end them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from django.db import connections

ROOT = Path(__file__).resolve().parents[2]


def environment(*, database: str = "") -> dict[str, str]:
    """Of a process that works on the database of this test, or on another one of its server."""
    asked = connections["default"].get_connection_params()
    place = {name: str(asked[name]) for name in ("host", "port") if asked.get(name)}
    secret = f":{quote(asked['password'], safe='')}" if asked.get("password") else ""
    name = database or asked["dbname"]
    url = f"postgres://{asked['user']}{secret}@/{name}?{urlencode(place)}"
    return os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "SECRET_KEY": os.environ.get("SECRET_KEY", "s" * 50),
    }


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """A management command as a process of its own."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@contextmanager
def engines(count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many engines, ended at the end."""
    running = [start("run_engine") for _ in range(count)]
    try:
        yield running
    finally:
        for engine in running:
            engine.send_signal(signal.SIGTERM)
        for engine in running:
            engine.wait(timeout=20)
