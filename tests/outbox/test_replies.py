"""Answers from phones: the right task, once, as on screen, and always told what happened."""

import html
import re
from datetime import timedelta
from threading import Event, Thread
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.utils import timezone

from accounts import operations as accounts
from accounts.roles import Role
from audit.actors import Actor
from audit.models import AuditEvent
from escalation import engine
from integrations.phone import wording
from outbox import linter, pins
from outbox import operations as outbox
from outbox.models import Channel, Contact, Pin, Reply
from outbox.operations.contacts import phone_key
from outbox.replies import Asked, Heard, hear
from outbox.states import IntentState
from routing import operations as routing
from routing.models import Task, TaskTransition
from routing.states import TaskStatus
from tenants.models import Door, DoorKind, Topic, Wake
from tests.outbox.conftest import (
    PHONE,
    PUBLIC,
    SECOND,
    add,
    critical,
    intents,
    post,
    reply_of,
    sent,
    status_of,
    sweep,
    voice_of,
)
from tests.people import SETUP, admit

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(elm, right_now):
    """An open critical task, and the page about it at Dr Diaz's phone."""
    task, page = critical(elm, right_now)
    sent(elm, page)
    return task, page


def text(elm, body, *, sender=PHONE, sid=None, **more):
    form = {"MessageSid": sid or f"SM{uuid4().hex}", "From": sender, "To": "+12025550199",
            "Body": body}  # fmt: skip
    answer = post(reply_of(elm.practice.pk), form, **more)
    if answer.status_code == 200:
        assert answer.content == b"<Response></Response>"
    return answer


def press(elm, page, digits, *, sid="CA1", at=""):
    """`at` is where the call said that the keys go; the menu where it is not given."""
    form = {"CallSid": sid, "From": "+12025550199", "To": PHONE, "Digits": digits}
    return post(at or voice_of(elm.practice.pk, page.pk), form).text


def keyed(elm, page, pin, *, sid="CA1", heard=""):
    """1, and then the PIN; or the PIN again after what was heard last."""
    heard = heard or press(elm, page, "1", sid=sid)
    assert 'numDigits="4"' in heard
    return press(elm, page, pin, sid=sid, at=html.unescape(re.search('action="(.*?)"', heard)[1]))


def has_pin(elm, member, pin="4826"):
    with elm.scoped():
        outbox.set_pin(member=member, pin=pin, actor=Actor.person(member), now=timezone.now())


def said(elm) -> list[str]:
    """What went back to phones, the oldest first."""
    return [one.body for one in intents(elm, template="answer", channel=Channel.SMS)]


def of(elm, task) -> Task:
    with elm.scoped(), transaction.atomic():
        return Task.objects.select_related("owner").get(pk=task.pk)


@pytest.mark.parametrize(
    "written", ["OK {0}", "ok {1}", "Ok, {0}.", " ok{1} ", "OK {2}", "take {0}"]
)
def test_an_ok_with_its_reference_takes_the_task(elm, case, written):
    task, page = case
    code = page.reference
    text(elm, written.format(code, code.lower(), f"{code[:2]} {code[2:]}"))
    after = of(elm, task)
    assert (after.status, after.owner_id) == (TaskStatus.IN_PROGRESS, elm.diaz.pk)
    [answer] = said(elm)
    assert answer.startswith("ClearChart: taken. You have the critical task, due in 5")
    assert answer.endswith(" minutes.")
    with elm.scoped():
        [row] = AuditEvent.objects.filter(action="page.taken")
        assert AuditEvent.objects.filter(
            action="task.acknowledge", membership_id=elm.diaz.pk, entity_id=task.pk
        ).exists()
    assert (row.detail["channel"], row.membership_id) == ("sms", elm.diaz.pk)


def test_an_ok_alone_takes_the_one_page_that_is_open(elm, case):
    text(elm, "OK")
    assert of(elm, case[0]).acknowledged_at is not None


def test_an_ok_alone_is_asked_which_where_two_pages_are_open(elm, case, right_now):
    other, page = critical(elm, right_now, key="L-2")
    sent(elm, page, sid="SM2")
    text(elm, "OK")
    assert of(elm, case[0]).acknowledged_at is of(elm, other).acknowledged_at is None
    [answer] = said(elm)
    assert case[1].reference in answer
    assert page.reference in answer
    text(elm, f"OK {page.reference}")
    assert of(elm, case[0]).acknowledged_at is None
    assert of(elm, other).acknowledged_at is not None


