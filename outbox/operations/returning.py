"""What a provider tells afterwards: delivered, or refused for good; then the next way is tried."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from outbox import choosing, states
from outbox.failures import Broken, failure_of
from outbox.models import Attempt, Contact, Intent, Urgency
from outbox.operations.intending import Saying, intend
from outbox.states import IntentState, Stays, Step
from routing.models import Task
from tenants import wake
from tenants.models import Topic

NEXT = ">"
"""In a key: the same occasion, over another contact."""


@transaction.atomic
def deliver(
    *, intent_id: UUID, step: Step, code: str = "", provider_id: str = "", actor: Actor,
    now: datetime,
) -> bool:  # fmt: skip
    """Take over what the provider says of an intent; whether that changed anything.

    The table of transitions decides: what comes late, twice or out of order finds no move. What is
    said of another message than the one that we know of is about a repeat, and changes nothing.
    """
    intent = Intent.objects.lock([intent_id]).first()
    if intent is None or (intent.provider_id and provider_id not in ("", intent.provider_id)):
        return False
    end = states.after(step, IntentState(intent.state))
    if isinstance(end, Stays):
        return False
    if step is Step.FAIL:
        intent.provider_id = intent.provider_id or provider_id
        give_up(intent, code=code, actor=actor, now=now)
        return True
    intent.provider_id = intent.provider_id or provider_id
    _take_over(intent, end, actor=actor, now=now)
    return True


def _take_over(intent: Intent, end: IntentState, *, actor: Actor, now: datetime) -> None:
    """The provider has it, so whoever was sending it need not find out any more."""
    Attempt.objects.filter(intent=intent, fence=intent.fence, ended_at__isnull=True).update(
        ended_at=now, result="found"
    )
    intent.state, intent.lease_until = end, None
    intent.sent_at = intent.sent_at or now
    if end is IntentState.DELIVERED:
        intent.delivered_at = now
    intent.save(update_fields=["state", "lease_until", "provider_id", "sent_at", "delivered_at"])
    log.record(f"intent.{end}", entity=intent, detail={"channel": intent.channel},
               actor=actor, now=now)  # fmt: skip


@transaction.atomic
def give_up(intent: Intent, *, code: str, actor: Actor, now: datetime) -> Intent | None:
    """A locked intent cannot be said on its channel: mark the contact, and try the next one.

    Returns what is said instead; None where nothing is left, and then the task is looked at again.
    """
    known = failure_of(code)
    intent.state, intent.lease_until = IntentState.FAILED, None
    intent.failure = known.words[:120]
    intent.save(update_fields=["state", "lease_until", "failure", "provider_id"])
    detail = {"channel": intent.channel, "code": code[:20]}
    log.record(
        "intent.failed", entity=intent, outcome="failed", detail=detail, actor=actor, now=now
    )
    if known.breaks and intent.contact_id:
        break_contact(contact_id=intent.contact_id, why=known.breaks, actor=actor, now=now)
    if intent.urgency != Urgency.PAGE or intent.contact_id is None or not _still_wanted(intent):
        return None
    return _next_way(intent, actor=actor, now=now)


@transaction.atomic
def break_contact(*, contact_id: UUID, why: Broken, actor: Actor, now: datetime) -> None:
    """Nothing is sent there any more, until they say so or prove it again."""
    if Contact.objects.filter(pk=contact_id, broken_at__isnull=True).update(
        broken_at=now, broken_reason=why
    ):
        log.record("contact.broken", entity=Contact(pk=contact_id), detail={"why": why},
                   actor=actor, now=now)  # fmt: skip


def _still_wanted(intent: Intent) -> bool:
    """Whether nobody has done yet what it asks for. The sender asks again, just before."""
    if intent.task_id is None or not intent.until:
        return True
    waiting = Task.objects.open().filter(pk=intent.task_id)
    if intent.until == Intent.Until.ACKNOWLEDGED:
        waiting = waiting.filter(acknowledged_at__isnull=True)
    return waiting.exists()


def _next_way(intent: Intent, *, actor: Actor, now: datetime) -> Intent | None:
    """The same page over the next contact that was not tried; each at most once."""
    assert intent.member_id is not None
    root = intent.key.partition(NEXT)[0]
    same = Intent.objects.filter(key__startswith=root, member=intent.member_id)
    tried = set(same.values_list("contact", flat=True))
    way = choosing.reach([intent.member_id]).next_page(intent.member_id, tried, now=now)
    if way is None:
        log.record("intent.no-way-left", entity=intent, outcome="failed", actor=actor, now=now)
        if intent.task_id:
            wake.call(Topic.TASK, [(intent.task_id, now)])
        return None
    [said] = intend(
        [
            Saying(
                key=f"{root}{NEXT}{way.contact_id}", member_id=intent.member_id,
                task_id=intent.task_id, channel=way.channel, contact_id=way.contact_id,
                urgency=intent.urgency, until=intent.until, template=intent.template,
                subject=intent.subject, body=intent.body, reference=intent.reference,
                rank=intent.rank, at=now,
            )
        ],
        actor=actor, now=now,
    )  # fmt: skip
    return said
