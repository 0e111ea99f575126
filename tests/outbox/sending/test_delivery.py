"""Delivery over real sockets: what is due is sent once, whatever the provider does."""

import threading
import time
from datetime import timedelta

import pytest
from django.core import mail

from audit.actors import Actor
from audit.models import AuditEvent
from outbox import delivery, operations
from outbox.channels import CHANNELS, Way, pace
from outbox.fake import Mode
from outbox.line import AT_ONCE, KEPT_FOR_PAGES, line
from outbox.models import Attempt, Channel, Contact, Intent, Preference, Urgency
from routing import operations as routing
from tenants.models import Topic, Wake
from tests.outbox.sending.conftest import NOW, SECOND, contact, critical, deliver, say

pytestmark = pytest.mark.django_db

LATER = NOW + pace.LEASE + SECOND


class Killed(BaseException):
    """The process ends here."""


def results(intent) -> list[str]:
    return list(Attempt.objects.filter(intent=intent).order_by("fence").values_list(
        "result", flat=True
    ))  # fmt: skip


def test_a_page_is_sent_over_the_real_client_and_recorded(elm, provider):
    intent = say(contact(elm.diaz), task=critical())
    assert deliver()
    (sent,) = provider.received("+15551230001")
    assert "4K7Q" in sent.body
    intent.refresh_from_db()
    assert (intent.state, intent.provider_id) == ("sent", sent.sid)
    assert results(intent) == ["accepted"]
    assert deliver() == 0


def test_a_call_reads_the_page_and_asks_for_a_key(elm, provider):
    operations.set_pin(member=elm.diaz, pin="4826", actor=Actor.machine("tests.pin"), now=NOW)
    say(contact(elm.diaz, Channel.VOICE), task=critical())
    deliver()
    (call,) = provider.received()
    assert "Press 1 to take it with your PIN" in call.body
    assert "/twilio/voice/" in call.body


def test_a_call_to_somebody_without_a_pin_only_tells(elm, provider):
    say(contact(elm.diaz, Channel.VOICE), task=critical())
    deliver()
    (call,) = provider.received()
    assert "Press 1" not in call.body
    assert "open ClearChart" in call.body


def test_a_call_that_is_a_test_says_so(elm, provider):
    say(contact(elm.diaz, Channel.VOICE), template="test", subject="A test page")
    deliver()
    (call,) = provider.received()
    assert "test page" in call.body
    assert "critical" not in call.body


def test_the_last_places_of_the_line_are_kept_for_pages(elm, provider):
    provider.mode, provider.stall_s = Mode.STALL, 1.0
    to = contact(elm.sam, address="+15551230009")
    for number in range(40):
        say(to, key=f"n-{number}", urgency=Urgency.NOTICE, template="tell", reference="")
    delivery.sweep(now=NOW)
    assert len(line().out) == AT_ONCE - KEPT_FOR_PAGES
    provider.mode = Mode.ACCEPT
    page = say(contact(elm.diaz), task=critical(), key="page")
    delivery.sweep(now=NOW + SECOND)
    page.refresh_from_db()
    assert page.state == "sent"
    delivery.finish()


def test_t13_nothing_is_sent_before_the_commit_that_decides_it(elm, provider):
    """An intent that was rolled back leaves no wake and no message."""
    from django.db import transaction

    to, task = contact(elm.diaz), critical()
    with transaction.atomic():
        say(to, task=task)
        transaction.set_rollback(True)
    assert deliver() == 0
    assert provider.requests == 0


def test_t13_a_refusal_is_tried_again_with_back_off_and_each_attempt_is_kept(elm, provider):
    provider.next_modes = [Mode.BUSY]
    intent = say(contact(elm.diaz), task=critical())
    deliver()
    intent.refresh_from_db()
    assert (intent.state, intent.failure) == ("pending", "refused with status 429")
    assert intent.next_at > NOW
    assert deliver(intent.next_at - SECOND / 10) == 0
    deliver(intent.next_at)
    assert results(intent) == ["refused", "accepted"]
    assert len(provider.received()) == 1