def test_t10_an_answer_after_the_step_moved_on_takes_the_right_task_and_says_so(elm, right_now):
    begun = right_now - timedelta(minutes=20)
    task, page = critical(elm, begun)
    other, _ = critical(elm, begun, key="L-2")
    sent(elm, page)
    with elm.scoped():
        for minutes in (6, 11, 15, 20):
            sweep(begun + timedelta(minutes=minutes))
    text(elm, f"OK {page.reference}")
    after = of(elm, task)
    assert (after.owner_id, after.acknowledged_at is None) == (elm.diaz.pk, False)
    assert of(elm, other).acknowledged_at is None
    [answer] = said(elm)
    assert answer.startswith("ClearChart: taken. You have the critical task, due in ")
    assert answer.endswith(wording.LATE)


def test_who_is_second_is_told_who_was_first(elm, case, right_now):
    task, page = case
    with elm.scoped():
        routing.acknowledge(
            task_id=task.pk, member=elm.nora, actor=Actor.person(elm.nora), now=right_now
        )
    text(elm, f"OK {page.reference}")
    assert of(elm, task).owner_id == elm.nora.pk
    assert said(elm) == ["ClearChart: Nora Quinn took it just now. Nothing is asked of you."]


def test_a_task_that_was_closed_says_by_whom(elm, case, right_now):
    task, page = case
    with elm.scoped():
        routing.complete(
            task_id=task.pk, member=elm.nora, outcome="discussed", told="Pat Marsh",
            told_at=right_now, actor=Actor.person(elm.nora), now=right_now,
        )  # fmt: skip
    text(elm, f"ok {page.reference}")
    assert said(elm) == ["ClearChart: Nora Quinn closed it just now. Nothing is asked of you."]


def test_saying_ok_twice_says_that_it_is_theirs(elm, case):
    text(elm, f"OK {case[1].reference}")
    text(elm, "ok")
    assert said(elm)[1].startswith("ClearChart: you have that task already, due in 5")


def test_the_same_permissions_hold_as_on_screen(elm, case):
    """Sam may be paged, and may not judge a critical result."""
    text(elm, f"OK {case[1].reference}", sender=SECOND)
    assert of(elm, case[0]).acknowledged_at is None
    [answer] = said(elm)
    assert answer.startswith("ClearChart: not taken. Only a nurse or physician can close a crit")


def test_a_colleague_who_was_shown_the_page_takes_it_for_themself(elm, case):
    with elm.scoped():
        add(elm.nora, "+12025550107")
    text(elm, f"OK {case[1].reference}", sender="+12025550107")
    assert of(elm, case[0]).owner_id == elm.nora.pk


def test_a_no_passes_it_on_and_takes_nothing(elm, case):
    text(elm, f"no {case[1].reference}")
    assert of(elm, case[0]).acknowledged_at is None
    assert said(elm) == [wording.PASSED_ON]
    assert Wake.objects.filter(topic=Topic.UNREACHED).count() == 1
    engine.sweep_unreached(now=timezone.now())
    pages = intents(elm, task=case[0].pk, channel=Channel.SMS, urgency="page")
    assert {one.member_id for one in pages} == {elm.diaz.pk, elm.sam.pk}


def test_a_no_after_taking_it_passes_nothing_on(elm, case):
    text(elm, "OK")
    text(elm, f"NO {case[1].reference}")
    assert said(elm)[1] == wording.STANDS
    assert of(elm, case[0]).owner_id == elm.diaz.pk


def test_a_no_to_what_a_colleague_took_says_who_has_it_and_calls_nobody(elm, case, right_now):
    task, page = case
    with elm.scoped():
        routing.acknowledge(
            task_id=task.pk, member=elm.nora, actor=Actor.person(elm.nora), now=right_now
        )
    text(elm, f"NO {page.reference}")
    assert said(elm) == ["ClearChart: Nora Quinn took it just now. Nothing is asked of you."]
    assert not Wake.objects.filter(topic=Topic.UNREACHED).exists()


