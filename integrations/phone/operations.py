"""Works one answer from a phone: whose it is, which page it answers, and what is said back."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.languages import speaking_to
from accounts.models import Membership
from accounts.permissions import PermissionRefused
from audit import log
from audit.actors import Actor
from charts.values import Severity
from integrations.phone import wording
from integrations.phone.case import (
    Arrived,
    Case,
    caller_of,
    due_of,
    moved_on,
    open_pages,
    page_meant,
    speaking,
    unclear_lately,
)
from integrations.phone.telling import say_back, show_somebody, tell
from outbox import operations as outbox
from outbox.failures import Broken
from outbox.models import Channel, Intent, Pin, Reply
from outbox.replies import Asked
from routing import operations as routing
from routing.models import Task
from routing.operations import LostRace, TaskNotFound
from routing.states import MoveNotAllowed
from tenants import bulk

ANSWERED_UNCLEAR = 3
"""Texts of one phone within an hour that are answered though not understood: two machines must
not go on talking to each other."""


@transaction.atomic
def work_reply(
    arrived: Arrived, *, actor: Actor, now: datetime, codes: Sequence[str] = ()
) -> str:  # fmt: skip
    """Do what an answer asks for, once; returns what is said back, the same when it comes again.

    With `codes` it is clear only that one of these pages is meant: nothing is done but to ask.
    Lock order: task, then intent. The first to write the row works it; the provider may bring it
    twice, and at once.
    """
    caller = caller_of(arrived)
    reply = Reply(
        provider_id=arrived.provider_id, channel=arrived.channel, member=caller.member,
        contact=caller.contact, intent=None, body=arrived.body[:2000] or arrived.digits,
        meaning=arrived.heard.asked.value, at=now,
    )  # fmt: skip
    if not bulk.insert_new(Reply, [reply]):
        return _said_before(arrived)
    person = Actor.person(caller.member, address=arrived.channel) if caller.member else actor
    case = Case(arrived, reply, caller, arrived.heard, person, now)
    with speaking_to(caller.listener):
        reply.answer = wording.said(_answer(case, codes))[:320]
    Reply.objects.filter(pk=reply.pk).update(
        answer=reply.answer, intent=reply.intent_id, member=reply.member_id
    )
    spoke = Actor.person(reply.member, address=arrived.channel) if reply.member else actor
    log.record(f"reply.{reply.meaning}", entity=reply, detail={"channel": arrived.channel},
               actor=spoke, now=now)  # fmt: skip
    if arrived.channel == Channel.SMS and reply.answer and reply.meaning != Asked.STOP:
        say_back(case, reply.answer)
    return reply.answer


@transaction.atomic
def keep_reply(arrived: Arrived, *, actor: Actor, now: datetime) -> str:
    """An answer that could not be worked is not lost: a person reads it."""
    caller = caller_of(arrived)
    with speaking_to(caller.listener):
        kept = wording.said(wording.KEPT) if caller.active else ""
    reply = Reply(
        provider_id=arrived.provider_id, channel=arrived.channel, member=caller.member,
        contact=caller.contact, intent=None, body=arrived.body[:2000] or arrived.digits,
        meaning=Asked.UNCLEAR.value, answer=kept, at=now,
    )  # fmt: skip
    if not bulk.insert_new(Reply, [reply]):
        return _said_before(arrived)
    case = Case(arrived, reply, caller, arrived.heard, actor, now)
    show_somebody(case)
    log.record("reply.kept", entity=reply, outcome="failed",
               detail={"channel": arrived.channel}, actor=actor, now=now)  # fmt: skip
    if arrived.channel == Channel.SMS and reply.answer:
        say_back(case, reply.answer)
    return reply.answer


def _said_before(arrived: Arrived) -> str:
    """A key pressed twice in a call hears the same again."""
    kept = Reply.objects.filter(provider_id=arrived.provider_id)
    return kept.values_list("answer", flat=True).first() or ""


def _answer(case: Case, codes: Sequence[str]) -> str:
    if not case.caller.active:
        said = _strange(case)
    elif codes:
        said = wording.which(codes)
    else:
        said = WORKS[case.heard.asked](case)
    is_text = case.arrived.channel == Channel.SMS and case.heard.asked is Asked.UNCLEAR
    return "" if is_text and unclear_lately(case) >= ANSWERED_UNCLEAR else said


def _strange(case: Case) -> str:
    """A number of nobody who works here: kept, and shown to who leads; answered to no stranger."""
    show_somebody(case)
    return wording.NOBODY if case.caller.contact else ""


def _take(case: Case) -> str:
    page, said = page_meant(case)
    if page is None:
        return said
    if page.task_id is None:
        return wording.TESTED
    spoken = speaking(case, page)
    if spoken is None or spoken.caller.member is None:
        return wording.SHARED
    member = spoken.caller.member
    return _unproven(spoken, member) or _acknowledge(page, page.task_id, member, spoken)


PINS = {
    outbox.Compared.RIGHT: "", outbox.Compared.WRONG: wording.PIN_WRONG,
    outbox.Compared.LOCKED: wording.PIN_LOCKED, outbox.Compared.NONE: wording.NO_PIN,
}  # fmt: skip


def _unproven(case: Case, member: Membership) -> str:
    """What a call says to somebody who has not proven to be the member; empty where they have.

    Whoever picks up a phone may press a key. A text is taken for its owner's.
    """
    if case.arrived.channel != Channel.VOICE:
        return ""
    if case.arrived.asked:
        return PINS[outbox.compare_pin(
            member_id=member.pk, pin=case.arrived.pin, actor=case.actor, now=case.now
        )]  # fmt: skip
    pin = Pin.objects.filter(member=member).first()
    if pin is None:
        return wording.NO_PIN
    return wording.PIN_LOCKED if pin.is_locked else wording.PIN_ASKED


def _acknowledge(page: Intent, task_id: UUID, member: Membership, case: Case) -> str:
    try:
        with transaction.atomic():
            task = routing.acknowledge(
                task_id=task_id, member=member, actor=case.actor, now=case.now
            )
    except LostRace as race:
        return _lost(page, race, case)
    except MoveNotAllowed:
        return _stands(page, member, case)
    except PermissionRefused as refused:
        return wording.not_taken(str(refused))
    except TaskNotFound:
        return wording.NOTHING
    log.record("page.taken", entity=task, patient_id=task.patient_id,
               detail={"channel": case.arrived.channel, "intent": str(page.pk)},
               actor=case.actor, now=case.now)  # fmt: skip
    return wording.taken(
        is_critical=task.severity == Severity.CRITICAL, due_at=due_of(task.pk),
        was_late=moved_on(page, case.now), now=case.now,
    )  # fmt: skip


def _decline(case: Case) -> str:
    page, said = page_meant(case)
    if page is None:
        return said
    task = Task.objects.lock([page.task_id]).first() if page.task_id else None
    if task is None:
        return wording.TESTED
    spoken = speaking(case, page)
    if spoken is None or spoken.caller.member is None:
        return wording.SHARED
    if page.member_id != spoken.caller.member.pk:
        return wording.NOT_YOURS
    if said := _needs_nobody(page, task, case):
        return said
    outbox.pass_on(intent_id=page.pk, actor=spoken.actor, now=case.now)
    return wording.PASSED_ON


def _needs_nobody(page: Intent, task: Task, case: Case) -> str:
    """Who has the task of a page that is declined, or ended it; empty where somebody is sought."""
    seen = task.acknowledged_at is not None
    if task.is_open and seen and task.owner_id == page.member_id:
        return wording.STANDS
    if task.is_open and not (seen and page.until == Intent.Until.ACKNOWLEDGED):
        return ""
    return _lost(page, routing.lost(task), case)


def _stop(case: Case) -> str:
    for contact in case.caller.contacts:
        if contact.channel == Channel.SMS:
            outbox.break_contact(
                contact_id=contact.pk, why=Broken.OPTED_OUT, actor=case.actor, now=case.now
            )
            tell(contact.member, wording.STOPPED, case)
    return wording.STOPPED


def _start(case: Case) -> str:
    outbox.mend_contacts(
        contact_ids=[one.pk for one in case.caller.contacts], actor=case.actor, now=case.now
    )
    return wording.STARTED


def _help(_: Case) -> str:
    return wording.HELP


def _unclear(case: Case) -> str:
    if case.arrived.channel == Channel.VOICE:
        return wording.PRESS
    show_somebody(case)
    return wording.unclear([one.reference for one in open_pages(case.caller, case.now)])


WORKS: dict[Asked, Callable[[Case], str]] = {
    Asked.TAKE: _take, Asked.DECLINE: _decline, Asked.STOP: _stop, Asked.START: _start,
    Asked.HELP: _help, Asked.UNCLEAR: _unclear,
}  # fmt: skip


def _lost(page: Intent, race: LostRace, case: Case) -> str:
    task = Task.objects.get(pk=str(page.task_id))
    return wording.somebody_has_it(race.who, race.when, ended=not task.is_open, now=case.now)


def _stands(page: Intent, member: Membership, case: Case) -> str:
    """It cannot be taken: it is theirs already, or it waits for something."""
    task = Task.objects.get(pk=str(page.task_id))
    if task.owner_id == member.pk and task.acknowledged_at:
        return wording.has_it(due_at=due_of(task.pk), now=case.now)
    return wording.not_taken(wording.said(wording.ON_HOLD))
