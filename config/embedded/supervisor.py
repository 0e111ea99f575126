"""Keeps the product's processes running: restarts what ends, shows the lines that matter."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded.processes import Process, Processes
from config.embedded.servers import tell

LOOK_SECONDS = 0.2
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
LINES_AT_ONCE = 5
IMPORTANT = re.compile(
    rb'"level": "(?:error|critical)"|\[(?:ERROR|CRITICAL)\b|^\w*(?:Error|Exception):'
)


@dataclass(slots=True)
class Child:
    """One process of the product and how often it has failed lately."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: Process | None = None
    started: float = 0.0
    failures: int = 0
    not_before: float = 0.0
    log_read: int = field(default=0)

    def pause(self) -> float:
        return min(2.0 ** (self.failures - 1), LONGEST_PAUSE)


class Supervisor:
    """`start` each child, then `look` now and again, then `stop`."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._children: list[Child] = []

    def start(self, child: Child) -> None:
        child.log_read = child.log.stat().st_size if child.log.exists() else 0
        self._children.append(child)
        self._start(child)

    def watch(self) -> None:
        """Until somebody interrupts."""
        while True:
            time.sleep(LOOK_SECONDS)
            self.look()

    def look(self) -> None:
        for child in self._children:
            show_important_lines(child)
            self._mind(child)

    def stop(self, *, patience: float) -> None:
        running = [child.process for child in self._children if child.process is not None]
        self._processes.stop(running, patience=patience)

    def _start(self, child: Child) -> None:
        child.process = self._processes.start(
            child.command, log=child.log, environment=child.environment
        )
        child.started = time.monotonic()

    def _mind(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.not_before:
                self._start(child)
            return
        code = child.process.poll()
        if code is None:
            return
        self._processes.forget(child.process)
        child.process = None
        child.failures = 1 if now - child.started > STEADY_SECONDS else child.failures + 1
        child.not_before = now + child.pause()
        tell(
            f"[{child.name}] ended with code {code}; starting it again in {child.pause():.0f} s. "
            f"Its log: {child.log}"
        )


def show_important_lines(child: Child) -> None:
    """Errors of the log's new lines; a line still being written waits for the next look."""
    try:
        with child.log.open("rb") as log:
            log.seek(child.log_read)
            fresh = log.read(1_000_000)
    except OSError:
        return
    whole = fresh[: fresh.rfind(b"\n") + 1]
    child.log_read += len(whole)
    important = [line for line in whole.splitlines() if IMPORTANT.search(line)]
    for line in important[:LINES_AT_ONCE]:
        tell(f"[{child.name}] {line.decode('utf-8', 'replace')}")
    if len(important) > LINES_AT_ONCE:
        tell(f"[{child.name}] {len(important) - LINES_AT_ONCE} more in {child.log}")
