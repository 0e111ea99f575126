"""An embedded PostgreSQL: one folder, one unix socket, no network, passwords by scram."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded.binaries import PostgresBinaries, readable_copy
from config.embedded.folder import remove_if_empty, write_privately
from config.embedded.identity import Identity, nobody_account
from config.embedded.place import SUPERUSER, Place
from config.embedded.problem import CannotStart
from config.embedded.processes import Process, Processes, run_once

BUILTIN_LOCALE_SINCE = 17
START_SECONDS = 60.0
LEFTOVER_SECONDS = 8.0

# The server's own log must not hold patients' data: no statement texts, no DETAIL lines.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "jit": "off",
    "random_page_cost": "1.1",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# A crash may cost a throw-away database, so it need not wait for the disk.
THROW_AWAY_SETTINGS: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


@dataclass(slots=True)
class Postgres:
    """One server over one data folder. `start`, then `wait_until_ready`, then `stop`."""

    place: Place
    binaries: PostgresBinaries
    processes: Processes
    settings: Mapping[str, str] = field(default_factory=dict)
    process: Process | None = None

    @property
    def log(self) -> Path:
        return self.place.folder.log("postgres")

    def start(self) -> None:
        if self.place.identity is Identity.NOBODY:
            self._make_room_for_nobody()
        if not self.place.data.exists():
            self._initialise()
        wait_for_leftover(self.place.data)
        options = {**SETTINGS, "unix_socket_directories": str(self.place.sockets), **self.settings}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.process = self.processes.start(
            [self.binaries.postgres, "-D", str(self.place.data), *arguments],
            log=self.log,
            identity=self.place.identity,
            stop_signal=signal.SIGINT,
        )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not is_ready(self.place.data):
            if self.process is None or self.process.poll() is not None:
                raise CannotStart(f"PostgreSQL did not start; its log is {self.log}.")
            if time.monotonic() > deadline:
                raise CannotStart(f"PostgreSQL took too long to start; its log is {self.log}.")
            time.sleep(0.01)

    def stop(self) -> None:
        if self.process is not None:
            self.processes.stop([self.process], patience=2.0)
            self.process = None
            remove_if_empty(self.place.sockets)

    def _initialise(self) -> None:
        """initdb into a folder beside, renamed when it is whole."""
        unfinished = self.place.data.with_name(f"{self.place.data.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        password_file = self.place.home / "superuser-password"
        password_file.unlink(missing_ok=True)
        write_privately(password_file, self.place.folder.secrets().superuser)
        if self.place.identity is Identity.NOBODY:
            give_to_nobody(unfinished)
            give_to_nobody(password_file)
        command = [
            *(self.binaries.initdb, "-D", str(unfinished), "-U", SUPERUSER),
            *("--auth=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8"),
            *locale_arguments(self.binaries.major),
            *(["--no-sync"] if self.settings.get("fsync") == "off" else []),
        ]
        try:
            if run_once(command, log=self.log, identity=self.place.identity) != 0:
                raise CannotStart(f"initdb could not make the database; its log is {self.log}.")
        finally:
            password_file.unlink()
        unfinished.rename(self.place.data)

    def _make_room_for_nobody(self) -> None:
        self.place.home.mkdir(mode=0o711, exist_ok=True)
        self.place.home.chmod(0o711)
        self.binaries = readable_copy(self.binaries, self.place.home)
        sockets = self.place.sockets
        sockets.mkdir(mode=0o700, exist_ok=True)
        if sockets.is_symlink() or sockets.lstat().st_uid not in (0, nobody_account().pw_uid):
            raise CannotStart(f"{sockets} belongs to somebody else: remove it and try again.")
        give_to_nobody(sockets)


def locale_arguments(major: int) -> list[str]:
    """Code point order with Unicode upper and lower case, the same on every platform."""
    if major >= BUILTIN_LOCALE_SINCE:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def give_to_nobody(path: Path) -> None:
    account = nobody_account()
    os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def is_ready(data: Path) -> bool:
    """The server writes its state into the eighth line of its pid file."""
    lines = pid_file_lines(data)
    return len(lines) > 7 and lines[7].strip() == "ready"


def pid_file_lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def wait_for_leftover(data: Path) -> None:
    """A killed launcher's server may still be stopping; its pid may also be somebody else's now."""
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while (lines := pid_file_lines(data)) and lines[0].isdigit() and serves(int(lines[0]), data):
        if time.monotonic() > deadline:
            raise CannotStart(
                f"A PostgreSQL server (process {lines[0]}) still uses {data}: end it and try again."
            )
        time.sleep(0.05)
    (data / "postmaster.pid").unlink(missing_ok=True)


def serves(pid: int, data: Path) -> bool:
    """Whether this process is a server of this folder."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        if Path("/proc/self").exists():
            return False
        answer = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True)
        command = answer.stdout
    return os.fsencode(data) in command
