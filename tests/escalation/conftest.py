"""Elm Street with the starter policy, Sam as its supervisor, and phones that can ring."""

from datetime import UTC, datetime

import pytest

from audit.actors import Actor
from escalation import engine, starter
from outbox.models import Channel, Contact
from tests.foundations import lay_upon
from tests.people import SETUP, Elm

MONDAY_TEN = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
"""10:00 in New York, when the results of the tests were issued."""


@pytest.fixture
def elm(elm_street):
    lay_upon(elm_street, set_up)
    with elm_street.scoped():
        yield elm_street


def set_up(elm: Elm) -> None:
    starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=MONDAY_TEN)
    for member in (elm.diaz, elm.nora, elm.sam):
        phone(member)


@pytest.fixture
def sweep():
    """Both sweeps at an instant, until nothing is left to do."""

    def run(now: datetime) -> None:
        while engine.sweep_tasks(now=now) + engine.sweep_clocks(now=now):
            pass

    return run


def phone(member, *, channel=Channel.SMS, verified=True, now=MONDAY_TEN) -> Contact:
    return Contact.objects.create(
        member=member, channel=channel, address=f"+1555{member.pk.int % 10**7:07}",
        verified_at=now if verified else None,
    )  # fmt: skip


def person(member) -> dict:
    return {"member": member, "actor": Actor.person(member)}
