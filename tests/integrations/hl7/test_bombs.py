"""Mutants, malformed messages and bombs: none kills the reader, none makes it slow or fat.

Each group is measured in a process of its own, in processor time. The bounds are those of the
interface, 200 ms and 50 MB a message, and some room for a machine that does other things as well.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integrations.hl7 import bombs

ROOT = Path(__file__).resolve().parents[3]
MILLISECONDS, MEGABYTES = 200, 50
BUSY = 4
"""How many times slower a machine with busy neighbours may be."""


def measured(group: str, share: int = 0) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "tests.integrations.hl7.bombs", group, str(share)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return json.loads(done.stdout)


def test_a_thousand_mutants():
    found = measured("mutants", 1000)
    assert found["count"] == 1000
    assert found["milliseconds"] < MILLISECONDS * BUSY, found


@pytest.mark.proof
def test_ten_thousand_mutants():
    found = measured("mutants", 10_000)
    assert found["count"] == 10_000
    assert found["milliseconds"] < MILLISECONDS * BUSY, found


def test_every_golden_message_broken_in_every_named_way():
    found = measured("malformed")
    assert found["count"] >= 360
    assert found["milliseconds"] < MILLISECONDS * BUSY, found


@pytest.mark.parametrize(
    ("share", "least"), [(6, 35), pytest.param(1, 130, marks=pytest.mark.proof)]
)
def test_bombs_are_read_in_little_time_and_little_memory(share, least):
    found = measured("bombs", share)
    assert found["count"] > least
    assert found["milliseconds"] < MILLISECONDS * BUSY, found
    assert 0 < found["megabytes"] < MEGABYTES, found


@pytest.mark.parametrize("name", ["50,000 values", "50,000 values of one text"])
def test_a_critical_flag_behind_thousands_of_values_is_not_lost(name):
    bomb = dict(bombs.bombs(0))[name]
    flagged = bomb + b"OBX|1|NM|K^Potassium||9.9|mmol/L|3-5|HH|||F\r"
    reading = bombs.interpret(bombs.read(flagged), zone="UTC")
    assert reading.severity == "critical"
    assert reading.needs_person
