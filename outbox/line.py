"""Requests that are out, and what is to be done with each answer. Pure.

A pass does not wait for a slow provider: it puts requests on the line, takes what came back, and
leaves the rest to the next pass of its thread. Whoever dies with answers outstanding loses nothing:
the leases run out, and the provider is asked.
"""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

AT_ONCE = 16
"""Requests on the line at one moment."""
KEPT_FOR_PAGES = 4
"""Of these: a slow provider may hold every notice, and a page still goes out at once."""

Answered = Callable[[Future[Any]], None]


@dataclass(slots=True)
class Line:
    """The requests of one thread, each on a thread of its own that uses no database."""

    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(AT_ONCE, thread_name_prefix="outbox")
    )
    out: dict[Future[Any], Answered] = field(default_factory=dict)

    def room(self, *, for_pages: bool = False) -> int:
        """How many more may be put on it; the last places are kept for pages."""
        return max(0, AT_ONCE - len(self.out) - (0 if for_pages else KEPT_FOR_PAGES))

    def put(self, request: Callable[[], Any], then: Answered) -> None:
        """Send it; `then` gets its answer, here and not on the request's thread."""
        self.out[self.pool.submit(request)] = then

    def collect(self, *, patience_s: float) -> int:
        """Do what is to be done with the answers that come within so long; returns how many."""
        until, taken = time.monotonic() + patience_s, 0
        while self.out:
            left = max(0.0, until - time.monotonic())
            done, _ = wait(self.out, timeout=left, return_when=FIRST_COMPLETED)
            if not done:
                break
            for future in done:
                then = self.out.pop(future)
                taken += 1
                then(future)
        return taken


_here = threading.local()


def line() -> Line:
    """This thread's."""
    held: Line | None = getattr(_here, "line", None)
    if held is None:
        held = _here.line = Line()
    return held


def hang_up() -> None:
    """Forget this thread's line: a child of a fork has none of its threads."""
    _here.line = None


os.register_at_fork(after_in_child=hang_up)
