"""Works one answer from a phone: whose it is, which page it answers, and what is said back."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Membership
from accounts.permissions import PermissionRefused
from accounts.roles import Role
from audit import log
from audit.actors import Actor
from charts.values import Severity
from integrations.phone import wording
from integrations.phone.case import (
    Arrived,
    Case,
    bears_reference,
    caller_of,
    due_of,
    moved_on,
    open_pages,
    page_meant,
    waits_for,
)
from outbox import operations as outbox
from outbox.choosing import RANK
from outbox.failures import Broken
from outbox.models import Channel, Intent, Reply, Urgency
from outbox.operations import Saying
from outbox.replies import Asked
from routing import operations as routing
from routing.models import Task
from routing.operations import LostRace, TaskNotFound
from routing.states import MoveNotAllowed
from tenants import bulk, scope

ANSWERS, UNREAD = "answer", "reply"
"""Templates: what is said back to a phone, and that somebody's answer waits to be read."""


@transaction.atomic
def work_reply(arrived: Arrived, *, actor: Actor, now: datetime) -> str:
    """Do what an answer asks for, once; returns what is said back, empty where it came before.

    Lock order: task, then intent. The first to write the row works it; the provider may bring it
    twice, and at once.
    """
    caller = caller_of(arrived)
    heard = arrived.heard
    reply = Reply(
        provider_id=arrived.provider_id, channel=arrived.channel, member=caller.member,
        contact=caller.contact, intent=None, body=arrived.body[:2000] or arrived.digits,
        meaning=heard.asked.value, at=now,
    )  # fmt: skip
    if not bulk.insert_new(Reply, [reply]):
        return ""
    person = Actor.person(caller.member, address=arrived.channel) if caller.member else actor
    case = Case(arrived, reply, caller, heard, person, now)
    reply.answer = WORKS[heard.asked](case)[:320] if _is_here(caller.member) else _strange(case)
    Reply.objects.filter(pk=reply.pk).update(answer=reply.answer, intent=reply.intent_id)
    log.record(f"reply.{reply.meaning}", entity=reply, detail={"channel": arrived.channel},
               actor=person, now=now)  # fmt: skip
    if arrived.channel == Channel.SMS and reply.answer and reply.meaning != Asked.STOP:
        _say_back(case, reply.answer)
    return reply.answer


def places_of(arrived: Arrived, practices: Sequence[UUID], *, now: datetime) -> list[UUID]:
    """Of the practices that know a phone, those where an answer is to be worked.

    Opting out and in holds for the number, so everywhere; a reference belongs to one of them, and
    an OK without one to whichever waits for it.
    """
    heard = arrived.heard
    if heard.asked in (Asked.STOP, Asked.START) or len(practices) < 2:
        return list(practices)
    for practice_id in practices:
        with scope.scoped(practice_id), transaction.atomic():
            if heard.reference and bears_reference(arrived):
                return [practice_id]
            if not heard.reference and waits_for(arrived, now=now):
                return [practice_id]
    return list(practices[:1])


def _is_here(member: Membership | None) -> bool:
    return member is not None and member.is_active


def _strange(case: Case) -> str:
    """A number of nobody who works here: kept, and shown to who leads; answered to no stranger."""
    _show_somebody(case)
    return wording.NOBODY if case.caller.contact else ""


def _take(case: Case) -> str:
    page, said = page_meant(case)
    if page is None:
        return said
    if page.task_id is None:
        return wording.TESTED
    member = case.caller.member
    assert member is not None
    try:
        with transaction.atomic():
            task = routing.acknowledge(
                task_id=page.task_id, member=member, actor=case.actor, now=case.now
            )
    except LostRace as lost:
        return _lost(page, lost, case)
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
    if task.acknowledged_at and task.owner_id == page.member_id:
        return wording.STANDS
    outbox.pass_on(intent_id=page.pk, actor=case.actor, now=case.now)
    return wording.PASSED_ON


def _stop(case: Case) -> str:
    for contact in case.caller.contacts:
        if contact.channel == Channel.SMS:
            outbox.break_contact(
                contact_id=contact.pk, why=Broken.OPTED_OUT, actor=case.actor, now=case.now
            )
            _tell(contact.member_id, wording.STOPPED, case)
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
    _show_somebody(case)
    return wording.unclear([one.reference for one in open_pages(case.caller, case.now)])


WORKS: dict[Asked, Callable[[Case], str]] = {
    Asked.TAKE: _take, Asked.DECLINE: _decline, Asked.STOP: _stop, Asked.START: _start,
    Asked.HELP: _help, Asked.UNCLEAR: _unclear,
}  # fmt: skip


def _lost(page: Intent, lost: LostRace, case: Case) -> str:
    task = Task.objects.get(pk=str(page.task_id))
    return wording.somebody_has_it(lost.who, lost.when, ended=not task.is_open, now=case.now)


def _stands(page: Intent, member: Membership, case: Case) -> str:
    """It cannot be taken: it is theirs already, or it waits for something."""
    task = Task.objects.get(pk=str(page.task_id))
    if task.owner_id == member.pk and task.acknowledged_at:
        return wording.has_it(due_at=due_of(task.pk), now=case.now)
    return wording.not_taken("The task is on hold.")


def _say_back(case: Case, text: str) -> None:
    contact = case.caller.contact
    if contact is None:
        return
    saying = Saying(
        key=f"answer:{case.reply.pk}", member_id=contact.member_id, task_id=None,
        channel=Channel.SMS, contact_id=contact.pk, urgency=Urgency.NOTICE, template=ANSWERS,
        subject="ClearChart", body=text, rank=RANK[Urgency.PAGE] + 1, at=case.now,
    )  # fmt: skip
    outbox.intend([saying], actor=case.actor, now=case.now)


def _show_somebody(case: Case) -> None:
    """Nothing that a person wrote is lost: who leads is told that there is something to read."""
    leads = [Role.SUPERVISOR.value, Role.PRACTICE_MANAGER.value]
    active = Membership.objects.filter(is_active=True)
    told = active.filter(roles__overlap=leads) or active
    for member_id in told.values_list("pk", flat=True):
        _tell(member_id, "An answer from a phone was not understood. Read it below.", case,
              template=UNREAD)  # fmt: skip


def _tell(member_id: UUID, text: str, case: Case, *, template: str = ANSWERS) -> None:
    saying = Saying(
        key=f"{template}:{case.reply.pk}:{member_id}", member_id=member_id, task_id=None,
        channel=Channel.IN_APP, contact_id=None, urgency=Urgency.NOTICE, template=template,
        body=text, at=case.now,
    )  # fmt: skip
    outbox.intend([saying], actor=case.actor, now=case.now)
