"""Ends a block of the product at the k-th line that it executes: nothing of it runs after that."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[3]
INSIDE = (f"{ROOT}/referrals/", f"{ROOT}/tenants/wake.py", f"{ROOT}/outbox/wire/",
          f"{ROOT}/integrations/")  # fmt: skip
LINES = {
    "http/client.py": frozenset({"connect", "send", "getresponse"}),
    "smtplib.py": frozenset({"sendmail", "mail", "rcpt", "data", "getreply"}),
}
"""Of these a point is wherever something goes over the line."""

MOST = int(os.environ.get("PROOF_LINES", "40"))
"""Lines at which it is ended, beside the requests; `PROOF_LINES=1000` ends it at every one."""

Point = tuple[str, int]


class Killed(BaseException):
    """No `except Exception` hears of it."""


@contextmanager
def watched(see: Callable[[Point], None]) -> Iterator[None]:
    """Each line of the product, and each step of a request, goes to `see`."""

    def inside(frame: FrameType, event: str, _: object) -> object:
        if event == "line":
            see((frame.f_code.co_filename, frame.f_lineno))
        return inside

    def begins(frame: FrameType, _: str, __: object) -> object:
        name = frame.f_code.co_filename
        if name.startswith(INSIDE):
            return inside
        if any(name.endswith(end) and frame.f_code.co_name in LINES[end] for end in LINES):
            see((name, frame.f_code.co_firstlineno))
        return None

    sys.settrace(begins)
    try:
        yield
    finally:
        sys.settrace(None)


def points(run: Callable[[], object]) -> list[int]:
    """Where to end it: the first time that each distinct line is reached, and every request."""
    seen: list[Point] = []
    with watched(seen.append):
        run()
    first: dict[Point, int] = {}
    for at, point in enumerate(seen, 1):
        first.setdefault(point, at)
    requests = [at for at, point in enumerate(seen, 1) if point[0].endswith(tuple(LINES))]
    rest = sorted({*first.values()} - {*requests})
    return sorted({*requests, *rest[:: max(1, len(rest) // MOST)]})


def killed_at(number: int, run: Callable[[], object]) -> bool:
    """Run it up to that point; whether it came so far."""
    count = 0

    def see(_: Point) -> None:
        nonlocal count
        count += 1
        if count == number:
            raise Killed

    try:
        with watched(see):
            run()
    except Killed:
        return True
    return False
