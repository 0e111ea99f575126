"""R1: SIGKILL at any executed line of ingest, route, clocks, steps, sending and acknowledging."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import TEMPLATE, _fingerprint, superuser
from tests.flows.engines import ROOT, environment

LANES = 2
POINTS = os.environ.get("PROOF_LINES", "160")


@pytest.fixture
def databases(django_db_setup):
    """One for each lane, copied from the template of the tests."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    names = [f"clearchart_kill_{worker}_{lane}" for lane in range(LANES)]
    template = f"{TEMPLATE}_{_fingerprint()}"
    with superuser() as server:
        for name in names:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER clearchart_owner")
    yield names
    with superuser() as server:
        for name in names:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.mark.slow
def test_r1_killed_at_any_line_nothing_is_lost_and_nothing_happens_twice(databases):
    lanes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.flows.killing.lane", "--lane", str(lane),
             "--lanes", str(LANES), "--points", POINTS],
            cwd=ROOT, env=environment(database=name), stdout=subprocess.PIPE, text=True,
        )
        for lane, name in enumerate(databases)
    ]  # fmt: skip
    outputs = [lane.communicate()[0] for lane in lanes]
    assert [lane.returncode for lane in lanes] == [0] * LANES
    tallies = [json.loads(output) for output in outputs]
    killed = [where for tally in tallies for where in tally["killed"]]
    violations = [one for tally in tallies for one in tally["violations"]]
    told = {name: [tally[name] for tally in tallies] for name in ("recorded_lines", "seconds")}
    print(len(killed), "points,", len(set(killed)), "distinct lines,", told)
    assert violations == []
    assert len(killed) >= 150
    assert sum(tally["survived"] for tally in tallies) <= len(killed) // 20
    assert {where.split("/")[0] for where in killed} >= {
        "integrations", "routing", "charts", "escalation", "outbox", "tenants", "audit",
    }  # fmt: skip
