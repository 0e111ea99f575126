"""Elm Street with its policy, phones that ring, and a provider that only pretends."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.actors import Actor
from escalation import starter
from outbox import delivery, fake, operations
from outbox.choosing import RANK
from outbox.models import Channel, Contact, Intent, Urgency
from outbox.operations import Saying
from tenants.rounds import Watch
from tests.foundations import lay_upon
from tests.people import SETUP, Elm
from tests.reports import bring, graded

NOW = datetime(2026, 11, 16, 15, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def provider(settings):
    """On a free port; the product's real client talks to it."""
    running = fake.start()
    settings.TWILIO_ADDRESS = running.address
    settings.TWILIO_ACCOUNT_SID = running.provider.account
    settings.TWILIO_AUTH_TOKEN = running.provider.token
    settings.TWILIO_FROM = "+15550001111"
    yield running.provider
    running.stop()


@pytest.fixture
def elm(elm_street):
    lay_upon(elm_street, set_up)
    with elm_street.scoped():
        yield elm_street


def set_up(_: Elm) -> None:
    starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=NOW)


def contact(member, channel=Channel.SMS, address="+15551230001", **more) -> Contact:
    details = {"verified_at": NOW} | more
    return Contact.objects.create(member=member, channel=channel, address=address, **details)


def critical(key="L-1"):
    """An open task of a critical result."""
    from charts.values import Severity

    return bring(graded(Severity.CRITICAL, key=key, at=15), now=NOW)


def say(to: Contact, *, task=None, key="k-1", at=NOW, now=NOW, **more) -> Intent:
    """One intent, written by the real operation."""
    details = {
        "urgency": Urgency.PAGE, "template": "page", "subject": "A critical task needs you",
        "body": "ClearChart: a critical task needs you now. Reply OK 4K7Q to take it.",
        "reference": "4K7Q", "until": Intent.Until.ACKNOWLEDGED if task else "",
    } | more  # fmt: skip
    saying = Saying(
        key=key, member_id=to.member_id, task_id=task.pk if task else None,
        channel=Channel(to.channel), contact_id=to.pk, rank=RANK[details["urgency"]], at=at,
        **details,
    )  # fmt: skip
    operations.intend([saying], actor=Actor.machine("tests.saying"), now=now)
    return Intent.objects.get(key=key)


def deliver(now=NOW) -> int:
    """Passes until nothing is left to do; time goes on as they take it."""
    watch, done = Watch(now), 0
    while taken := delivery.sweep(now=watch.now()):
        done += taken
    return done
