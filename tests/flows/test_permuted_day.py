"""A day's messages in any order, some of them twice, come to the same open tasks."""

import os
import random
from datetime import UTC, datetime

import pytest

from accounts.roles import Role
from tests.flows.days import day, delivered
from tests.people import admit

PERMUTATIONS = int(os.environ.get("PROOF_PERMUTATIONS", "3"))
TWICE = 0.1
NOW = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)


@pytest.fixture
def elm(elm_street):
    with elm_street.scoped():
        admit("Dr Ben Okafor", Role.PHYSICIAN, now=NOW, ids=("1002",), location=elm_street.main)
    return elm_street


def permuted(sendings, seed: int):
    """Another order, with every tenth message twice."""
    chance = random.Random(seed)
    mixed = [*sendings, *chance.sample(sendings, int(len(sendings) * TWICE))]
    chance.shuffle(mixed)
    return mixed


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_any_order_of_a_day_gives_the_same_open_tasks(elm):
    for seed in range(PERMUTATIONS):
        sendings = day(seed % 5)
        expected = delivered(elm, sendings, now=NOW)
        assert len(expected) > 50
        found = delivered(elm, permuted(sendings, seed), now=NOW)
        assert not (wrong := set(expected) ^ set(found)), f"permutation {seed}: {sorted(wrong)}"
        assert found == expected
