"""A page that the provider took and said nothing more of: watched, and said another way in time."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from outbox.channels import pace
from outbox.models import Intent, Urgency
from outbox.operations import diverting
from outbox.operations.claiming import is_asked
from outbox.states import IntentState
from routing.models import Task
from tenants import wake
from tenants.models import Topic


def watch(intent: Intent, *, now: datetime) -> None:
    """Have a page about a task looked at again, in the transaction that says that it is out."""
    is_page = intent.urgency == Urgency.PAGE and intent.task_id is not None
    if is_page and intent.state == IntentState.SENT:
        wake.call(Topic.UNHEARD, [(intent.pk, now + pace.UNHEARD_AFTER)])


@transaction.atomic
def doubt(*, intent_id: UUID, actor: Actor, now: datetime) -> bool:
    """Take a page for one that may not have arrived, once, and say it another way at once.

    It stays sent: a report that comes late still counts. Whoever answered was reached.
    Lock order: task, then intents by their ids.
    """
    about = Intent.objects.filter(pk=intent_id).values_list("task", flat=True).get()
    task = Task.objects.lock([about]).first()
    rows = diverting.lock_family(intent_id)
    intent = rows[intent_id]
    intent.task = task
    is_settled = intent.state != IntentState.SENT or intent.unheard_at is not None
    has_answered = rows[intent.origin_id or intent_id].unreached_at is not None
    if is_settled or has_answered or not is_asked(intent):
        return False
    intent.unheard_at = now
    intent.save(update_fields=["unheard_at"])
    log.record("intent.unheard", entity=intent, outcome="failed",
               detail={"channel": intent.channel}, actor=actor, now=now)  # fmt: skip
    diverting.divert(intent, rows, actor=actor, now=now)
    return True
