"""`run.py test` and `run.py check`: against servers that are thrown away afterwards."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from config.embedded.demo import ROOT
from config.embedded.folder import open_folder
from config.embedded.outside import MANAGE
from config.embedded.postgres import THROW_AWAY_SETTINGS
from config.embedded.processes import Processes
from config.embedded.servers import Servers, running, tell

WORKERS = "2"
RUNS_ALONE = ("-n", "--numprocesses", "--pdb", "no:xdist")
APPS = sorted({path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"})
CHECKS: dict[str, list[str]] = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy", "run.py", "manage.py", *APPS],
    "import contracts": ["-c", "from importlinter.cli import lint_imports_command as c; c()"],
    "migrations": [MANAGE, "makemigrations", "--check", "--dry-run"],
}


def run_tests(arguments: Sequence[str]) -> int:
    """pytest with the arguments given; on two cores unless they say otherwise."""
    spread = [] if chooses_workers(arguments) else ["-n", WORKERS, "--dist", "loadgroup"]
    with throw_away_servers() as servers:
        environment = servers.for_tests() | {
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
            # Playwright's own event loop runs in the test's thread; Django would refuse queries.
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        }
        return subprocess.call(
            [sys.executable, "-m", "pytest", *spread, *arguments], cwd=ROOT, env=environment
        )


def run_checks() -> int:
    """All of them, so that one run tells everything; 1 when any failed."""
    failed = []
    with throw_away_servers() as servers:
        for name, command in CHECKS.items():
            tell(f"--- {name}")
            code = subprocess.call([sys.executable, *command], cwd=ROOT, env=servers.for_operator())
            if code != 0:
                failed.append(name)
    tell("All checks passed." if not failed else f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def chooses_workers(arguments: Sequence[str]) -> bool:
    return any(argument.startswith(RUNS_ALONE) for argument in arguments)


@contextmanager
def throw_away_servers() -> Iterator[Servers]:
    with (
        tempfile.TemporaryDirectory(prefix="clearchart-test-") as path,
        Processes() as processes,
        running(
            open_folder(Path(path)), processes, environment={}, settings=THROW_AWAY_SETTINGS
        ) as servers,
    ):
        yield servers