def test_a_no_to_what_was_closed_says_by_whom_and_calls_nobody(elm, case, right_now):
    task, page = case
    with elm.scoped():
        routing.complete(
            task_id=task.pk, member=elm.nora, outcome="discussed", told="Pat Marsh",
            told_at=right_now, actor=Actor.person(elm.nora), now=right_now,
        )  # fmt: skip
    text(elm, f"no {page.reference}")
    assert said(elm) == ["ClearChart: Nora Quinn closed it just now. Nothing is asked of you."]
    assert not Wake.objects.filter(topic=Topic.UNREACHED).exists()


def test_whoever_passed_it_on_hears_that_nobody_else_can_be_called(elm, case):
    task, page = case
    with elm.scoped(), transaction.atomic():
        Contact.objects.filter(member=elm.sam).update(broken_at=timezone.now())
    text(elm, f"NO {page.reference}")
    assert "looking for somebody else" in said(elm)[0]
    engine.sweep_unreached(now=timezone.now())
    told = intents(elm, template="still-yours", channel=Channel.SMS)
    assert [one.member_id for one in told] == [elm.diaz.pk]
    assert linter.lint(told[0].body) == []
    text(elm, f"OK {page.reference}")
    assert of(elm, task).acknowledged_at is not None


def test_nobody_hears_that_a_task_is_still_theirs_who_did_not_say_no(elm, case):
    with elm.scoped(), transaction.atomic():
        Contact.objects.filter(member=elm.sam).update(broken_at=timezone.now())
    with elm.scoped():
        outbox.pass_on(intent_id=case[1].pk, actor=SETUP, now=timezone.now())
    engine.sweep_unreached(now=timezone.now())
    assert intents(elm, template="unreached") != []
    assert intents(elm, template="still-yours") == []


def test_after_three_texts_within_an_hour_that_were_not_understood_no_more_are_answered(elm, case):
    for number in range(5):
        text(elm, f"I am away until Monday ({number})")
    assert len(said(elm)) == 3
    assert len(intents(elm, template="reply")) == 5
    text(elm, "help")
    assert said(elm)[3] == wording.HELP
    with elm.scoped(), transaction.atomic():
        Reply.objects.update(at=timezone.now() - timedelta(minutes=61))
    text(elm, "hello?")
    assert len(said(elm)) == 5


def test_a_machine_on_the_phone_of_one_who_went_is_not_answered_for_ever(elm, case, right_now):
    with elm.scoped():
        accounts.deactivate(membership=elm.diaz, actor=SETUP, now=right_now)
    for _ in range(5):
        text(elm, "This number is not read.")
    assert said(elm) == [wording.NOBODY] * 3


def test_s6_a_duplicate_does_nothing_twice(elm, case):
    for _ in range(3):
        assert text(elm, f"OK {case[1].reference}", sid="SM77").status_code == 200
    with elm.scoped():
        assert Reply.objects.count() == 1
        assert TaskTransition.objects.filter(task=case[0].pk, move="acknowledge").count() == 1
    assert len(said(elm)) == 1


@pytest.mark.parametrize(
    "wrong", [{"token": "another"}, {"signature": ""}, {"signed_for": PUBLIC + "/twilio/status/"}]
)
def test_s6_a_forged_answer_takes_nothing(elm, case, wrong):
    assert text(elm, f"OK {case[1].reference}", **wrong).status_code == 403
    assert of(elm, case[0]).acknowledged_at is None
    with elm.scoped():
        assert Reply.objects.count() == 0
        assert AuditEvent.objects.filter(action="callback.refused").count() == 1


def test_s6_an_answer_before_the_status_of_its_page_is_taken_all_the_same(elm, case):
    task, page = case
    text(elm, "OK")
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    assert post(status_of(elm.practice.pk, page.pk), form).status_code == 204
    assert of(elm, task).acknowledged_at is not None
    [after] = intents(elm, pk=page.pk)
    assert after.state == IntentState.DELIVERED


