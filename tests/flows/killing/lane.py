"""One lane of the proof: a warm process that forks a child a point, each killed at its line.

  python -m tests.flows.killing.lane --lane 0 --lanes 2 --points 160

on a database of its own (DATABASE_URL). Prints what came of each point, as JSON.
"""

import argparse
import json
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import django

GAP = timedelta(hours=2)
"""Between one life and the next, so that no limit of a phone counts two of them together."""

PATIENCE = 20.0
MOST_LATER = 3


@dataclass(slots=True)
class Tally:
    """What came of every point."""

    recorded_lines: int = 0
    distinct_lines: int = 0
    points: int = 0
    killed: list[str] = field(default_factory=list)
    survived: int = 0
    violations: list[str] = field(default_factory=list)
    seconds: float = 0.0


def main() -> None:
    """Prove one share of the points."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--lane", type=int, default=0)
    arguments.add_argument("--lanes", type=int, default=1)
    arguments.add_argument("--points", default="160", help="a number, or `all`")
    said = arguments.parse_args()
    django.setup()
    budget = None if said.points == "all" else int(said.points)
    print(json.dumps(_as_json(prove(said.lane, said.lanes, budget))))


def _as_json(tally: Tally) -> dict[str, Any]:
    return {name: getattr(tally, name) for name in Tally.__slots__}


def prove(lane: int, lanes: int, budget: int | None) -> Tally:
    """A life undisturbed, one recorded, then one for each point of this lane."""
    from tests.flows.killing.judging import account, differences
    from tests.flows.killing.lives import Life, open_stage
    from tests.flows.killing.tracing import Recorder, choose, watched

    tally, started = Tally(), time.monotonic()
    begin = datetime.now(UTC)
    elm = open_stage(now=begin)
    lives = (Life(elm, number, begin + number * GAP) for number in range(10**6))
    for _ in range(2):
        warm = next(lives)
        warm.live(_to_nobody)
        recover(warm)
    expected = account(warm)
    recorder = Recorder()
    recorded = next(lives)
    with watched(recorder):
        recorded.live(_to_nobody)
    recover(recorded)
    tally.violations += differences(account(recorded), expected)
    tally.recorded_lines, tally.distinct_lines = len(recorder.lines), len(set(recorder.lines))
    for at in choose(recorder, budget)[lane::lanes]:
        tally.points += 1
        _one(tally, next(lives), at, expected)
    tally.seconds = round(time.monotonic() - started, 1)
    return tally


def _to_nobody(_: str) -> None:
    """Of a life that nobody disturbs."""


def _one(tally: Tally, life: Any, at: int, expected: dict[str, Any]) -> None:
    from tests.flows.killing.judging import account, broken_promises, differences

    told = disturbed(life, at)
    where = next((word for word in told if word.startswith("killed ")), "")
    if where:
        tally.killed.append(where.removeprefix("killed "))
    else:
        tally.survived += 1
    found = broken_promises(life, told)
    recover(life)
    found += differences(account(life), expected)
    tally.violations += [f"{where or 'survived'}: {one}" for one in found]


def disturbed(life: Any, at: int) -> list[str]:
    """Live in a child that is killed at its `at`-th line; what it had told by then."""
    from django.db import connections

    from tests.flows.killing.tracing import Killer, watched

    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)

        def tell(word: str) -> None:
            os.write(writing, f"{word}\n".encode())

        code = 1
        try:
            with watched(Killer(at, tell)):
                life.live(tell)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read().splitlines()
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        told.append("failed")
    _wait_until_alone()
    return told


def _wait_until_alone() -> None:
    """A killed process's transaction ends when PostgreSQL notices."""
    from django.db import connection

    until = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone()[0] == 0:
                return
            time.sleep(0.005)
    raise AssertionError("the killed process still holds its connection")


def recover(life: Any) -> None:
    """What goes on after the end: the laboratory sends again, sweeps run, the doctor acts."""
    from django.db import transaction

    from tests.flows.killing.lives import MINUTE, sweep

    life.arrive()
    later = life.now + MINUTE
    for _ in range(MOST_LATER):
        sweep(now=later)
        later += MINUTE
    with life.elm.scoped(), transaction.atomic():
        is_taken = life.task().acknowledged_at is not None
    if not is_taken:
        life.acknowledge(now=later)
    sweep(now=later)
    life.complete(now=later)
    sweep(now=later)


if __name__ == "__main__":
    main()
