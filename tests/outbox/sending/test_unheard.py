"""A page that the provider took, and of which nothing more is heard, goes another way in time."""

from datetime import timedelta

import pytest

from audit.models import AuditEvent
from escalation import engine
from outbox import operations, unheard
from outbox.channels import pace
from outbox.fake import Mode
from outbox.models import Channel, Intent
from outbox.states import Step
from routing import operations as routing
from tenants.rounds import Watch
from tests.outbox.sending.conftest import NOW, SECOND, contact, critical, deliver, say
from tests.people import SETUP

pytestmark = pytest.mark.django_db

DIAZ, OTHER, SAM = "+15551230001", "+15551230002", "+15551230003"
IN_TIME = NOW + pace.UNHEARD_AFTER - SECOND
THEN = NOW + pace.UNHEARD_AFTER + SECOND


class Killed(BaseException):
    """The process ends here."""


def ask(now=THEN) -> int:
    """Passes until nothing is left to ask; what goes another way is sent."""
    watch, taken = Watch(now), 0
    while found := unheard.sweep(now=watch.now()):
        taken += found
    deliver(watch.now())
    return taken


def take_silently(provider):
    """What was taken is on its way, and nobody is told what becomes of it."""
    for one in provider.received():
        one.status = "sent" if one.sid.startswith("SM") else "ringing"


def page(elm, provider, *, task=None, **more) -> Intent:
    """One that is out to Dr Diaz's phone."""
    text = say(contact(elm.diaz), task=task or critical(), **more)
    deliver()
    take_silently(provider)
    return text


def to(provider) -> list[tuple[str, str]]:
    return [(one.sid[:2], one.to) for one in provider.received()]


def test_a_page_that_nobody_reports_as_delivered_is_said_by_voice_after_two_minutes(elm, provider):
    contact(elm.diaz, Channel.VOICE, position=1)
    text = page(elm, provider)
    assert ask(IN_TIME) == 0
    assert ask() == 1
    assert to(provider) == [("SM", DIAZ), ("CA", DIAZ)]
    call = Intent.objects.get(origin=text)
    assert (call.state, call.reference) == ("sent", text.reference)
    text.refresh_from_db()
    assert (text.state, text.unheard_at is not None) == ("sent", True)
    assert AuditEvent.objects.filter(action="intent.unheard").count() == 1


def test_it_is_said_another_way_once_however_often_it_is_asked(elm, provider):
    contact(elm.diaz, Channel.VOICE, position=1)
    contact(elm.diaz, address=OTHER, position=2)
    page(elm, provider)
    for second in range(0, 60, 5):
        ask(THEN + second * SECOND)
    assert to(provider) == [("SM", DIAZ), ("CA", DIAZ)]


def test_the_provider_is_asked_first_and_what_arrived_is_left(elm, provider):
    contact(elm.diaz, Channel.VOICE, position=1)
    text = page(elm, provider)
    provider.received()[0].status = "delivered"
    ask()
    text.refresh_from_db()
    assert (text.state, text.unheard_at) == ("delivered", None)
    assert to(provider) == [("SM", DIAZ)]


def test_what_the_provider_lists_as_failed_breaks_its_contact_and_goes_another_way(elm, provider):
    contact(elm.diaz, Channel.VOICE, position=1)
    text = page(elm, provider)
    sent = provider.received()[0]
    sent.status, sent.error = "undelivered", 30006
    ask()
    text.refresh_from_db()
    assert (text.state, text.contact.broken_reason) == ("failed", "landline")
    assert to(provider)[1:] == [("CA", DIAZ)]


def test_where_the_provider_cannot_be_asked_it_goes_another_way_all_the_same(elm, provider):
    contact(elm.diaz, Channel.EMAIL, "ana@elm.example", position=1)
    text = page(elm, provider)
    provider.mode = Mode.OUTAGE
    ask()
    assert Intent.objects.get(origin=text).channel == Channel.EMAIL


@pytest.mark.parametrize("how", ["taken", "declined", "delivered"])
def test_what_was_answered_meanwhile_is_left_alone(elm, provider, how):
    contact(elm.diaz, Channel.VOICE, position=1)
    task = critical()
    text = page(elm, provider, task=task)
    if how == "taken":
        routing.acknowledge(task_id=task.pk, member=elm.diaz, actor=SETUP, now=NOW)
    elif how == "declined":
        operations.pass_on(intent_id=text.pk, actor=SETUP, now=NOW)
    else:
        operations.deliver(intent_id=text.pk, step=Step.DELIVER, actor=SETUP, now=NOW)
    ask()
    assert to(provider) == [("SM", DIAZ)]


def test_a_late_report_still_counts_and_stops_what_has_not_gone_out(elm, provider):
    contact(elm.diaz, Channel.VOICE, position=1)
    text = page(elm, provider)
    unheard.sweep(now=THEN)
    operations.deliver(intent_id=text.pk, step=Step.DELIVER, actor=SETUP, now=THEN)
    deliver(THEN + SECOND)
    assert to(provider) == [("SM", DIAZ)]
    assert Intent.objects.get(origin=text).state == "cancelled"


def test_where_no_way_is_left_the_next_person_is_paged(elm, provider):
    contact(elm.diaz)
    contact(elm.sam, address=SAM)
    task = critical()
    watch = Watch(NOW)
    engine_sweeps = (engine.sweep_tasks, engine.sweep_clocks, deliver)
    while sum(one(now=watch.now()) for one in engine_sweeps):
        pass
    assert to(provider) == [("SM", DIAZ)]
    take_silently(provider)
    ask()
    while engine.sweep_unreached(now=THEN + SECOND):
        pass
    deliver(THEN + SECOND)
    assert to(provider)[1:] == [("SM", SAM)]
    assert Intent.objects.filter(task=task, template="unreached", member=elm.sam).exists()


@pytest.mark.parametrize("where", ["after the claim", "before the other way is written"])
def test_killed_anywhere_it_is_said_another_way_once(elm, provider, monkeypatch, where):
    contact(elm.diaz, Channel.VOICE, position=1)
    page(elm, provider)
    begun = operations.doubt

    def die(**_):
        raise Killed

    def die_inside(**asked):
        with monkeypatch.context() as patch:
            patch.setattr("outbox.operations.diverting.intend", lambda *_, **__: die())
            begun(**asked)

    with monkeypatch.context() as patch:
        patch.setattr(operations, "doubt", die if where == "after the claim" else die_inside)
        with pytest.raises(Killed):
            unheard.sweep(now=THEN)
    assert ask(THEN) == 0
    assert ask(THEN + pace.LEASE + SECOND) == 1
    assert ask(THEN + 3 * pace.LEASE) == 0
    assert to(provider) == [("SM", DIAZ), ("CA", DIAZ)]


def test_a_test_page_is_not_followed(elm, provider):
    contact(elm.diaz, Channel.VOICE, position=1)
    say(contact(elm.diaz))
    deliver()
    take_silently(provider)
    assert ask(NOW + timedelta(hours=1)) == 0