@pytest.mark.parametrize("word", ["STOP", "stop", " Unsubscribe. ", "CANCEL", "End", "quit"])
def test_a_word_of_the_networks_opts_out_and_start_opts_in_again(elm, case, word):
    text(elm, word)
    with elm.scoped():
        held = {one.channel: one for one in Contact.objects.filter(address=PHONE)}
    assert held["sms"].broken_reason == "opted-out"
    assert held["voice"].broken_at is None
    assert said(elm) == []
    assert [one.body for one in intents(elm, template="answer")] == [wording.STOPPED]
    assert of(elm, case[0]).acknowledged_at is None
    text(elm, "Start")
    with elm.scoped():
        assert Contact.objects.get(pk=held["sms"].pk).broken_at is None
    assert said(elm) == [wording.STARTED]


def test_help_says_what_can_be_answered(elm, case):
    text(elm, "help")
    assert said(elm) == [wording.HELP]


@pytest.mark.parametrize(
    "body", ["please stop texting me", "ok but I am driving, ask Sam", "?", ""]
)
def test_what_is_not_understood_is_answered_kept_and_shown_to_a_person(elm, case, body):
    text(elm, body)
    assert of(elm, case[0]).acknowledged_at is None
    with elm.scoped():
        [kept] = Reply.objects.all()
    assert (kept.body, kept.meaning, kept.member_id) == (body, "unclear", elm.diaz.pk)
    [notice] = intents(elm, template="reply")
    assert (notice.member_id, notice.channel) == (elm.sam.pk, Channel.IN_APP)
    [answer] = said(elm)
    assert f"OK {case[1].reference}" in answer


def test_a_number_of_nobody_is_kept_and_answered_by_nothing(elm, case):
    text(elm, f"OK {case[1].reference}", sender="+12025550166")
    assert of(elm, case[0]).acknowledged_at is None
    assert said(elm) == []
    [notice] = intents(elm, template="reply")
    assert notice.member_id == elm.sam.pk


def test_who_no_longer_works_here_takes_nothing(elm, case, right_now):
    with elm.scoped():
        accounts.deactivate(membership=elm.diaz, actor=SETUP, now=right_now)
    text(elm, f"OK {case[1].reference}")
    assert of(elm, case[0]).acknowledged_at is None


def test_a_contact_that_is_not_verified_speaks_for_nobody(elm, case):
    with elm.scoped():
        Contact.objects.update(verified_at=None)
    text(elm, f"OK {case[1].reference}")
    assert of(elm, case[0]).acknowledged_at is None


def test_a_key_and_the_pin_in_a_call_take_the_task(elm, case):
    task, page = case
    has_pin(elm, elm.diaz)
    assert "taken. You have the critical task" in keyed(elm, page, "4826")
    assert of(elm, task).owner_id == elm.diaz.pk
    with elm.scoped():
        [row] = AuditEvent.objects.filter(action="page.taken")
    assert row.detail["channel"] == "voice"
    assert said(elm) == []


def test_a_wrong_key_is_asked_again_and_then_works(elm, case):
    task, page = case
    has_pin(elm, elm.diaz)
    assert "<Gather" in press(elm, page, "7")
    assert "taken" in keyed(elm, page, "4826")
    assert of(elm, task).acknowledged_at is not None


def test_whoever_picks_up_a_phone_takes_nothing_without_a_pin(elm, case):
    task, page = case
    heard = press(elm, page, "1")
    assert wording.NO_PIN in heard
    assert "<Gather" not in heard
    assert of(elm, task).acknowledged_at is None


def test_whoever_picks_up_a_phone_may_have_somebody_else_called(elm, case):
    task, page = case
    assert "somebody else" in press(elm, page, "2")
    [page] = intents(elm, pk=page.pk)
    assert page.unreached_at is not None
    assert of(elm, task).acknowledged_at is None


def test_a_wrong_pin_is_asked_again_and_the_right_one_takes_it(elm, case):
    task, page = case
    has_pin(elm, elm.diaz)
    heard = keyed(elm, page, "0000")
    assert wording.PIN_WRONG in heard
    assert of(elm, task).acknowledged_at is None
    assert "taken" in keyed(elm, page, "4826", heard=heard)
    assert of(elm, task).owner_id == elm.diaz.pk


