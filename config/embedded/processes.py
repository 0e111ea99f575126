"""Starts processes so that none outlives the launcher, whichever way the launcher ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from config.embedded import guardian
from config.embedded.identity import Identity, in_child

Process = subprocess.Popen[bytes]
Command = Sequence[str]


class Processes:
    """The children of one launcher. Use it as a context manager, from the main thread only:
    the kernel ties a child's life to the thread that started it."""

    def __init__(self) -> None:
        self._stop_signals: dict[Process, signal.Signals] = {}
        self._guardian = subprocess.Popen(
            [sys.executable, "-I", "-S", guardian.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop(list(self._stop_signals), patience=2.0)
        if self._guardian.stdin is not None:
            self._guardian.stdin.close()
        self._guardian.wait()

    def start(
        self,
        command: Command,
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        identity: Identity = Identity.OURSELVES,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> Process:
        """Start a process in a group of its own, with its output in the log."""
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
                preexec_fn=in_child(identity, stop_signal),
            )
        self._stop_signals[process] = stop_signal
        self._tell_guardian(f"+{process.pid} {int(stop_signal)}\n")
        return process

    def forget(self, process: Process) -> None:
        """The process ended by itself; end what it left in its group."""
        if self._stop_signals.pop(process, None) is not None:
            guardian.signal_group(process.pid, signal.SIGKILL)
            self._tell_guardian(f"-{process.pid}\n")

    def stop(self, processes: Iterable[Process], *, patience: float) -> None:
        """Ask all of them at once, wait, then kill the groups of those that stayed."""
        stopping = [process for process in processes if process in self._stop_signals]
        for process in stopping:
            if process.poll() is None:
                process.send_signal(self._stop_signals[process])
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and any(one.poll() is None for one in stopping):
            time.sleep(0.02)
        for process in stopping:
            guardian.signal_group(process.pid, signal.SIGKILL)
            process.wait()
            self.forget(process)

    def _tell_guardian(self, line: str) -> None:
        if self._guardian.stdin is not None:
            os.write(self._guardian.stdin.fileno(), line.encode())


def run_once(command: Command, *, log: Path, identity: Identity = Identity.OURSELVES) -> int:
    """Run a set-up step to its end; the exit code."""
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.call(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=in_child(identity, signal.SIGKILL),
        )
