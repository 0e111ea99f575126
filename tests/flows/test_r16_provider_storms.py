"""R16: from the laboratory's door to a phone while the provider misbehaves: no page is lost, none
comes twice, and where a way is closed the next way or person is tried within the step."""

from datetime import timedelta

import pytest
from django.db import transaction

from outbox import delivery, fake
from outbox.fake import Mode
from outbox.line import line
from outbox.models import Channel, Contact, Intent
from tests.conftest import NOW
from tests.flows.killing.lives import Life, open_stage, sweep

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def provider(settings):
    running = fake.start()
    settings.TWILIO_ADDRESS = running.address
    settings.TWILIO_ACCOUNT_SID = running.provider.account
    settings.TWILIO_AUTH_TOKEN = running.provider.token
    settings.TWILIO_FROM = "+12025550100"
    running.provider.stall_s = 0.4
    yield running.provider
    running.stop()


@pytest.fixture
def life(db, provider):
    """Dr Diaz has a phone that takes texts and calls."""
    elm = open_stage(now=NOW - timedelta(days=1))
    with elm.scoped(), transaction.atomic():
        held = Contact.objects.get(member=elm.diaz)
        Contact.objects.create(member=elm.diaz, channel=Channel.VOICE, address=held.address,
                               position=1, verified_at=NOW)  # fmt: skip
    return Life(elm, 1, NOW)


def go_on(life, *, until, every=timedelta(seconds=5)):
    """All sweeps, time going on in steps."""
    now = life.now
    while now <= until:
        sweep(now=now)
        line().collect(patience_s=2)
        now += every
    delivery.sweep(now=now)


def pages(life):
    with life.elm.scoped(), transaction.atomic():
        rows = Intent.objects.filter(urgency="page").exclude(channel=Channel.IN_APP)
        return list(rows.select_related("contact").order_by("created_at", "pk"))


@pytest.mark.parametrize("mode", [Mode.FAIL_AFTER, Mode.DROP_AFTER])
def test_r16_what_was_taken_in_spite_of_the_answer_rings_once(life, provider, mode):
    provider.next_modes = [mode]
    life.arrive()
    go_on(life, until=life.now + MINUTE)
    phone = provider.received()
    assert len(phone) == 1
    assert [one.state for one in pages(life)] == ["delivered"]  # as the provider lists it


@pytest.mark.parametrize("mode", [Mode.FAIL, Mode.DROP, Mode.BUSY])
def test_r16_what_was_not_taken_rings_once_it_is(life, provider, mode):
    provider.next_modes = [mode]
    life.arrive()
    go_on(life, until=life.now + MINUTE)
    assert len(provider.received()) == 1


def test_r16_a_storm_of_refusals_is_gone_round_before_the_next_step(life, provider):
    """Texts are refused for long: the same person hears of it the other way, a minute later."""
    provider.next_modes = [Mode.BUSY] * 2
    life.arrive()
    go_on(life, until=life.now + MINUTE)
    with life.elm.scoped(), transaction.atomic():
        phone = Contact.objects.filter(member=life.elm.diaz).first().address
        assert {one.member_id for one in pages(life)} == {life.elm.diaz.pk}
    assert {one.to for one in provider.received()} == {phone}
    kinds = [one.kind for one in provider.received()]
    assert 1 <= len(kinds) == len(set(kinds)) <= 2


def test_r16_ten_minutes_without_a_provider_lose_no_page(life, provider):
    provider.mode = Mode.OUTAGE
    life.arrive()
    go_on(life, until=life.now + 10 * MINUTE, every=timedelta(seconds=30))
    assert provider.received() == []
    with life.elm.scoped(), transaction.atomic():
        told = Intent.objects.filter(channel=Channel.IN_APP, state="delivered")
        assert told.exists()
        waiting = Intent.objects.filter(state__in=["pending", "sending"], urgency="page")
        assert waiting.exists()
    provider.mode = Mode.ACCEPT
    sweep(now=life.now + 11 * MINUTE)
    line().collect(patience_s=2)
    sweep(now=life.now + 12 * MINUTE)
    rung = provider.received()
    assert rung
    said = [(one.to, one.kind, one.body) for one in rung]
    assert len(said) == len(set(said))
