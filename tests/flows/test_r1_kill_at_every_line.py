"""R1: SIGKILL at any executed line of ingest, route, clocks, steps, sending and acknowledging."""

import json
import os
import subprocess
import sys
from itertools import chain
from typing import Any

import pytest

from tests.conftest import superuser
from tests.databases import make_copy
from tests.flows.engines import ROOT, environment

pytestmark = pytest.mark.slow

LANES = 2
POINTS = os.environ.get("PROOF_LINES", "160")


@pytest.fixture
def databases(django_db_setup):
    """One for each lane, copied from the template of the tests."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    names = [f"clearchart_kill_{worker}_{lane}" for lane in range(LANES)]
    with superuser() as server:
        for name in names:
            make_copy(server, name)
    yield names
    with superuser() as server:
        for name in names:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def prove(databases: list[str], *options: str) -> dict[str, list[Any]]:
    """What came of each lane, by what it is called."""
    lanes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.flows.killing.lane", "--lane", str(lane),
             "--lanes", str(LANES), *options],
            cwd=ROOT, env=environment(database=name), stdout=subprocess.PIPE, text=True,
        )
        for lane, name in enumerate(databases)
    ]  # fmt: skip
    outputs = [lane.communicate()[0] for lane in lanes]
    assert [lane.returncode for lane in lanes] == [0] * LANES
    tallies = [json.loads(output) for output in outputs]
    found = {name: [tally[name] for tally in tallies] for name in tallies[0]}
    return found | {name: list(chain(*found[name])) for name in ("killed", "violations")}


def test_r1_killed_at_any_line_nothing_is_lost_and_nothing_happens_twice(databases):
    found = prove(databases, "--points", POINTS)
    killed, violations = found.pop("killed"), found.pop("violations")
    print(len(killed), "points,", len(set(killed)), "distinct,", found)
    assert violations == []
    assert len(killed) >= 150
    assert sum(found["survived"]) <= len(killed) // 20
    assert {where.split("/")[0] for where in killed if "/" in where} >= {
        "integrations", "routing", "charts", "escalation", "outbox", "tenants", "audit",
    }  # fmt: skip
    assert {"at _commit", "at send", "at getresponse"} <= set(killed)


def test_r3_without_asking_the_provider_the_same_kills_page_twice(databases):
    found = prove(databases, "--points", "edges", "--forget")
    violations = found["violations"]
    assert violations
    assert all("intents" in one or "attempts" in one for one in violations)
    assert any(one.startswith("killed at getresponse") for one in violations)


def test_r1_a_nudge_that_is_killed_at_any_line_comes_once_and_its_answer_counts_once(databases):
    found = prove(databases, "--life", "nudge", "--points", POINTS)
    killed, violations = found.pop("killed"), found.pop("violations")
    print(len(killed), "points,", len(set(killed)), "distinct,", found)
    assert violations == []
    assert len(killed) >= 120
    assert {"at _commit", "at send", "at getresponse"} <= set(killed)


def test_r3_without_asking_the_provider_the_same_kills_nudge_twice(databases):
    found = prove(databases, "--life", "nudge", "--points", "edges", "--forget")
    assert any("intents" in one for one in found["violations"])


SENDINGS = os.environ.get("PROOF_LINES", "16")
"""Of a referral on its way: such a life takes twice as long."""


def proved(databases: list[str], life: str) -> set[str]:
    """Where its lives were killed; nothing of them was lost or doubled."""
    found = prove(databases, "--life", life, "--points", SENDINGS)
    killed, violations = found.pop("killed"), found.pop("violations")
    print(life, len(killed), "points,", len(set(killed)), "distinct,", found)
    assert violations == []
    assert len(killed) >= 15
    assert sum(found["survived"]) <= 1 + len(killed) // 20
    return set(killed)


@pytest.mark.parametrize("service", [pytest.param("documo", marks=pytest.mark.proof), "telnyx"])
def test_r1_a_fax_that_is_killed_at_any_line_goes_once_and_its_call_back_counts_once(
    databases, service
):
    assert {"at _commit", "at send", "at getresponse"} <= proved(databases, service)


def test_r1_a_direct_message_killed_at_any_line_stays_one_and_each_mail_is_read_once(databases):
    assert {"at _commit", "at getreply"} <= proved(databases, "letter")


def test_r3_without_asking_its_service_the_same_kill_sends_a_fax_twice(databases):
    found = prove(databases, "--life", "telnyx", "--points", "getresponse", "--forget")
    assert found["killed"] == ["at getresponse"]
    assert any("taken: ([2], 2) and not ([1], 1)" in one for one in found["violations"])


@pytest.mark.proof
def test_r3_with_its_place_in_the_mailbox_written_first_the_same_kills_lose_mail(databases):
    found = prove(databases, "--life", "letter", "--points", "_commit", "--forget")
    violations = found["violations"]
    assert any("receipts" in one for one in violations)
    assert any("papers" in one for one in violations)
