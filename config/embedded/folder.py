"""The data folder: what it holds, its secrets, and the lock that says who runs its servers."""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from config.embedded.problem import CannotStart

MARKER = "clearchart-data"
LONGEST_SOCKET_FOLDER = 80  # a socket's whole path must stay below about 104 bytes
PLAIN_PATH = re.compile(r"[A-Za-z0-9._/-]+")


@dataclass(frozen=True, slots=True)
class Secrets:
    """Passwords and keys of one data folder; made once, kept 0600."""

    superuser: str
    owner: str
    app: str
    maint: str
    secret_key: str
    feed_key_secret: str


@dataclass(frozen=True, slots=True)
class DataFolder:
    root: Path

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"

    @property
    def static(self) -> Path:
        return self.root / "static"

    @property
    def digest(self) -> str:
        return hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def sockets(self) -> Path:
        """A short 0700 folder for unix sockets, with nothing in its path that a URL must quote."""
        inside = self.root / "run"
        if len(str(inside)) <= LONGEST_SOCKET_FOLDER and PLAIN_PATH.fullmatch(str(inside)):
            inside.mkdir(mode=0o700, exist_ok=True)
            return inside
        return private_folder(
            Path(tempfile.gettempdir()) / f"clearchart-{os.getuid()}-{self.digest}"
        )

    def secrets(self) -> Secrets:
        path = self.root / "secrets.json"
        if not path.exists():
            write_privately(path, json.dumps(asdict(new_secrets())))
        return Secrets(**json.loads(path.read_text()))


def open_folder(path: Path) -> DataFolder:
    """The folder, made when it is new. A folder with other things in it is refused."""
    root = path.expanduser().absolute()
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (root / MARKER).exists():
            if any(root.iterdir()):
                raise CannotStart(
                    f"{root} holds other files: give --data a new or an empty folder."
                )
            (root / MARKER).write_text("Data of a ClearChart demo; `--reset` empties it.\n")
    except OSError as problem:
        raise CannotStart(
            f"The data folder {root} cannot be used ({problem.strerror}): name another with --data."
        ) from problem
    return DataFolder(root.resolve())


def empty_folder(folder: DataFolder) -> None:
    """What --reset does: everything but the marker and the lock goes."""
    for entry in folder.root.iterdir():
        if entry.name in (MARKER, "lock", "users"):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def new_secrets() -> Secrets:
    return Secrets(
        superuser=secrets.token_urlsafe(24),
        owner=secrets.token_urlsafe(24),
        app=secrets.token_urlsafe(24),
        maint=secrets.token_urlsafe(24),
        secret_key=secrets.token_urlsafe(50),
        feed_key_secret=secrets.token_urlsafe(32),
    )


def write_privately(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(text)


def private_folder(path: Path) -> Path:
    """A 0700 folder of ours; never one that somebody else put there first."""
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if path.is_symlink() or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise CannotStart(f"{path} is not a private folder of ours: remove it and try again.")
    return path


def remove_if_empty(path: Path) -> None:
    """Leave no socket folder behind; one that another server still uses stays."""
    with contextlib.suppress(OSError):
        path.rmdir()


class FolderLock:
    """Held by the one launcher that runs the folder's servers; others read who that is."""

    def __init__(self, folder: DataFolder) -> None:
        self._path = folder.root / "lock"
        self._handle: IO[str] | None = None

    def take(self, kind: str) -> bool:
        handle = self._path.open("a+")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return False
        self._handle = handle
        self.say(kind=kind, ready=False)
        return True

    def say(self, *, kind: str, ready: bool, **facts: object) -> None:
        if self._handle is not None:
            self._handle.truncate(0)
            self._handle.write(
                json.dumps({"pid": os.getpid(), "kind": kind, "ready": ready} | facts)
            )
            self._handle.flush()

    def holder(self) -> dict[str, object]:
        try:
            facts: dict[str, object] = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return {}
        return facts

    def release(self) -> None:
        if self._handle is not None:
            self._handle.truncate(0)
            self._handle.close()
            self._handle = None


class Users:
    """Counts the commands that use servers somebody else started, so that those stay up."""

    def __init__(self, folder: DataFolder) -> None:
        self._handle = (folder.root / "users").open("a")

    def join(self) -> None:
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def none_left(self) -> bool:
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def leave(self) -> None:
        fcntl.flock(self._handle, fcntl.LOCK_UN)
