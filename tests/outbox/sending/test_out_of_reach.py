"""Whoever is on call and cannot hear any more holds up nothing: the next one is paged at once."""

from datetime import timedelta

import pytest

from accounts import operations as accounts
from escalation import engine, operations
from escalation.models import Rotation, Shift
from outbox import linter
from outbox import operations as outbox
from outbox.models import Channel, Contact, Intent
from tenants.rounds import Watch
from tests.dashboards.duty_scene import by
from tests.outbox.conftest import PUBLIC, post, reply_of
from tests.outbox.sending.conftest import NOW, contact, critical, deliver
from tests.people import SETUP

pytestmark = pytest.mark.django_db

DIAZ, SAM = "+15551230001", "+15551230002"


@pytest.fixture
def phone(elm):
    """Dr Diaz is on call and can be texted; so can Sam, who leads."""
    contact(elm.sam, address=SAM)
    rotation = Rotation.objects.create(
        name="On call", time_zone="America/New_York", begins_on=NOW.date(), handover_minute=0
    )
    Shift.objects.create(rotation=rotation, member=elm.diaz, position=0)
    return contact(elm.diaz, address=DIAZ)


def sweep(now):
    sweeps = (engine.sweep_staff, engine.sweep_tasks, engine.sweep_clocks, deliver,
              engine.sweep_unreached)  # fmt: skip
    watch = Watch(now)
    while sum(one(now=watch.now()) for one in sweeps):
        pass


def stop(elm, settings):
    """From the phone, as the provider brings it."""
    settings.PUBLIC_URL, settings.CLOCK = PUBLIC, f"{__name__}.minute_later"
    form = {"MessageSid": "SM9", "From": DIAZ, "Body": "STOP"}
    answer = post(reply_of(elm.practice.pk), form, token=settings.TWILIO_AUTH_TOKEN)
    assert answer.status_code == 200


def minute_later():
    return NOW + timedelta(minutes=1)


def texts(provider, phone=SAM) -> list[str]:
    return [one.body for one in provider.received(phone)]


def goes(how, elm, settings, phone):
    """The ways to be out of reach."""
    later = NOW + timedelta(minutes=1)
    if how == "opts out":
        stop(elm, settings)
    elif how == "removes it":
        outbox.remove_contact(contact_id=phone.pk, member=elm.diaz, actor=SETUP, now=later)
    elif how == "is out":
        operations.record_absence(
            member_id=elm.diaz.pk, cover_id=None, begins_at=later,
            ends_at=later + timedelta(hours=8), **by(elm.diaz, later),
        )  # fmt: skip
    else:
        accounts.deactivate(membership=elm.diaz, actor=SETUP, now=later)


@pytest.mark.parametrize("how", ["opts out", "removes it", "is out", "leaves"])
def test_an_open_page_climbs_and_those_who_lead_are_told(elm, provider, phone, settings, how):
    task = critical()
    sweep(NOW)
    assert [one.to for one in provider.received()] == [DIAZ]
    goes(how, elm, settings, phone)
    sweep(NOW + timedelta(minutes=1, seconds=5))
    told = [one for one in texts(provider) if "on call" in one]
    paged = [one for one in texts(provider) if "Reply OK" in one]
    assert (len(told), len(paged)) == (1, 1)
    page = Intent.objects.get(task=task, member=elm.diaz, channel=Channel.SMS)
    assert page.unreached_at is not None
    assert linter.lint(told[0]) == []
    sweep(NOW + timedelta(minutes=2))
    assert len(texts(provider)) == 2


def test_a_second_way_is_enough_and_nobody_is_alarmed(elm, provider, phone, settings):
    contact(elm.diaz, Channel.VOICE, DIAZ, position=1)
    critical()
    sweep(NOW)
    goes("opts out", elm, settings, phone)
    sweep(NOW + timedelta(minutes=1, seconds=5))
    assert texts(provider) == []


def test_a_cover_who_can_be_paged_is_enough(elm, provider, phone):
    contact(elm.nora, address="+15551230009")
    operations.record_absence(
        member_id=elm.diaz.pk, cover_id=elm.nora.pk, begins_at=minute_later(),
        ends_at=minute_later() + timedelta(hours=8), **by(elm.sam, minute_later()),
    )  # fmt: skip
    sweep(minute_later())
    assert texts(provider) == []
    outbox.remove_contact(
        contact_id=Contact.objects.get(member=elm.nora).pk, member=elm.nora, actor=SETUP,
        now=minute_later(),
    )  # fmt: skip
    sweep(minute_later() + timedelta(seconds=5))
    assert len(texts(provider)) == 1


def test_a_number_found_dead_by_the_provider_tells_those_who_lead(elm, provider, phone):
    provider.errors[DIAZ] = 21211
    critical()
    sweep(NOW)
    assert sum("on call" in one for one in texts(provider)) == 1
    assert sum("Reply OK" in one for one in texts(provider)) == 1