def test_t13_a_page_refused_for_good_goes_over_the_next_channel_at_once(elm, provider):
    provider.errors["+15551230001"] = 21610
    first = contact(elm.diaz)
    contact(elm.diaz, Channel.VOICE, "+15551230002", position=1)
    intent = say(first, task=critical())
    deliver()
    assert [(one.kind, one.to) for one in provider.received()] == [("call", "+15551230002")]
    intent.refresh_from_db()
    instead = Intent.objects.get(origin=intent)
    assert (intent.state, instead.state, instead.reference) == ("failed", "sent", "4K7Q")
    assert Contact.objects.get(pk=first.pk).broken_at is not None
    assert results(intent) == ["refused"]


def test_r16_a_storm_of_429_reaches_the_person_over_another_channel_within_seconds(elm, provider):
    """A page is not held by a provider that is busy: mail goes out beside it."""
    provider.mode = Mode.BUSY
    contact(elm.diaz, Channel.EMAIL, "diaz@elm.example", position=1)
    say(contact(elm.diaz), task=critical())
    for second in range(4):
        deliver(NOW + second * SECOND)
    assert [one.to for one in mail.outbox] == [["diaz@elm.example"]]
    provider.mode = Mode.ACCEPT
    deliver(NOW + timedelta(minutes=2))
    assert provider.received() == []  # it was said another way


@pytest.mark.parametrize("mode", [Mode.FAIL_AFTER, Mode.DROP_AFTER])
def test_r16_what_was_accepted_and_answered_with_an_error_is_found_and_not_sent_again(
    elm, provider, mode
):
    provider.next_modes = [mode]
    intent = say(contact(elm.diaz), task=critical())
    deliver()
    intent.refresh_from_db()
    assert intent.state == "sending"
    assert deliver(NOW + pace.LEASE - SECOND) == 0
    deliver(LATER)
    (sent,) = provider.received()
    intent.refresh_from_db()
    assert (intent.state, intent.provider_id) == ("delivered", sent.sid)
    assert results(intent) == ["unknown", "found"]


@pytest.mark.parametrize("mode", [Mode.FAIL, Mode.DROP])
def test_r16_what_was_never_accepted_is_sent_again_with_the_same_reference(elm, provider, mode):
    provider.next_modes = [mode]
    intent = say(contact(elm.diaz), task=critical())
    deliver()
    deliver(LATER)
    (sent,) = provider.received()
    assert "4K7Q" in sent.body
    assert results(intent) == ["unknown", "accepted"]


def test_r16_a_provider_that_stalls_costs_seconds_and_no_page(elm, provider, monkeypatch):
    monkeypatch.setattr(pace, "WHOLE_S", 0.3)
    provider.next_modes, provider.stall_s = [Mode.STALL], 1.0
    say(contact(elm.diaz), task=critical())
    deliver()
    deliver(LATER)
    assert len(provider.received()) == 1


def test_r16_in_an_outage_the_page_waits_for_the_provider_and_is_not_lost(elm, provider):
    provider.mode = Mode.OUTAGE
    intent = say(contact(elm.diaz), task=critical())
    for minute in range(10):
        deliver(NOW + timedelta(minutes=minute))
    intent.refresh_from_db()
    assert intent.state == "sending"
    provider.mode = Mode.ACCEPT
    deliver(NOW + timedelta(minutes=11))
    assert len(provider.received()) == 1


def test_r16_a_provider_that_is_not_there_at_all_is_known_not_to_have_sent(elm, provider, settings):
    settings.TWILIO_ADDRESS = "http://127.0.0.1:9"
    intent = say(contact(elm.diaz), task=critical())
    deliver()
    intent.refresh_from_db()
    assert (intent.state, intent.failure) == ("pending", "the provider cannot be reached")


def kill_at(monkeypatch, channel, when):
    """The process ends before or after the request, and nothing after it runs."""
    way = CHANNELS[channel]

    def send(parcel):
        if when == "after":
            way.send(parcel)
        raise Killed

    monkeypatch.setitem(CHANNELS, channel, Way(send, way.find))


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.VOICE])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_killed_before_or_after_the_request_costs_no_page_and_doubles_none(
    elm, provider, monkeypatch, channel, when
):
    intent = say(contact(elm.diaz, channel), task=critical())
    with monkeypatch.context() as patch:
        kill_at(patch, channel, when)
        with pytest.raises(Killed):
            delivery.sweep(now=NOW)
    assert deliver(NOW + pace.LEASE - SECOND) == 0
    deliver(LATER)
    assert len(provider.received()) == 1
    intent.refresh_from_db()
    assert intent.state in ("sent", "delivered")


