"""An embedded Valkey: one folder, one unix socket, every change in its append-only file."""

import contextlib
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from config.embedded.binaries import find_valkey
from config.embedded.folder import DataFolder, remove_if_empty
from config.embedded.problem import CannotStart
from config.embedded.processes import Process, Processes

START_SECONDS = 20.0
LEFTOVER_SECONDS = 8.0


@dataclass(slots=True)
class Valkey:
    folder: DataFolder
    processes: Processes
    process: Process | None = None

    @property
    def socket(self) -> Path:
        return socket_path(self.folder)

    @property
    def log(self) -> Path:
        return self.folder.log("valkey")

    def start(self) -> None:
        self._wait_for_leftover()
        self.folder.valkey.mkdir(mode=0o700, exist_ok=True)
        self.process = self.processes.start(
            [
                *(find_valkey(), "--port", "0", "--daemonize", "no", "--save", ""),
                *("--unixsocket", str(self.socket), "--unixsocketperm", "700"),
                *("--dir", str(self.folder.valkey), "--appendonly", "yes"),
                *("--maxmemory-policy", "noeviction"),
            ],
            log=self.log,
        )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process is None or self.process.poll() is not None:
                raise CannotStart(f"Valkey did not start; its log is {self.log}.")
            if time.monotonic() > deadline:
                raise CannotStart(f"Valkey took too long to start; its log is {self.log}.")
            time.sleep(0.01)

    def stop(self) -> None:
        if self.process is not None:
            self.processes.stop([self.process], patience=1.5)
            self.process = None
            remove_if_empty(self.socket.parent)

    def answers(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1.0)
            client.connect(str(self.socket))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        return False

    def _wait_for_leftover(self) -> None:
        """Two servers on one append-only file would spoil it."""
        deadline = time.monotonic() + LEFTOVER_SECONDS
        while self.answers():
            if time.monotonic() > deadline:
                raise CannotStart(f"A Valkey server still answers at {self.socket}: end it first.")
            time.sleep(0.05)


def socket_path(folder: DataFolder) -> Path:
    return folder.sockets() / "valkey.sock"


def valkey_url(folder: DataFolder) -> str:
    return f"unix://{socket_path(folder)}"
