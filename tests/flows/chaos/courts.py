"""Runs trials for tests: each in a process of its own, on a copy of the tests' empty schema."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from django.db import connections
from psycopg.conninfo import make_conninfo

from tests.flows.chaos.servers import ROOT
from tests.flows.chaos.trial import Trial


def fight(*trials: Trial) -> list[dict[str, Any]]:
    """Their verdicts; several trials go on at once."""
    database = connections["default"].settings_dict["NAME"]
    schema = make_conninfo(os.environ["SUPERUSER_DATABASE_URL"], dbname=database)
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.flows.chaos.running", json.dumps(asdict(trial))],
            cwd=ROOT, env=os.environ | {"CHAOS_SCHEMA": schema}, stdout=subprocess.PIPE,
        )
        for trial in trials
    ]  # fmt: skip
    outputs = [one.communicate()[0] for one in running]
    assert [one.returncode for one in running] == [0] * len(trials)
    verdicts: list[dict[str, Any]] = [json.loads(output) for output in outputs]
    print(json.dumps(verdicts, indent=1))
    return verdicts


def not_zero(verdict: dict[str, Any]) -> dict[str, int]:
    """What had to be zero and is not."""
    return {name: count for name, count in verdict["must_be_zero"].items() if count}


def allowed(seconds: float, verdict: dict[str, Any]) -> float:
    """A bar of a quiet machine, on one whose cores are wanted by so many more."""
    return seconds * max(1.0, float(verdict["load"]))
