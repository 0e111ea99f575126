"""One lane of the proof: a warm process that forks a child a point, each killed there.

  python -m tests.flows.killing.lane --lane 0 --lanes 2 --points 160

on a database of its own (DATABASE_URL). Prints what came of each point, as JSON.
"""

import argparse
import json
import logging
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import django
from django.utils.module_loading import import_string

from tests.flows.killing.outside import PATIENCE, Outside, outside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.flows.killing.judging import Account
    from tests.flows.killing.tracing import Point
    from tests.people import Elm

GAP = timedelta(hours=2)
"""Between one life and the next, so that no limit of a phone counts two of them together."""

ARRIVES = 0.02
"""What was written to the provider before the end is there by then."""


@dataclass(slots=True)
class Tally:
    """What came of every point."""

    recorded_lines: int = 0
    distinct_lines: int = 0
    edges: int = 0
    killed: list[str] = field(default_factory=list)
    survived: int = 0
    violations: list[str] = field(default_factory=list)
    seconds: float = 0.0


def main() -> None:
    """Prove one share of the points."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--lane", type=int, default=0)
    arguments.add_argument("--lanes", type=int, default=1)
    arguments.add_argument("--points", default="160", help="as `tracing.choose` has it")
    arguments.add_argument("--life", default="result", choices=COURTS)
    arguments.add_argument("--forget", action="store_true", help="the negative control")
    said = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, outside(Path(folder)) as world:
        django.setup()
        logging.disable(logging.INFO)
        court: type[Court] = import_string(COURTS[said.life])
        if said.forget:
            court.forget()
        lane = Lane(world, court)
        print(json.dumps(asdict(lane.prove(said.lane, said.lanes, said.points))))


class Life(Protocol):
    """What is lived, disturbed, and lived to its end by whoever goes on."""

    def live(self, tell: Callable[[str], None]) -> None: ...
    def recover(self) -> None: ...
    def account(self, received: Counter[str]) -> "Account": ...
    def broken_promises(self, found: "Account", told: "Sequence[str]") -> list[str]: ...


class Court(Protocol):
    """Begins lives of one kind, each with a patient of its own, and judges them."""

    @staticmethod
    def forget() -> None:
        """Leave out what keeps them whole: the negative control."""

    def __init__(self, elm: "Elm", world: Outside, *, now: datetime) -> None: ...
    def life(self, number: int, now: datetime) -> Life: ...


COURTS = {
    "result": "tests.flows.killing.lives.Results",
    "nudge": "tests.flows.killing.nudges.Nudges",
    "documo": "tests.flows.killing.faxes.DocumoFaxes",
    "telnyx": "tests.flows.killing.faxes.TelnyxFaxes",
    "letter": "tests.flows.killing.letters.Letters",
}


class Lane:
    """Lives one after the other, each on the same street."""

    def __init__(self, world: Outside, court: type[Court]) -> None:
        from tests.flows.killing.lives import open_stage

        begin = datetime.now(UTC)
        held = court(open_stage(now=begin), world, now=begin)
        self.world, self.tally = world, Tally()
        self.lives: Iterator[Life] = (
            held.life(number, begin + number * GAP) for number in range(10**6)
        )

    def prove(self, lane: int, lanes: int, points: str) -> Tally:
        """Two lives undisturbed, one recorded, then one for each point of this lane."""
        from outbox.line import hang_up
        from tests.flows.killing.judging import differences
        from tests.flows.killing.tracing import Recorder, choose, watched

        tally, started = self.tally, time.monotonic()
        expected = [self._whole(life, life.live)[1] for life in (next(self.lives) for _ in "12")]
        recorder, recorded = Recorder(), next(self.lives)
        hang_up()  # only threads that are begun from here on are watched

        def watched_life(tell: Callable[[str], None]) -> None:
            with watched(recorder):
                recorded.live(tell)

        _, found = self._whole(recorded, watched_life)
        tally.violations += differences(found, expected[0]) + differences(expected[1], expected[0])
        tally.recorded_lines, tally.edges = len(recorder.lines), len(recorder.edges)
        tally.distinct_lines = len(set(recorder.lines))
        for point in choose(recorder, points)[lane::lanes]:
            self._one(next(self.lives), point, expected[0])
        tally.seconds = round(time.monotonic() - started, 1)
        return tally

    def _whole(
        self, life: Life, live: Callable[[Callable[[str], None]], None]
    ) -> tuple[list[str], "Account"]:
        """Live, then recover; what was told meanwhile, and what is left at the end."""
        told: list[str] = []
        live(told.append)
        life.recover()
        return told, self._account(life)

    def _account(self, life: Life) -> "Account":
        return life.account(self.world.received())

    def _one(self, life: Life, point: "Point", expected: "Account") -> None:
        from tests.flows.killing.judging import differences

        told = disturbed(life, point)
        self.world.wait_until_heard()
        where = next((word for word in told if word.startswith("killed ")), "")
        if where:
            self.tally.killed.append(where.removeprefix("killed "))
        else:
            self.tally.survived += 1
        found = life.broken_promises(self._account(life), told)
        life.recover()
        found += differences(self._account(life), expected)
        self.tally.violations += [f"{where or 'survived'}: {one}" for one in found]


def disturbed(life: Life, point: "Point") -> list[str]:
    """Live in a child that is killed at the point; what it had told by then."""
    from django.db import connections

    from tests.flows.killing.tracing import Killer, watched

    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        for held in connections.all(initialized_only=True):
            held.connection = None  # the parent's; psycopg closes it in no other process

        def tell(word: str) -> None:
            os.write(writing, f"{word}\n".encode())

        code = 1
        try:
            with watched(Killer(point, tell)):
                life.live(tell)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read().splitlines()
    os.waitpid(child, 0)
    time.sleep(ARRIVES)
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


if __name__ == "__main__":
    main()