def test_two_unknown_calls_to_one_phone_are_told_apart(elm, provider, monkeypatch):
    """Calls bear no reference: each one found is counted for one page only."""
    to = contact(elm.diaz, Channel.VOICE)
    say(to, task=critical(), key="k-1")
    provider.next_modes = [Mode.DROP_AFTER]
    deliver()
    say(to, task=critical("L-2"), key="k-2")
    provider.next_modes = [Mode.DROP]
    deliver()
    deliver(LATER)
    assert len(provider.received()) == 2
    assert len(set(Intent.objects.filter(contact=to).values_list("provider_id", flat=True))) == 2


def test_every_open_intent_has_a_wake_for_its_next_instant(elm, provider):
    provider.next_modes = [Mode.BUSY, Mode.FAIL]
    say(contact(elm.diaz), task=critical())
    for at in (NOW, NOW + 2 * SECOND, NOW + 3 * SECOND, LATER):
        for row in Intent.objects.filter(state__in=["pending", "sending"]):
            assert Wake.objects.filter(topic=Topic.PAGE, about=row.pk, at=row.next_at).exists()
        deliver(at)
    deliver(LATER + timedelta(hours=1))
    deliver(LATER + timedelta(hours=2))
    assert not Wake.objects.filter(topic__in=[Topic.PAGE, Topic.INTENT]).exists()


def test_a_fence_that_is_anothers_by_now_changes_nothing(elm, provider):
    from outbox.channels.outcomes import Accepted, Busy

    intent = say(contact(elm.diaz), task=critical())
    actor = Actor.machine("tests")
    (slow,) = operations.claim(limit=5, actor=actor, now=NOW)
    (quick,) = operations.claim(limit=5, actor=actor, now=LATER)
    fences = (slow.intent.fence, quick.intent.fence)
    assert fences == (1, 2)
    old, new = (
        {"intent_id": intent.pk, "fence": one, "actor": actor, "now": LATER} for one in fences
    )
    assert not operations.settle(outcome=Busy("late"), **old)
    assert operations.settle(outcome=Accepted("SM1"), **new)
    assert not operations.settle(outcome=Accepted("SM2"), **new)
    intent.refresh_from_db()
    assert (intent.state, intent.provider_id) == ("sent", "SM1")


def test_what_is_acknowledged_while_it_waits_or_is_unknown_is_not_sent(elm, provider):
    task, to = critical(), contact(elm.diaz)
    provider.next_modes = [Mode.DROP]
    unknown = say(to, task=task, key="k-1")
    deliver()
    waiting = say(to, task=task, key="k-2", at=NOW + timedelta(minutes=1))
    routing.acknowledge(task_id=task.pk, member=elm.diaz, actor=Actor.person(elm.diaz), now=NOW)
    deliver(NOW + timedelta(minutes=5))
    assert provider.received() == []
    states = {one.state for one in Intent.objects.filter(pk__in=[unknown.pk, waiting.pk])}
    assert states == {"cancelled"}


def test_what_is_acknowledged_between_the_claim_and_the_request_is_not_sent(elm, provider):
    task = critical()
    intent = say(contact(elm.diaz), task=task)
    (claimed,) = operations.claim(limit=5, actor=Actor.machine("tests"), now=NOW)
    fences = {intent.pk: claimed.intent.fence}
    assert operations.still_ours(fences, now=NOW) == ({intent.pk}, set())
    routing.acknowledge(task_id=task.pk, member=elm.diaz, actor=Actor.person(elm.diaz), now=NOW)
    assert operations.still_ours(fences, now=NOW) == (set(), {intent.pk})
    assert operations.still_ours(fences, now=NOW + pace.LEASE - pace.LEFT) == (set(), set())


def test_only_verified_contacts_that_work_are_sent_to(elm, provider):
    for number, held in enumerate(
        ({"verified_at": None}, {"broken_at": NOW}, {"removed_at": NOW}), start=1
    ):
        say(contact(elm.diaz, address=f"+1555123000{number}", **held), key=f"k-{number}")
    deliver()
    assert provider.received() == []
    assert {one.state for one in Intent.objects.filter(urgency="page")} == {"failed"}


