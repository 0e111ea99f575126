"""Elm Street with hours, and two working days of work in New York."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from escalation import starter
from tests.people import SETUP


@pytest.fixture
def elm(elm_street, now):
    with elm_street.scoped():
        starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=now)
        yield elm_street


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An hour of New York on a day of November 2026, in UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("America/New_York")).astimezone(
        UTC
    )
