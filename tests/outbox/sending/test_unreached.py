"""A page that no way to its person gets through is loud, and finds somebody else at once."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from audit.models import AuditEvent
from escalation import engine
from escalation.models import StepFired
from outbox import operations as outbox
from outbox.fake import Mode
from outbox.models import Channel, Intent
from tenants.rounds import Watch
from tests.outbox.sending.conftest import NOW, contact, critical, deliver
from tests.people import SETUP, admit

pytestmark = pytest.mark.django_db

DIAZ, SAM = "+15551230001", "+15551230002"


def sweep(now=NOW):
    """Every sweep of the way to the phones, until nothing is left; time goes on meanwhile."""
    sweeps = (engine.sweep_tasks, engine.sweep_clocks, deliver, engine.sweep_unreached)
    watch = Watch(now)
    while sum(one(now=watch.now()) for one in sweeps):
        pass


def reached(provider) -> list[str]:
    return [one.to for one in provider.received()]


def test_r17_a_number_that_does_not_work_pages_the_next_person_at_once(elm, provider):
    provider.errors[DIAZ] = 21211
    contact(elm.diaz, address=DIAZ)
    contact(elm.sam, address=SAM)
    task = critical()
    sweep()
    assert reached(provider) == [SAM]
    page = Intent.objects.get(task=task, member=elm.diaz, channel=Channel.SMS)
    assert (page.state, page.unreached_at is not None) == ("failed", True)
    fired = StepFired.objects.get(member=elm.sam)
    assert fired.due_at == fired.at  # before its time, and so not early
    told = Intent.objects.filter(template="unreached", channel=Channel.IN_APP, member=elm.sam)
    assert told.get().state == "delivered"
    assert AuditEvent.objects.filter(action="intent.unreached").count() == 1


def test_r17_a_step_taken_before_its_time_is_not_taken_again_at_it(elm, provider):
    provider.errors[DIAZ] = 21211
    contact(elm.diaz, address=DIAZ)
    contact(elm.sam, address=SAM)
    critical()
    sweep()
    first = StepFired.objects.get(member=elm.sam)
    sweep(NOW + timedelta(minutes=14))
    again = StepFired.objects.filter(clock=first.clock, step=first.step)
    assert list(again.values_list("round", flat=True)) == [0]  # nobody is on call: no reason either


def test_r17_with_every_phone_invalid_it_ends_loudly_and_in_the_product(elm, provider):
    for number, member in enumerate((elm.diaz, elm.nora, elm.sam, elm.max), start=1):
        provider.errors[f"+1555123000{number}"] = 21211
        contact(member, address=f"+1555123000{number}")
    task = critical()
    sweep()
    assert reached(provider) == []
    assert Intent.objects.filter(task=task, template="unreached", state="delivered").exists()
    open_pages = Intent.objects.filter(task=task, urgency="page", state__in=["pending", "sending"])
    assert not open_pages.exists()
    sweep(NOW + timedelta(minutes=30))  # and the ladder goes on by itself
    assert StepFired.objects.filter(at__gt=NOW + timedelta(minutes=20)).exists()


def test_r16_in_an_outage_somebody_is_told_in_the_product_and_nothing_is_lost(elm, provider):
    provider.mode = Mode.OUTAGE
    contact(elm.diaz, address=DIAZ)
    contact(elm.sam, address=SAM)
    task = critical()
    for second in range(0, 600, 20):
        sweep(NOW + timedelta(seconds=second))
    assert Intent.objects.filter(task=task, template="unreached", state="delivered").exists()
    provider.mode = Mode.ACCEPT
    sweep(NOW + timedelta(seconds=640))
    assert {DIAZ, SAM} <= set(reached(provider))


def test_each_page_that_reached_nobody_calls_those_who_lead_anew(elm, provider):
    lead = admit("Lee Park", Role.SUPERVISOR, now=NOW)
    for number, member in enumerate((elm.diaz, elm.sam, lead), start=1):
        contact(member, address=f"+1555123000{number}")
    task = critical()
    sweep()
    for _ in range(20):
        page = next_paged(task)
        if page is None:
            break
        outbox.pass_on(intent_id=page.pk, actor=SETUP, now=NOW)
        sweep()
    called = Intent.objects.filter(task=task, key__startswith="unreached:", channel=Channel.SMS)
    assert {one.member_id for one in called} == {elm.sam.pk, lead.pk}
    assert called.count() <= 4  # and they are not called by turns for ever
    assert next_paged(task) is None


def next_paged(task) -> Intent | None:
    """The oldest page at a phone that nobody has said no to."""
    rings = Intent.objects.filter(task=task, urgency="page", channel=Channel.SMS)
    return rings.filter(unreached_at__isnull=True).order_by("created_at", "member__name").first()