def test_a_body_with_patient_words_is_replaced_logged_by_kind_and_the_page_still_goes(
    elm, provider
):
    task = critical()
    intent = say(
        contact(elm.diaz), task=task, body="Pat Marsh: potassium 6.9 mmol/L, born 1991-03-02"
    )
    deliver()
    (sent,) = provider.received()
    assert "4K7Q" in sent.body
    assert not {"Marsh", "potassium", "1991"} & set(sent.body.replace(":", " ").split())
    event = AuditEvent.objects.get(action="intent.blocked")
    assert event.entity_id == intent.pk
    assert event.detail == {
        "kinds": [
            "a date",
            "a name",
            "a number that may be a record's or a phone's",
            "a test or its value",
        ]
    }


def test_r22_a_phone_that_had_its_share_sends_the_page_to_voice_in_the_same_moment(elm, provider):
    from outbox.limits import LIMITS

    to = contact(elm.diaz)
    contact(elm.diaz, Channel.VOICE, "+15551230002", position=1)
    share = LIMITS[Channel.SMS].count
    for number in range(share + 2):
        say(to, task=critical(f"L-{number}"), key=f"k-{number}")
        deliver()
    kinds = [one.kind for one in provider.received()]
    assert (kinds.count("message"), kinds.count("call")) == (share, 2)


def test_a_limit_never_holds_back_the_last_way_there_is(elm, provider):
    from outbox.limits import LIMITS

    to = contact(elm.diaz)
    for number in range(LIMITS[Channel.SMS].count + 1):
        say(to, task=critical(f"L-{number}"), key=f"k-{number}")
        deliver()
    assert len(provider.received()) == LIMITS[Channel.SMS].count + 1


def notice(to, number, *, at=NOW):
    return say(
        to, task=critical(f"L-{number}"), key=f"n-{number}", urgency=Urgency.NOTICE, at=at,
        template="tell", reference="", subject="A task is late",
        body="ClearChart: a task is late and needs a supervisor. Open ClearChart to see it.",
    )  # fmt: skip


def test_notices_within_a_persons_minutes_go_out_as_one_and_pages_never_wait(elm, provider):
    to = contact(elm.sam)
    Preference.objects.create(member=elm.sam, bundle_minutes=10)
    minute = timedelta(minutes=1)
    notices = [notice(to, number, at=NOW + number * minute) for number in range(3)]
    late = notice(to, 9, at=NOW + 11 * minute)
    page = say(to, task=critical("L-5"), key="p-1", at=NOW)
    deliver()
    bodies = [one.body for one in provider.received()]
    assert len(bodies) == 2
    assert sorted(("3 tasks" in body, "4K7Q" in body) for body in bodies) == [
        (False, True),
        (True, False),
    ]
    states = [Intent.objects.get(pk=one.pk).state for one in (*notices, page, late)]
    assert states == ["sent"] * 4 + ["pending"]


def test_a_bundle_that_nobody_knows_of_is_found_whole(elm, provider):
    to = contact(elm.sam)
    notices = [notice(to, number) for number in range(3)]
    provider.next_modes = [Mode.DROP_AFTER]
    deliver()
    deliver(LATER)
    assert len(provider.received()) == 1
    assert {Intent.objects.get(pk=one.pk).state for one in notices} == {"delivered"}


def test_a_bundle_that_is_refused_lets_its_notices_go_again(elm, provider):
    to = contact(elm.sam)
    notices = [notice(to, number) for number in range(3)]
    provider.next_modes = [Mode.BUSY]
    deliver()
    assert {Intent.objects.get(pk=one.pk).state for one in notices} == {"pending"}
    deliver(NOW + 5 * SECOND)
    assert len(provider.received()) == 1
    assert {Intent.objects.get(pk=one.pk).state for one in notices} == {"sent"}


def test_a_row_that_cannot_be_packed_costs_itself_only(elm, provider, monkeypatch):
    from outbox import packing

    bad = say(contact(elm.sam, address="+15551230009"), task=critical("L-1"), key="k-bad")
    good = say(contact(elm.diaz), task=critical("L-2"), key="k-good")
    real = packing.worded

    def fails(intent, **more):
        if intent.pk == bad.pk:
            raise ValueError
        return real(intent, **more)

    monkeypatch.setattr(packing, "worded", fails)
    deliver()
    good.refresh_from_db()
    assert good.state == "sent"
    monkeypatch.undo()
    deliver(LATER)
    bad.refresh_from_db()
    assert bad.state == "sent"


