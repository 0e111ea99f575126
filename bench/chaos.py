#!/usr/bin/env python3
"""Trials at full size: real processes on servers of their own, killed at random or left in peace.

  .venv/bin/python bench/chaos.py full --seed 7      R2: 10,000 results, 200 kills
  .venv/bin/python bench/chaos.py control            R3: nobody asks the provider; must page twice
  .venv/bin/python bench/chaos.py no-broker          R5: no Valkey at all, and kills
  .venv/bin/python bench/chaos.py lateness           R9: 10,000 steps due in one minute; R5's lateness:
                                                     it has no Valkey either, and no kills
  .venv/bin/python bench/chaos.py latency            R10: from the laboratory's byte to the provider
  .venv/bin/python bench/chaos.py full --events 1000 --kills 20    any field of the trial

Prints JSON and ends with 1 where a bar was missed. Everything is chosen by the seed. A trial
migrates a database of its own; CHAOS_SCHEMA names a migrated one to copy instead, CHAOS_LOGS a
folder for the logs.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from stage import machine

from tests.flows.chaos.running import run
from tests.flows.chaos.trial import Trial

Verdict = dict[str, Any]

PEACE = Trial(kills=0, postgres_stops=0, valkey_kills=0, valkey_flushes=0, hostile=False,
              skewed=False, acknowledged=0)  # fmt: skip
ALONE = replace(PEACE, valkey=False, workers=0, beats=0)
# A killed process takes a core for three seconds to start: faster, and two cores do little else.
FULL = Trial(events=10_000, rate=12, kills=200, postgres_stops=3, valkey_kills=2, valkey_flushes=8,
             engines=3, workers=3, beats=2, latest=15.0, drain=900.0)  # fmt: skip


@dataclass(frozen=True)
class Proof:
    trial: Trial
    bars: dict[str, Callable[[Verdict], bool]]


def clean(verdict: Verdict) -> bool:
    """Everything that must be zero is."""
    return not any(verdict["must_be_zero"].values())


CLEAN = {"zeros": clean, "drained within 60 s": lambda v: 0 <= v["drained_s"] <= 60}

PROOFS = {
    "full": Proof(FULL, CLEAN),
    "control": Proof(
        replace(FULL, events=1000, kills=20, reconcile=False),
        {"pages twice": lambda v: v["must_be_zero"]["pages_doubled"] > 0},
    ),
    "no-broker": Proof(
        replace(FULL, valkey=False, events=2000, kills=40, valkey_kills=0,
                valkey_flushes=0, hostile=False),
        CLEAN,
    ),
    "lateness": Proof(
        replace(ALONE, events=10_000, rate=40, due_from=330, due_for=60, drain=300),
        {"zeros": clean, "p99 below 2 s": lambda v: v["step_to_commit_s"]["p99"] < 2,
         "at most 5 s": lambda v: v["step_to_commit_s"]["max"] < 5},
    ),
    "latency": Proof(
        replace(ALONE, events=1500, rate=50, second_steps=False),
        {"zeros": clean, "p50 below 1.5 s": lambda v: v["result_to_provider_s"]["p50"] < 1.5,
         "p99 below 5 s": lambda v: v["result_to_provider_s"]["p99"] < 5,
         "at most 30 s": lambda v: v["result_to_provider_s"]["max"] < 30},
    ),
}  # fmt: skip


def main() -> int:
    """Run one proof and judge it."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("proof", choices=sorted(PROOFS))
    for one in fields(Trial):
        kind = type(getattr(FULL, one.name))
        if kind is not bool:
            arguments.add_argument(f"--{one.name.replace('_', '-')}", type=kind)
    said = vars(arguments.parse_args())
    proof = PROOFS[said.pop("proof")]
    changes = {name: value for name, value in said.items() if value is not None}
    found: Verdict = {"machine": machine()} | run(replace(proof.trial, **changes))
    found["bars"] = {name: met(found) for name, met in proof.bars.items()}
    print(json.dumps(found, indent=1))
    return 0 if all(found["bars"].values()) else 1


if __name__ == "__main__":
    sys.exit(main())
