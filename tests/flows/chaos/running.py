"""One trial from its first message to its verdict, printed as JSON.

  python -m tests.flows.chaos.running '{"events": 1000, "kills": 20, "seed": 7}'

The address of a migrated database to copy is taken from CHAOS_SCHEMA; without one it is migrated.
"""

import json
import os
import random
import shutil
import socket
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.flows import providers
from tests.flows.chaos.family import Family, Member
from tests.flows.chaos.servers import Grounds, environment, grounds
from tests.flows.chaos.trial import Trial
from tests.flows.providers import lines

SKEWS = (2.0, -3.0, 0.0, 5.0)
"""Hours by which the hosts of engines and workers are wrong, in turn."""

LOOK_SECONDS = 0.02
SETTLED_SECONDS = 0.5


def main() -> None:
    """Run the trial of the first argument."""
    trial = Trial.of(json.loads(sys.argv[1]) if len(sys.argv) > 1 else {})
    print(json.dumps(run(trial), indent=1))


def run(trial: Trial) -> dict[str, Any]:
    """The verdict: counts that must be 0, and times."""
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="clearchart-chaos-") as path,
        grounds(
            Path(path) / "data",
            schema=os.environ.get("CHAOS_SCHEMA", ""),
            with_valkey=trial.valkey,
        ) as made,
    ):
        port = free_port()
        os.environ.update(environment(made))
        os.environ.update(account_of_provider(port))
        import django

        django.setup()
        verdict = Fight(trial, made, Path(path), provider=port).fought()
    return {"trial": asdict(trial), "seconds": round(time.monotonic() - begun, 1)} | verdict


def _no_data(_: str, names: list[str]) -> list[str]:
    return [name for name in names if not name.endswith((".log", ".jsonl"))]


def account_of_provider(port: int) -> dict[str, str]:
    """The settings that lead to the fake provider."""
    return {
        "TWILIO_ADDRESS": f"http://127.0.0.1:{port}",
        "TWILIO_ACCOUNT_SID": "ACfake",
        "TWILIO_AUTH_TOKEN": "fake-token",
        "TWILIO_FROM": "+12025550100",
    }


def free_port() -> int:
    """One that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Blow:
    """One thing that is done to the product at an instant."""

    at: float
    kind: str


class Fight:
    """The supervisor: starts everybody, strikes, waits, judges."""

    def __init__(self, trial: Trial, made: Grounds, folder: Path, *, provider: int) -> None:
        from tests.flows.chaos.world import open_world

        self.trial, self.made, self.folder, self.provider = trial, made, folder, provider
        self.received = folder / "received.jsonl"
        self.chance = random.Random(trial.seed)
        self.world = open_world(trial, port=free_port())
        self.family = Family(folder)
        self.struck: dict[str, int] = {}
        self.begun = time.monotonic()

    def fought(self) -> dict[str, Any]:
        try:
            laboratory = self._start()
            ended = self._strike(laboratory)
            drained = self._drain(ended)
            return self._judge(drained)
        finally:
            self.family.stop()
            if kept := os.environ.get("CHAOS_LOGS"):
                shutil.copytree(self.folder, kept, dirs_exist_ok=True, ignore=_no_data)

    def _start(self) -> Member:
        from tests.flows.chaos import roles

        trial, add = self.trial, self.family.add
        bad = trial.events if trial.hostile else 0
        serve = partial(providers.serve, self.provider, self.received, hostile=bad, seed=trial.seed)
        add("provider", serve, is_target=False)
        names = [f"engine{number}" for number in range(trial.engines)]
        names += [f"worker{number}" for number in range(trial.workers)]
        for at, name in enumerate(names):
            hours = SKEWS[at % len(SKEWS)] if trial.skewed else 0.0
            role = roles.engine if name.startswith("engine") else roles.worker
            add(name, partial(role, hours, reconcile=trial.reconcile))
        for number in range(trial.beats):
            add(f"beat{number}", partial(roles.beat, self.folder / f"beat{number}-schedule"))
        add("listener", roles.listener)
        if trial.acknowledged:
            log = self.folder / "doctors.jsonl"
            add("doctors", lambda: roles.doctors(trial, self.world, log), is_target=False)
        sent = self.folder / "sent.jsonl"
        return add("laboratory", lambda: roles.laboratory(trial, self.world, sent), is_target=False)

    def _strike(self, laboratory: Member) -> float:
        """Every blow at its time, until the last one and the last message; when that was."""
        trial, begun = self.trial, time.monotonic()
        self.begun = begun
        length = trial.events / trial.rate
        kinds = (
            ["kill"] * trial.kills
            + ["postgres"] * trial.postgres_stops
            + ["valkey"] * trial.valkey_kills
            + ["flush"] * trial.valkey_flushes
        )
        blows = sorted(
            (Blow(self.chance.uniform(0.5, length + 1.0), kind) for kind in kinds),
            key=lambda blow: blow.at,
        )
        while blows or not self.family.ended(laboratory):
            self.family.look()
            is_due = blows and blows[0].at <= time.monotonic() - begun
            if is_due and self.family.targets():
                self._blow(blows.pop(0).kind)
            time.sleep(LOOK_SECONDS)
        return time.monotonic()

    def _blow(self, kind: str) -> None:
        name = kind
        if kind == "kill":
            member = self.chance.choice(self.family.targets())
            name = member.name
            self.family.kill(member)
        elif kind == "postgres":
            self.made.crash_postgres()
        elif kind == "valkey":
            self.made.kill_valkey()
        else:
            self.made.flush_valkey()
        self.struck[name] = self.struck.get(name, 0) + 1

    def _drain(self, ended: float) -> float:
        """Until nothing is due any more and the last second step has had its time."""
        from tests.flows.chaos.judging import Court

        court, calm_since = Court(self.trial, self.world), None
        last = ended
        if self.trial.due_from:
            last = self.begun + self.trial.due_from + self.trial.due_for
        elif self.trial.second_steps:
            last = ended + self.trial.latest
        until = last + self.trial.drain
        while time.monotonic() < until:
            self.family.look()
            if court.backlog() or time.monotonic() < last:
                calm_since = None
            elif calm_since is None:
                calm_since = time.monotonic()
            elif time.monotonic() - calm_since > SETTLED_SECONDS:
                return round(calm_since - ended, 1)
            time.sleep(0.1)
        return -1.0

    def _judge(self, drained: float) -> dict[str, Any]:
        from tests.flows.chaos.judging import Court, seconds_to_page, told

        court = Court(self.trial, self.world)
        sent = {f"c{one['number']}": one["sent"] for one in lines(self.folder / "sent.jsonl")}
        received, pages = lines(self.received), court.pages()
        counts = court.counts(sent) | told(pages, received)
        counts["events_not_acknowledged"] = self.trial.events - len(sent)
        counts["backlog"] = court.backlog()
        return {
            "must_be_zero": counts,
            "outcomes": court.outcomes(),
            "attempts": court.attempts(),
            "pages": len(received),
            "load": round(os.getloadavg()[0] / (os.cpu_count() or 1), 1),
            "drained_s": drained,
            "struck": self.struck,
            "step_to_commit_s": court.lateness(),
            **seconds_to_page(pages, received, sent),
            "starts": {one.name: one.starts for one in self.family.members},
        }


if __name__ == "__main__":
    main()
