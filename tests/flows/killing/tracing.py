"""Counts the lines of the product that a process executes, and ends it at one of them."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[3]

APPS = ("tenants", "audit", "charts", "routing", "outbox", "escalation", "integrations")

INSIDE = tuple(f"{ROOT / app}{os.sep}" for app in APPS)

EDGES = frozenset({"_commit", "_rollback", "_savepoint_commit", "sendall", "getresponse"})
"""Functions of Django's database wrapper and of the client whose call is what cannot be undone."""

OUTSIDE = ("/django/db/backends/base/base.py", "/http/client.py")

Line = tuple[str, int]


@dataclass(slots=True)
class Recorder:
    """Every executed line in its order, and at which counts something left the process."""

    lines: list[Line] = field(default_factory=list)
    edges: set[int] = field(default_factory=set)

    def line(self, frame: FrameType) -> None:
        self.lines.append((frame.f_code.co_filename, frame.f_lineno))

    def call(self, frame: FrameType) -> None:
        code = frame.f_code
        if code.co_name in EDGES and code.co_filename.endswith(OUTSIDE):
            self.edges.add(len(self.lines))


@dataclass(slots=True)
class Killer:
    """Ends this process with SIGKILL at the k-th line, after telling which one it is."""

    at: int
    tell: Callable[[str], None]
    count: int = 0

    def line(self, frame: FrameType) -> None:
        self.count += 1
        if self.count == self.at:
            name = Path(frame.f_code.co_filename).relative_to(ROOT)
            self.tell(f"killed {name}:{frame.f_lineno}")
            os.kill(os.getpid(), signal.SIGKILL)

    def call(self, frame: FrameType) -> None:
        """Nothing: only lines count."""


@contextmanager
def watched(by: Recorder | Killer) -> Iterator[None]:
    """Every line of the product in this block goes through `by`."""
    ours: dict[str, bool] = {}

    def inside(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            by.line(frame)
        return inside

    def begins(frame: FrameType, event: str, _: Any) -> Any:
        name = frame.f_code.co_filename
        if name not in ours:
            ours[name] = name.startswith(INSIDE)
        if ours[name]:
            return inside
        by.call(frame)
        return None

    sys.settrace(begins)
    try:
        yield
    finally:
        sys.settrace(None)


NEAR = (
    "outbox/", "escalation/engine.py", "escalation/operations/", "integrations/intake.py",
    "integrations/receiver.py", "tenants/wake.py", "tenants/bulk.py", "routing/operations/",
    "audit/log.py",
)  # fmt: skip
"""Where rows are written and words leave: chosen before the rest."""


def choose(recorded: Recorder, budget: int | None) -> list[int]:
    """Which lines to end it at, by their count from 1; None: every distinct line.

    Both sides of every commit and of everything that leaves by a socket come first, then the
    distinct lines near those, then the others, evenly.
    """
    edges = sorted({at + side for at in recorded.edges for side in (0, 1)} - {0})
    edges = [at for at in edges if at <= len(recorded.lines)]
    first: dict[Line, int] = {}
    for count, line in enumerate(recorded.lines, start=1):
        first.setdefault(line, count)
    near = [at for line, at in first.items() if _is_near(line)]
    far = [at for line, at in first.items() if not _is_near(line)]
    if budget is None:
        return sorted({*edges, *near, *far})
    chosen = set(_evenly(edges, budget // 2))
    chosen |= set(_evenly(sorted(set(near) - chosen), (budget - len(chosen)) * 3 // 4))
    chosen |= set(_evenly(sorted(set(far) - chosen), budget - len(chosen)))
    return sorted(chosen)


def _is_near(line: Line) -> bool:
    return str(Path(line[0]).relative_to(ROOT)).startswith(NEAR)


def _evenly(points: list[int], count: int) -> list[int]:
    if len(points) <= count:
        return points
    return [points[at * len(points) // count] for at in range(count)]
