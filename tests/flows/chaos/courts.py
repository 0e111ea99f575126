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


def fight(trial: Trial) -> dict[str, Any]:
    """Its verdict."""
    database = connections["default"].settings_dict["NAME"]
    schema = make_conninfo(os.environ["SUPERUSER_DATABASE_URL"], dbname=database)
    done = subprocess.run(
        [sys.executable, "-m", "tests.flows.chaos.running", json.dumps(asdict(trial))],
        cwd=ROOT, env=os.environ | {"CHAOS_SCHEMA": schema}, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    verdict: dict[str, Any] = json.loads(done.stdout)
    print(json.dumps(verdict, indent=1))
    return verdict


def not_zero(verdict: dict[str, Any]) -> dict[str, int]:
    """What had to be zero and is not."""
    return {name: count for name, count in verdict["must_be_zero"].items() if count}
