"""Counts the lines of the product that a process executes, and ends it at one of them."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[3]

APPS = ("tenants", "audit", "charts", "routing", "outbox", "escalation", "integrations",
        "referrals")  # fmt: skip

INSIDE = tuple(f"{ROOT / app}{os.sep}" for app in APPS)

EDGES = {
    "base/base.py": frozenset({"_commit", "_rollback", "_savepoint_commit"}),
    "http/client.py": frozenset({"connect", "send", "getresponse"}),
    "smtplib.py": frozenset({"connect", "mail", "rcpt", "data", "getreply"}),
    "imaplib.py": frozenset({"_command", "_command_complete"}),
}  # fmt: skip
"""Calls of Django's database wrapper and of the clients of HTTP, SMTP and IMAP after which there is
no way back. At the call of `getresponse`, `getreply` and `_command_complete` the whole request has
been written, and nothing of the answer read."""

Line = tuple[str, int]


@dataclass(slots=True)
class Recorder:
    """Every executed line in its order, and at which counts something left the process."""

    lines: list[Line] = field(default_factory=list)
    edges: list[int] = field(default_factory=list)
    """How many lines were executed before each edge."""
    calls: list[str] = field(default_factory=list)
    """What is called at each edge."""

    def line(self, frame: FrameType) -> None:
        self.lines.append((frame.f_code.co_filename, frame.f_lineno))

    def edge(self, frame: FrameType) -> None:
        self.edges.append(len(self.lines))
        self.calls.append(frame.f_code.co_name)


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """The k-th line, or the k-th edge."""

    kind: str
    number: int


@dataclass(slots=True)
class Killer:
    """Ends this process with SIGKILL at a point, after telling which line it is."""

    at: Point
    tell: Callable[[str], None]
    lines: int = 0
    edges: int = 0

    def line(self, frame: FrameType) -> None:
        self.lines += 1
        if self.at.kind == "line" and self.lines == self.at.number:
            name = Path(frame.f_code.co_filename).relative_to(ROOT)
            self._end(f"{name}:{frame.f_lineno}")

    def edge(self, frame: FrameType) -> None:
        self.edges += 1
        if self.at.kind == "edge" and self.edges == self.at.number:
            self._end(f"at {frame.f_code.co_name}")

    def _end(self, where: str) -> None:
        self.tell(f"killed {where}")
        os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def watched(by: Recorder | Killer) -> Iterator[None]:
    """Every line of the product in this block goes through `by`, those of its new threads too."""
    ours: dict[str, bool] = {}
    ends: dict[str, frozenset[str]] = {}

    def inside(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            by.line(frame)
        return inside

    def begins(frame: FrameType, event: str, _: Any) -> Any:
        name = frame.f_code.co_filename
        if name not in ours:
            ours[name] = name.startswith(INSIDE) and "/fake/" not in name
            ends[name] = next((EDGES[end] for end in EDGES if name.endswith(end)), frozenset())
        if ours[name]:
            return inside
        if frame.f_code.co_name in ends[name]:
            by.edge(frame)
        return None

    threading.settrace(begins)
    sys.settrace(begins)
    try:
        yield
    finally:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]


NEAR = (
    "outbox/", "escalation/engine.py", "escalation/operations/", "integrations/intake.py",
    "integrations/receiver.py", "tenants/wake.py", "tenants/bulk.py", "routing/operations/",
    "audit/log.py", "referrals/carrying.py", "referrals/lines/", "referrals/operations/",
    "integrations/carriers/",
)  # fmt: skip
"""Where rows are written and words leave: chosen before the rest."""


def choose(recorded: Recorder, points: str) -> list[Point]:
    """Where to end it: a number of points, `all` edges and distinct lines, `edges` alone, or those
    of one call, `getresponse` and others.

    Every commit and everything that goes over a socket come first, of each call the last, with the
    next line after them; then the distinct lines near those, then the others, evenly.
    """
    edges = [Point("edge", number) for number in range(1, len(recorded.edges) + 1)]
    after = {count + 1 for count in recorded.edges if count < len(recorded.lines)}
    first: dict[Line, int] = {}
    for count, line in enumerate(recorded.lines, start=1):
        first.setdefault(line, count)
    near = {at for line, at in first.items() if _is_near(line)} - after
    far = set(first.values()) - near - after
    if points == "edges":
        return edges
    if points in recorded.calls:
        return [one for one in edges if recorded.calls[one.number - 1] == points]
    if points == "all":
        return [*edges, *(Point("line", at) for at in sorted(after | near | far))]
    budget = int(points)
    lasts = list(dict(zip(recorded.calls, edges, strict=True)).values())[: budget // 3]
    others = [one for one in edges if one not in lasts]
    chosen = lasts + _evenly(others, budget // 3 - len(lasts)) + _points(after, budget // 3)
    chosen += _points(near, (budget - len(chosen)) * 3 // 4)
    return chosen + _points(far, budget - len(chosen))


def _points(counts: set[int], most: int) -> list[Point]:
    return _evenly([Point("line", at) for at in sorted(counts)], most)


def _is_near(line: Line) -> bool:
    return str(Path(line[0]).relative_to(ROOT)).startswith(NEAR)


def _evenly(points: list[Point], count: int) -> list[Point]:
    if len(points) <= count:
        return points
    return [points[at * len(points) // count] for at in range(count)]
