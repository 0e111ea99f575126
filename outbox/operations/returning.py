"""What a provider tells afterwards: delivered, or refused for good; then the next way is tried."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from outbox import states
from outbox.failures import failure_of
from outbox.models import Attempt, Channel, Intent, Urgency
from outbox.operations import diverting, settling, unheard, withdrawing
from outbox.operations.claiming import is_asked
from outbox.operations.contacts import break_contact
from outbox.states import IntentState, Stays, Step
from routing.models import Task


@transaction.atomic
def deliver(
    *, intent_id: UUID, step: Step, code: str = "", provider_id: str = "", actor: Actor,
    now: datetime,
) -> bool:  # fmt: skip
    """Take over what the provider says of an intent; whether that changed anything.

    The table of transitions decides: what comes late, twice or out of order finds no move. What is
    said of another message than the one that we know of is about a repeat, and changes nothing.
    """
    seen = Intent.objects.filter(pk=intent_id).first()
    if seen is None or _end_of(seen, step, provider_id) is None:
        return False
    task = Task.objects.lock([seen.task_id]).first() if seen.task_id else None
    known = failure_of(code)
    if step is Step.FAIL and known.breaks and seen.contact_id:
        break_contact(contact_id=seen.contact_id, why=known.breaks, actor=actor, now=now)
    rows = diverting.lock_family(intent_id)
    intent = rows[intent_id]
    end = _end_of(intent, step, provider_id)
    if end is None:
        return False
    intent.task, intent.state, intent.lease_until = task, end, None
    _name(intent, provider_id)
    if end is IntentState.FAILED:
        _fail(intent, rows, code, actor=actor, now=now)
    else:
        _take_over(intent, rows, actor=actor, now=now)
    return True


def _end_of(intent: Intent, step: Step, provider_id: str) -> IntentState | None:
    if intent.provider_id and provider_id not in ("", intent.provider_id):
        return None
    end = states.after(step, IntentState(intent.state))
    return None if isinstance(end, Stays) else end


def _name(intent: Intent, provider_id: str) -> None:
    """Keep the provider's name of it, where no other intent bears that one."""
    taken = Intent.objects.filter(provider_id=provider_id).exclude(pk=intent.pk)
    if provider_id and not intent.provider_id and not taken.exists():
        intent.provider_id = provider_id


def _take_over(intent: Intent, rows: Mapping[UUID, Intent], *, actor: Actor, now: datetime) -> None:
    """The provider has it, so whoever was sending it need not find out any more."""
    Attempt.objects.filter(intent=intent, fence=intent.fence, ended_at__isnull=True).update(
        ended_at=now, result="found"
    )
    for row in [intent, *_carried(intent, rows)]:
        row.state, row.lease_until, row.sent_at = intent.state, None, row.sent_at or now
        row.delivered_at = now if intent.state == IntentState.DELIVERED else None
        row.save(update_fields=["state", "lease_until", "provider_id", "sent_at", "delivered_at"])
    unheard.watch(intent, now=now)
    log.record(f"intent.{intent.state}", entity=intent, detail={"channel": intent.channel},
               actor=actor, now=now)  # fmt: skip


def _fail(
    intent: Intent, rows: Mapping[UUID, Intent], code: str, *, actor: Actor, now: datetime
) -> None:
    """Say why, let go what went with it, and try the person's next contact at once."""
    intent.failure = failure_of(code).words[:120]
    intent.save(update_fields=["state", "lease_until", "failure", "provider_id"])
    settling.let_go([row.pk for row in _carried(intent, rows)], at=now)
    withdrawing.follow(intent, now=now)
    detail = {"channel": intent.channel, "code": code[:20]}
    log.record(
        "intent.failed", entity=intent, outcome="failed", detail=detail, actor=actor, now=now
    )
    if is_asked(intent):
        diverting.divert(intent, rows, actor=actor, now=now)


def _carried(intent: Intent, rows: Mapping[UUID, Intent]) -> list[Intent]:
    return [row for row in rows.values() if row.carrier_id == intent.pk]


@transaction.atomic
def pass_on(*, intent_id: UUID, actor: Actor, now: datetime) -> None:
    """Whoever was paged says no: somebody else is to be found now."""
    rows = diverting.lock_family(intent_id)
    origin = rows[rows[intent_id].origin_id or intent_id]
    log.record("page.declined", entity=origin, actor=actor, now=now)
    diverting.mark_unreached(origin, actor=actor, now=now)


@transaction.atomic
def give_up_pages(member_ids: Iterable[UUID], *, actor: Actor, now: datetime) -> int:
    """These people cannot hear what they were paged for: somebody else is to be found now.

    Of several pages to one person about the same, the last one counts. Returns how many.
    """
    rows = Intent.objects.filter(
        member__in=list(member_ids), urgency=Urgency.PAGE, origin=None, task__ended_at=None,
        task__isnull=False, unreached_at__isnull=True,
    ).exclude(channel=Channel.IN_APP)  # fmt: skip
    newest = rows.order_by("member", "task", "until", "-created_at", "-pk")
    pages = newest.distinct("member", "task", "until").select_related("task")
    asked = [page.pk for page in pages if is_asked(page)]
    for page in Intent.objects.lock(asked):
        diverting.mark_unreached(page, actor=actor, now=now)
    return len(asked)