def test_mail_bears_the_intents_id_so_that_a_repeat_can_be_told(elm, provider):
    intent = say(contact(elm.diaz, Channel.EMAIL, "diaz@elm.example"), task=critical())
    deliver()
    (sent,) = mail.outbox
    assert sent.extra_headers["Message-ID"].startswith(f"<{intent.pk}@")
    assert "Marsh" not in sent.subject + sent.body
    intent.refresh_from_db()
    assert intent.state == "sent"


def test_a_page_does_not_wait_behind_a_thousand_notices(elm, provider):
    to, task = contact(elm.sam), critical()
    for number in range(200):
        say(
            to, task=None, key=f"n-{number}", urgency=Urgency.NOTICE, template="tell",
            reference="", at=NOW - timedelta(hours=1), body=f"ClearChart: open it. {number}",
        )  # fmt: skip
    say(contact(elm.diaz, address="+15551230009"), task=task)
    delivery.sweep(now=NOW)
    deadline = NOW + timedelta(seconds=5)
    assert "+15551230009" in [one.to for one in provider.received()]
    deliver(deadline)
    assert len(provider.received()) == 201


def test_the_turn_of_pages_takes_up_no_notice_while_pages_of_another_practice_wait(
    elm, oak_street, provider
):
    for number in range(20):
        say(
            contact(elm.sam, address=f"+155512310{number:02}"), key=f"n-{number}",
            urgency=Urgency.NOTICE, template="tell", reference="",
        )  # fmt: skip
    say(contact(elm.diaz), task=critical(), at=NOW - SECOND)
    with oak_street.scoped():
        for number in range(15):
            say(contact(oak_street.olu, address=f"+155512320{number:02}"), key=f"p-{number}")
    assert delivery.sweep(now=NOW) == 16
    with oak_street.scoped():
        assert set(Intent.objects.values_list("attempts", flat=True)) == {1}


def test_what_is_said_again_wakes_nobody_and_is_not_written_to_the_audit_again(elm):
    to = contact(elm.diaz)
    first = say(to, key="k-1")
    wakes = Wake.objects.filter(topic=Topic.PAGE)
    written = AuditEvent.objects.filter(action="intent.written")
    assert (wakes.count(), written.count()) == (1, 1)
    assert say(to, key="k-1").pk == first.pk
    assert (wakes.count(), written.count()) == (1, 1)
    sayings = [
        operations.Saying(
            key=key, member_id=to.member_id, task_id=None, channel=Channel.SMS, contact_id=to.pk,
            urgency=Urgency.PAGE, template="page", body="ClearChart: open it.", at=NOW,
        )
        for key in ("k-1", "k-2")
    ]  # fmt: skip
    (new,) = operations.intend(sayings, actor=Actor.machine("tests.saying"), now=NOW)
    assert new.key == "k-2"
    assert set(wakes.values_list("about", flat=True)) == {first.pk, new.pk}
    assert (wakes.count(), written.count()) == (2, 2)


def test_a_provider_that_stalls_holds_up_no_other_sweep(elm, provider):
    provider.next_modes, provider.stall_s = [Mode.STALL], 2.0
    say(contact(elm.diaz), task=critical())
    begun = time.monotonic()
    assert delivery.sweep(now=NOW)
    assert time.monotonic() - begun < 1.5
    deliver(NOW)
    deliver(LATER)
    assert len(provider.received()) == 1


def test_an_idle_sweep_costs_one_probe(elm, provider, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert delivery.sweep(now=NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_once(elm_street, provider):
    from django.db import connection

    elm = elm_street
    with elm.scoped():
        from django.db import transaction

        with transaction.atomic():
            to = contact(elm.diaz)
            for number in range(20):
                say(to, key=f"k-{number}", reference=f"K{number:03}")
    barrier = threading.Barrier(4)

    def work():
        barrier.wait()
        while delivery.sweep(now=NOW):
            pass
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(provider.received()) == 20
    with elm.scoped(), transaction.atomic():
        assert set(Intent.objects.values_list("state", "attempts")) == {("sent", 1)}