def test_five_wrong_pins_over_however_many_calls_lock_it_until_another_is_set(elm, case):
    task, page = case
    has_pin(elm, elm.diaz)
    for number in range(pins.TRIES):
        heard = keyed(elm, page, "0000", sid=f"CA{number}")
    assert wording.PIN_LOCKED in heard
    assert wording.PIN_LOCKED in press(elm, page, "1", sid="CA8")
    assert of(elm, task).acknowledged_at is None
    has_pin(elm, elm.diaz, "7391")
    assert "taken" in keyed(elm, page, "7391", sid="CA9")


def test_an_address_kept_from_a_locked_call_opens_nothing(elm, case):
    task, page = case
    has_pin(elm, elm.diaz)
    for number in range(pins.TRIES):
        keyed(elm, page, "0000", sid=f"CA{number}")
    at = f"{voice_of(elm.practice.pk, page.pk)}&pin=1"
    assert wording.PIN_LOCKED in press(elm, page, "4826", sid="CA9", at=at)
    assert of(elm, task).acknowledged_at is None


def test_a_pin_is_kept_nowhere_but_as_a_digest(elm, case):
    _, page = case
    has_pin(elm, elm.diaz)
    keyed(elm, page, "4826")
    keyed(elm, page, "9753", sid="CA2")
    with elm.scoped():
        said = Reply.objects.values_list("provider_id", "body", "answer")
        kept = {text for row in said for text in row}
        kept |= {str(one) for row in AuditEvent.objects.all() for one in row.detail.values()}
        [pin] = Pin.objects.all()
    assert not any(typed in text for text in kept for typed in (":4826", ":9753"))
    assert not kept & {"4826", "9753"}
    assert len(pin.digest) == 64


def test_the_provider_that_brings_a_pin_twice_is_answered_alike_and_counts_one_try(elm, case):
    _, page = case
    has_pin(elm, elm.diaz)
    menu = press(elm, page, "1")
    assert keyed(elm, page, "0000", heard=menu) == keyed(elm, page, "0000", heard=menu)
    with elm.scoped():
        assert Pin.objects.get().tries == 1


def test_the_same_wrong_key_twice_hears_the_menu_again(elm, case):
    _, page = case
    for _ in range(3):
        assert "<Gather" in press(elm, page, "7")
    with elm.scoped():
        assert Reply.objects.count() == 1


def test_the_answer_to_a_test_page_says_that_it_arrived(elm, right_now):
    with elm.scoped():
        outbox.send_test(member=elm.diaz, actor=Actor.person(elm.diaz), now=right_now)
    [page] = intents(elm, template="test", channel=Channel.SMS)
    text(elm, f"ok {page.reference}")
    assert said(elm) == [wording.TESTED]


def test_one_number_of_two_practices_finds_the_page_by_its_reference(
    elm, oak_street, case, right_now
):
    task, page = case
    with oak_street.scoped():
        add(oak_street.olu, PHONE)
    for practice in (oak_street, elm):
        Door.objects.create(kind=DoorKind.PHONE, key=phone_key(PHONE), practice=practice.practice)
    form = {"MessageSid": "SM5", "From": PHONE, "Body": f"OK {page.reference}"}
    assert post(f"{PUBLIC}/twilio/reply/", form).status_code == 200
    assert of(elm, task).owner_id == elm.diaz.pk
    with oak_street.scoped():
        assert Reply.objects.count() == 0
    post(f"{PUBLIC}/twilio/reply/", {"MessageSid": "SM6", "From": PHONE, "Body": "STOP"})
    for practice in (elm, oak_street):
        with practice.scoped():
            assert Contact.objects.filter(broken_reason="opted-out").count() == 1


WORDS = {
    "OK 4K7R": Heard(Asked.TAKE, "4K7R"), "ok4k7r": Heard(Asked.TAKE, "4K7R"),
    "Okay": Heard(Asked.TAKE), "ACK 4K7R!": Heard(Asked.TAKE, "4K7R"),
    "NO": Heard(Asked.DECLINE), "pass 4k7r": Heard(Asked.DECLINE, "4K7R"),
    "STOP": Heard(Asked.STOP), "stop all": Heard(Asked.STOP), "YES": Heard(Asked.START),
    "info": Heard(Asked.HELP), "OK thanks": Heard(Asked.UNCLEAR), "4K7R": Heard(Asked.UNCLEAR),
    "not ok": Heard(Asked.UNCLEAR), "ok 4K7R or not": Heard(Asked.UNCLEAR),
    "": Heard(Asked.UNCLEAR),
}  # fmt: skip


