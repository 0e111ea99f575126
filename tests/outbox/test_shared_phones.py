"""One phone of several people, or of several practices: the right one answers, or nobody does."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from accounts import operations as accounts
from accounts.roles import Role
from audit.models import AuditEvent
from charts.values import Severity
from escalation import starter
from integrations.phone import wording
from outbox.models import Channel, Contact, Intent, Reply
from outbox.operations.contacts import phone_key
from outbox.states import IntentState
from routing.models import Task
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
)
from tests.people import SETUP, admit
from tests.reports import bring, graded

pytestmark = pytest.mark.django_db

HANDSET = "+12025550150"


def text(elm, body, *, sender=PHONE, sid="SM50"):
    form = {"MessageSid": sid, "From": sender, "Body": body}
    assert post(reply_of(elm.practice.pk), form).status_code == 200


def text_any(body, *, sid="SM60", sender=PHONE):
    form = {"MessageSid": sid, "From": sender, "Body": body}
    assert post(f"{PUBLIC}/twilio/reply/", form).status_code == 200


def said(elm) -> list[str]:
    return [one.body for one in intents(elm, template="answer", channel=Channel.SMS)]


def of(elm, task) -> Task:
    with elm.scoped(), transaction.atomic():
        return Task.objects.get(pk=task.pk)


def taken_by(elm, task):
    """Who acknowledged it: a task may have an owner before."""
    after = of(elm, task)
    return after.owner_id if after.acknowledged_at else None


def ring_at(elm, page, contact) -> None:
    """The page went to this contact, and to its member."""
    with elm.scoped(), transaction.atomic():
        Intent.objects.filter(pk=page.pk).update(contact=contact, member=contact.member)


@pytest.fixture
def handset(elm, right_now):
    """The on-call phone of Dr Diaz and Dr Ito; the page is for Dr Ito, who joined later."""
    with elm.scoped(), transaction.atomic():
        first = add(elm.diaz, HANDSET)
        ito = admit("Dr Ken Ito", Role.PHYSICIAN, now=right_now)
        second = add(ito, HANDSET)
    task, page = critical(elm, right_now)
    sent(elm, page)
    ring_at(elm, page, second)
    assert first.pk < second.pk
    return task, page, ito


@pytest.mark.parametrize("words", ["OK {}", "OK"])
def test_on_a_shared_phone_whoever_was_paged_takes_the_task(elm, handset, words):
    task, page, ito = handset
    text(elm, words.format(page.reference), sender=HANDSET)
    assert taken_by(elm, task) == ito.pk
    with elm.scoped():
        assert Reply.objects.get().member_id == ito.pk
        for action in ("page.taken", "task.acknowledge", "reply.take"):
            row = AuditEvent.objects.get(action=action)
            assert row.membership_id == ito.pk


def test_on_a_shared_phone_the_one_who_was_paged_declines(elm, handset):
    _, page, ito = handset
    text(elm, f"NO {page.reference}", sender=HANDSET)
    with elm.scoped():
        assert AuditEvent.objects.get(action="page.declined").membership_id == ito.pk
    assert said(elm) == [wording.PASSED_ON]


@pytest.mark.parametrize("word", ["OK", "NO"])
def test_nobody_is_guessed_where_a_page_went_to_none_of_those_who_share_a_phone(elm, handset, word):
    task, page, _ = handset
    with elm.scoped():
        own = Contact.objects.get(address=PHONE, channel=Channel.SMS)
    ring_at(elm, page, own)
    text(elm, f"{word} {page.reference}", sender=HANDSET)
    assert of(elm, task).acknowledged_at is None
    assert said(elm) == [wording.SHARED]
    assert not Wake.objects.filter(topic=Topic.UNREACHED).exists()


def test_an_ok_alone_is_asked_which_where_two_who_share_a_phone_were_paged_for_one_task(
    elm, handset
):
    task, page, _ = handset
    with elm.scoped(), transaction.atomic():
        own = Contact.objects.get(address=HANDSET, member=elm.diaz)
        Intent.objects.create(
            key="k-2", member=elm.diaz, task=task, channel=Channel.SMS, contact=own,
            urgency="page", template="page", body="ClearChart", reference="2ABC", rank=0,
            state=IntentState.SENT, next_at=page.next_at, created_at=page.created_at,
        )  # fmt: skip
    text(elm, "OK", sender=HANDSET)
    assert of(elm, task).acknowledged_at is None
    text(elm, "OK 2ABC", sender=HANDSET, sid="SM51")
    assert taken_by(elm, task) == elm.diaz.pk


def test_whoever_is_left_with_a_phone_answers_for_a_page_of_one_who_went(elm, handset, right_now):
    task, page, ito = handset
    with elm.scoped():
        accounts.deactivate(membership=ito, actor=SETUP, now=right_now)
    text(elm, f"OK {page.reference}", sender=HANDSET)
    assert taken_by(elm, task) == elm.diaz.pk


def test_of_two_pages_with_one_reference_the_callers_own_is_taken(elm, right_now):
    mine, page = critical(elm, right_now)
    other, theirs = critical(elm, right_now, key="L-2")
    sent(elm, page)
    sent(elm, theirs, sid="SM2")
    with elm.scoped(), transaction.atomic():
        sams = Contact.objects.get(address=SECOND)
        Intent.objects.filter(pk=theirs.pk).update(
            reference=page.reference, created_at=right_now + timedelta(seconds=1)
        )
    ring_at(elm, theirs, sams)
    text(elm, f"OK {page.reference}")
    assert (taken_by(elm, mine), of(elm, other).acknowledged_at) == (elm.diaz.pk, None)


@pytest.mark.parametrize("word", ["NO {}", "no{}"])
def test_a_colleague_who_was_shown_a_page_cannot_pass_it_on(elm, right_now, word):
    _, page = critical(elm, right_now)
    sent(elm, page)
    with elm.scoped(), transaction.atomic():
        add(elm.nora, HANDSET)
    text(elm, word.format(page.reference), sender=HANDSET)
    assert said(elm) == [wording.NOT_YOURS]
    assert not Wake.objects.filter(topic=Topic.UNREACHED).exists()
    with elm.scoped():
        assert Intent.objects.get(pk=page.pk).unreached_at is None


@pytest.fixture
def both(elm, oak_street, right_now):
    """Dr Diaz's phone is Dr Olu's too, at Oak Street, whose door is the older one."""
    with oak_street.scoped(), transaction.atomic():
        olu = add(oak_street.olu, PHONE)
        colleague = add(admit("Dr Bo Berg", Role.PHYSICIAN, now=right_now), SECOND)
    for practice in (oak_street, elm):
        Door.objects.create(kind=DoorKind.PHONE, key=phone_key(PHONE), practice=practice.practice)
    return olu, colleague


def test_page(practice, contact, reference, at) -> Intent:
    """A page that asks for nothing."""
    with practice.scoped(), transaction.atomic():
        return Intent.objects.create(
            key=f"test:{reference}", member=contact.member, channel=contact.channel,
            contact=contact, urgency="page", template="test", body="ClearChart",
            reference=reference, state=IntentState.SENT, next_at=at, created_at=at,
        )  # fmt: skip


test_page.__test__ = False


@pytest.mark.parametrize("age", [timedelta(hours=30), timedelta(minutes=1)])
def test_an_old_or_foreign_reference_of_another_practice_catches_no_answer(
    elm, oak_street, both, right_now, age
):
    olu, colleague = both
    task, page = critical(elm, right_now)
    sent(elm, page)
    to = olu if age > timedelta(days=1) else colleague
    test_page(oak_street, to, page.reference, right_now - age)
    text_any(f"OK {page.reference}")
    assert taken_by(elm, task) == elm.diaz.pk


def test_a_reference_of_a_practice_where_they_no_longer_work_catches_no_answer(
    elm, oak_street, both, right_now
):
    task, page = critical(elm, right_now)
    sent(elm, page)
    test_page(oak_street, both[0], page.reference, right_now - timedelta(minutes=1))
    with oak_street.scoped():
        accounts.deactivate(membership=oak_street.olu, actor=SETUP, now=right_now)
    text_any(f"OK {page.reference}")
    assert taken_by(elm, task) == elm.diaz.pk


def test_one_reference_in_two_practices_takes_nothing_and_says_so(elm, oak_street, both, right_now):
    task, page = critical(elm, right_now)
    sent(elm, page)
    test_page(oak_street, both[0], page.reference, right_now - timedelta(hours=1))
    text_any(f"OK {page.reference}")
    assert of(elm, task).acknowledged_at is None
    assert said(elm) == [wording.TWICE.format(code=page.reference)]


@pytest.fixture
def paged_twice(elm, oak_street, both, right_now):
    """A page is open at that phone in each practice."""
    task, page = critical(elm, right_now)
    sent(elm, page)
    with oak_street.scoped(), transaction.atomic():
        starter.install(clinical_approver="Dr Olu", actor=SETUP, now=right_now - timedelta(days=29))
    there = open_at(oak_street, both[0], right_now)
    return (task, page), there


def open_at(oak, contact, now):
    with oak.scoped(), transaction.atomic():
        begun = now - timedelta(seconds=90)
        task = bring(replace(graded(Severity.CRITICAL, key="O-1"), issued_at=begun), now=begun)
        page = Intent.objects.create(
            key="o-1", member=contact.member, task=task, channel=Channel.SMS, contact=contact,
            urgency="page", template="page", body="ClearChart", reference="3XYZ",
            until="acknowledged", state=IntentState.SENT, next_at=begun, created_at=begun,
        )  # fmt: skip
    return task, page


@pytest.mark.parametrize("word", ["OK", "NO"])
def test_a_bare_answer_takes_nothing_where_two_practices_wait_and_asks_which(
    elm, oak_street, paged_twice, word
):
    (task, page), (there, other) = paged_twice
    text_any(word)
    assert of(elm, task).acknowledged_at is of(oak_street, there).acknowledged_at is None
    [answer] = said(elm) + said(oak_street)
    assert page.reference in answer
    assert other.reference in answer
    assert not Wake.objects.filter(topic=Topic.UNREACHED).exists()
    text_any(f"OK {page.reference}", sid="SM61")
    assert taken_by(elm, task) == elm.diaz.pk
    assert of(oak_street, there).acknowledged_at is None


def test_a_bare_ok_brought_twice_is_not_worked_in_the_other_practice(
    elm, oak_street, both, right_now
):
    task, page = critical(elm, right_now)
    sent(elm, page)
    text_any("OK")
    assert taken_by(elm, task) == elm.diaz.pk
    there, _ = open_at(oak_street, both[0], right_now)
    text_any("OK")
    assert of(oak_street, there).acknowledged_at is None


def test_what_names_no_page_goes_to_the_practice_that_paged_last(elm, oak_street, paged_twice):
    text_any("who is this?")
    with elm.scoped():
        assert Reply.objects.count() == 1
    with oak_street.scoped():
        assert Reply.objects.count() == 0


def test_free_text_never_goes_to_a_practice_where_they_no_longer_work(
    elm, oak_street, both, right_now
):
    test_page(oak_street, both[0], "4KKK", right_now)
    with oak_street.scoped():
        accounts.deactivate(membership=oak_street.olu, actor=SETUP, now=right_now)
    text_any("Pat Marsh feels worse")
    with elm.scoped():
        assert Reply.objects.count() == 1
    with oak_street.scoped():
        assert Reply.objects.count() == 0
