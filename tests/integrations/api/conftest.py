import pytest
from django.core.cache import cache

from tests.integrations.api.caller import caller_of, tasks_of


@pytest.fixture(autouse=True)
def _fresh_rates():
    cache.clear()


@pytest.fixture
def elm(elm_street, now):
    """A program with every scope at Elm Street."""
    return caller_of(elm_street, now=now)


@pytest.fixture
def critical(elm_street, now):
    """A critical potassium of Dr Diaz's."""
    [task] = tasks_of(elm_street, elm_street.lab, now=now, results=[{"flag": "HH", "value": "6.8"}])
    return task


@pytest.fixture
def routine(elm_street, now):
    """A normal result in the pool of the medical assistants."""
    [task] = tasks_of(
        elm_street, elm_street.lab, now=now, results=[{"flag": "N", "born": "19910302"}]
    )
    return task


def pytest_itemcollected(item):
    """No static files are collected for tests."""
    item.add_marker(pytest.mark.filterwarnings("ignore:No directory at"))