@pytest.mark.parametrize("written", WORDS)
def test_what_a_text_asks_for(written):
    assert hear(written) == WORDS[written]


def test_nothing_that_is_said_back_holds_words_about_a_patient(right_now):
    at = right_now + timedelta(minutes=40)
    answers = [value for name, value in vars(wording).items() if name.isupper() and
               isinstance(value, str)]  # fmt: skip
    answers += [
        wording.taken(is_critical=True, due_at=at, was_late=True, now=right_now),
        wording.has_it(due_at=at - timedelta(hours=5), now=right_now),
        wording.somebody_has_it("Dr Ana Diaz", right_now, ended=False, now=right_now),
        wording.unclear(["4K7R"]), wording.which(["4K7R", "7MMQ"]),
    ]  # fmt: skip
    assert {one: linter.lint(one) for one in answers if linter.lint(one)} == {}


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "less than a minute"), (1, "1 minute"), (40, "40 minutes"), (119, "119 minutes"),
     (120, "2 hours"), (47 * 60, "47 hours"), (72 * 60, "3 days")],
)  # fmt: skip
def test_lengths_are_said_in_words(minutes, words):
    assert wording.length(minutes * 60) == words


@pytest.mark.django_db(transaction=True)
def test_the_same_answer_brought_at_once_is_worked_once(elm, case):
    answers = []

    def bring() -> None:
        answers.append(text(elm, f"OK {case[1].reference}", sid="SM88").status_code)
        connections.close_all()

    threads = [Thread(target=bring) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 4
    assert len(said(elm)) == 1


def answer_during(elm, task, code, *, tries) -> None:
    """Bring an OK while somebody else holds the task, for as many tries as that."""
    waited, done = Event(), Event()

    def hold() -> None:
        with elm.scoped(), transaction.atomic():
            list(Task.objects.lock([task.pk]))
            waited.set()
            done.wait(timeout=20)
        connections.close_all()

    holder = Thread(target=hold)
    holder.start()
    waited.wait(timeout=20)
    met = []

    def fail_fast(execute, sql, params, many, context):
        """Waits for no lock of a task, and lets go of it after so many tries."""
        if "routing_task" not in sql or "FOR UPDATE" not in sql:
            return execute(sql, params, many, context)
        execute("SET LOCAL lock_timeout = '200ms'", None, False, context)
        try:
            return execute(sql, params, many, context)
        except OperationalError:
            met.append(1)
            if len(met) == tries:
                done.set()
                holder.join()
            raise

    with connection.execute_wrapper(fail_fast):
        assert text(elm, f"OK {code}").status_code == 200
    done.set()
    holder.join()
    assert met


@pytest.mark.django_db(transaction=True)
def test_an_ok_that_meets_a_lock_is_worked_once_more(elm, case):
    task, page = case
    answer_during(elm, task, page.reference, tries=1)
    assert of(elm, task).acknowledged_at is not None
    [answer] = said(elm)
    assert answer.startswith("ClearChart: taken.")


@pytest.mark.django_db(transaction=True)
def test_an_ok_that_meets_locks_again_and_again_is_read_by_a_person(elm, case):
    task, page = case
    answer_during(elm, task, page.reference, tries=9)
    assert of(elm, task).acknowledged_at is None
    assert said(elm) == [wording.KEPT]
    [notice] = intents(elm, template="reply")
    assert notice.member_id == elm.sam.pk
    with elm.scoped(), transaction.atomic():
        assert Reply.objects.get().body == f"OK {page.reference}"


def test_a_lead_who_is_new_is_shown_what_was_not_understood(elm, case, right_now):
    with elm.scoped():
        lead = admit("Lee Park", Role.PRACTICE_MANAGER, now=right_now)
    text(elm, "who is this")
    assert {one.member_id for one in intents(elm, template="reply")} == {elm.sam.pk, lead.pk}


def test_a_reference_that_nobody_wrote_takes_nothing(elm, case):
    wrong = "9" + case[1].reference[1:] if case[1].reference[0] != "9" else "8ZZZ"
    text(elm, f"OK {wrong}")
    assert of(elm, case[0]).acknowledged_at is None
