"""A critical result in the demo: paged within seconds, up the ladder, taken by a text."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Locator, expect

from accounts.models import Membership
from config.demo.cast import ELM, PHONES
from escalation.duty import roster
from integrations.models import Feed
from outbox.fake import Provider
from outbox.fake.server import start
from outbox.models import Intent
from routing.models import Task
from tenants import scope
from tenants.models import Practice
from tests.flows.doors import bring
from tests.flows.engines import engines
from tests.messages import oru

TOKEN = "a-token-of-the-tests"
SECOND = 1000
UNTIL_NEXT_RUNG = 20
"""Seconds until the second rung, which the demo climbs a minute after the result was issued."""


@pytest.fixture
def phones(live_server, settings, monkeypatch):
    """The demo's phones, for this process and the engine's."""
    names = {PHONES[one.email]: one.name for one in ELM.people if one.email in PHONES}
    running = start(Provider(account="ACdemo", token=TOKEN, names=names))
    held = {
        "TWILIO_ADDRESS": running.address, "TWILIO_ACCOUNT_SID": "ACdemo",
        "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": "+12025550100", "PUBLIC_URL": live_server.url,
    }  # fmt: skip
    for name, value in held.items():
        setattr(settings, name, value)
        monkeypatch.setenv(name, value)
    yield running
    running.stop()


@pytest.fixture
def elm(phones, settings):
    settings.DEMO = True
    call_command("seed_demo", "--json", "--no-history", verbosity=0, stdout=StringIO())
    return Practice.objects.get(slug=ELM.slug)


@contextmanager
def looking_into(practice) -> Iterator[None]:
    with scope.scoped(practice.pk), transaction.atomic():
        yield


def critical(practice) -> None:
    """Issued a moment ago, so that the second rung is near; of a clinician who is not on call."""
    begun = timezone.now() - timedelta(seconds=60 - UNTIL_NEXT_RUNG)
    send(practice, "L-1", flag="HH", value="6.9", at=begun.strftime("%Y%m%d%H%M%S+0000"))


def send(practice, order, **more) -> None:
    with looking_into(practice):
        lab = Feed.objects.get(slug="elm-lab")
    body = oru(control=order, order=order, provider="9990000014", **more)
    bring(lab, body, now=timezone.now())


def wait_for_engine(practice) -> None:
    """Until it has made work of a first, quiet result."""
    send(practice, "L-0")
    for _ in range(300):
        with looking_into(practice):
            if Task.objects.filter(item__filler="L-0").exists():
                return
        time.sleep(0.1)
    raise AssertionError("the engine does not run")


def live_pages(practice, task) -> int:
    with looking_into(practice):
        rows = Intent.objects.filter(task=task, urgency="page", channel="sms")
        return rows.exclude(state="cancelled").count()


def rings(inbox, name: str, said="a critical task needs you now", *, within: float) -> Locator:
    """The phone, once it has received that; looked at again and again."""
    phone = inbox.get_by_label(f"Phone {name}")
    until = time.monotonic() + within
    while not phone.filter(has_text=said).count():
        assert time.monotonic() < until, f"{name} was not told: {said}"
        inbox.wait_for_timeout(300)
        inbox.goto(inbox.url)
    return phone


def test_an_unclaimed_critical_result_rings_until_a_text_takes_it(elm, phones, desktop):
    with looking_into(elm):
        on_call = roster(now=timezone.now()).on_call(None, None)
        supervisor = Membership.objects.select_related("user").get(name="Sam Ortiz")
        ordering = Membership.objects.get(name="Dr Ruth Malik")
    desk = desktop.sit_down(supervisor)
    inbox = desktop.contexts[0].new_page()
    with engines(1):
        wait_for_engine(elm)
        critical(elm)
        inbox.goto(phones.address)
        first = rings(inbox, on_call.name, within=20)
        rings(inbox, ordering.name, within=UNTIL_NEXT_RUNG + 20)

        desk.goto("/escalations/")
        expect(desk.locator("main")).to_contain_text(on_call.name)
        expect(desk.locator("main")).to_contain_text("Not answered")

        reference = re.search(r"Reply OK (\w+)", first.locator("li").first.inner_text())[1]
        first.get_by_label("Write back").fill(f"ok {reference.lower()}")
        first.get_by_role("button", name="Send").click()
        rings(inbox, on_call.name, "taken. You have the critical task", within=20)

        with looking_into(elm):
            task = Task.objects.get(item__filler="L-1")
            assert task.acknowledged_at is not None
        rung = live_pages(elm, task)
        desk.goto(f"/tasks/{task.pk}/")
        expect(desk.locator("main")).to_contain_text(f"Acknowledged by {on_call.name}")
        inbox.wait_for_timeout(3 * SECOND)
        assert live_pages(elm, task) == rung, "nobody is paged after somebody took it"
