"""What came of an attempt is written by whoever still holds its fence; others change nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from outbox.channels import pace
from outbox.channels.outcomes import Accepted, Busy, Moot, Outcome, Refused, Unknown
from outbox.models import Attempt, Intent
from outbox.operations import diverting, unheard, withdrawing
from outbox.operations.contacts import break_contact
from outbox.operations.intending import topic_of
from outbox.states import IntentState
from routing.models import Task
from tenants import wake
from tenants.models import Topic

RESULTS: dict[type[Any], str] = {
    Accepted: "accepted", Refused: "refused", Busy: "refused", Unknown: "unknown", Moot: "moot",
}  # fmt: skip

SETTLED = (
    "state", "next_at", "lease_until", "sent_at", "delivered_at", "provider_id", "failure",
)  # fmt: skip


@transaction.atomic
def settle(
    *, intent_id: UUID, fence: int, outcome: Outcome, was_found: bool = False, actor: Actor,
    now: datetime,
) -> bool:  # fmt: skip
    """Write what came of our attempt; False where the fence is another's by now.

    Lock order: task, contact, then intents by their ids, then the attempt: a call-back may come
    before the answer, and takes them in the same order. An accepted one needs no task.
    """
    if not isinstance(outcome, Accepted | Moot):
        _lock_above(intent_id, outcome, actor=actor, now=now)
    rows = diverting.lock_family(intent_id)
    _end_attempt(intent_id, fence, outcome, was_found=was_found, now=now)
    intent = rows[intent_id]
    if intent.fence != fence or intent.state != IntentState.SENDING:
        return False
    WRITE[type(outcome)](intent, outcome, now)
    _follow(intent, now=now)
    log.record(
        f"intent.{intent.state}", entity=intent, actor=actor, now=now,
        detail={"channel": intent.channel, "fence": fence, "result": RESULTS[type(outcome)]},
    )  # fmt: skip
    if not isinstance(outcome, Accepted | Moot):
        diverting.divert(intent, rows, actor=actor, now=now)
    return True


def _lock_above(intent_id: UUID, outcome: Outcome, *, actor: Actor, now: datetime) -> None:
    """Lock the task, then mark the contact, before any intent is touched."""
    known = Intent.objects.filter(pk=intent_id).values("task", "contact").get()
    if known["task"]:
        list(Task.objects.lock([known["task"]]).values("pk"))
    if isinstance(outcome, Refused) and outcome.broken and known["contact"]:
        break_contact(contact_id=known["contact"], why=outcome.broken, actor=actor, now=now)


def _end_attempt(
    intent_id: UUID, fence: int, outcome: Outcome, *, was_found: bool, now: datetime
) -> None:
    why = outcome.provider_id if isinstance(outcome, Accepted) else outcome.why
    Attempt.objects.filter(intent=intent_id, fence=fence, ended_at=None).update(
        ended_at=now, result="found" if was_found else RESULTS[type(outcome)], detail=why[:120]
    )


def _accepted(intent: Intent, outcome: Accepted, now: datetime) -> None:
    is_done = outcome.is_delivered
    intent.state = IntentState.DELIVERED if is_done else IntentState.SENT
    intent.sent_at, intent.lease_until, intent.failure = now, None, ""
    intent.delivered_at = now if is_done else None
    intent.provider_id = outcome.provider_id


def _refused(intent: Intent, outcome: Refused, _: datetime) -> None:
    intent.state, intent.lease_until = IntentState.FAILED, None
    intent.failure = outcome.why[:120]
    intent.provider_id = outcome.provider_id or intent.provider_id


def _busy(intent: Intent, outcome: Busy, now: datetime) -> None:
    intent.state, intent.lease_until = IntentState.PENDING, None
    intent.next_at = outcome.until or pace.after(intent.attempts, now)
    intent.failure = outcome.why


def _unknown(intent: Intent, outcome: Unknown, _: datetime) -> None:
    """It stays claimed: at the end of the lease the provider is asked."""
    intent.failure = outcome.why


def _moot(intent: Intent, _: Moot, __: datetime) -> None:
    intent.state, intent.lease_until = IntentState.CANCELLED, None


WRITE: dict[type[Any], Callable[[Intent, Any, datetime], None]] = {
    Accepted: _accepted, Refused: _refused, Busy: _busy, Unknown: _unknown, Moot: _moot,
}  # fmt: skip


def _follow(intent: Intent, *, now: datetime) -> None:
    """Save it, with what went out in its message, and wake whoever must look again."""
    intent.save(update_fields=SETTLED)
    unheard.watch(intent, now=now)
    withdrawing.follow(intent, now=now)
    carried = Intent.objects.filter(carrier=intent, state=IntentState.SENDING)
    if intent.state == IntentState.PENDING:
        wake.call(topic_of(intent.urgency), [(intent.pk, intent.next_at)])
    if intent.state in (IntentState.SENT, IntentState.DELIVERED):
        carried.update(state=intent.state, sent_at=now, delivered_at=intent.delivered_at,
                       lease_until=None)  # fmt: skip
    elif intent.state != IntentState.SENDING:
        at = intent.next_at if intent.state == IntentState.PENDING else now
        let_go(list(carried.values_list("pk", flat=True)), at=at)


def let_go(ids: list[UUID], *, at: datetime) -> None:
    """What was to go with another intent goes by itself."""
    Intent.objects.filter(pk__in=ids).update(
        state=IntentState.PENDING, carrier=None, lease_until=None, next_at=at
    )
    wake.call(Topic.INTENT, [(pk, at) for pk in ids])
