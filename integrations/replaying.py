"""Set-aside messages through the real path: in earnest, or as a preview that leaves nothing.

Both run the same lines. A preview is rolled back whole, so it cannot promise what a replay would
not do; messages that build on each other are tried in the order in which they came.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from charts.models import ItemVersion
from integrations import intake, operations
from integrations.events import ItemReported
from integrations.models import InboundMessage, MessageState
from integrations.models.message import WAITING
from integrations.operations import NotWaiting
from integrations.outcomes import Outcome
from routing.operations.desk import Action

MOST = 100
"""Messages of one replay: a person waits for the answer."""


class Verdict(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    """It moved, updated or closed tasks that were there."""
    HELD = "held"
    """All that it says is here already; nothing was done twice."""
    NO_WORK = "no-work"
    FAILED = "failed"
    BEHIND = "behind"
    """An older message about the same thing must go first."""
    PUT_OFF = "put-off"
    """The fault is ours; it is in line and is tried again by itself."""
    GONE = "gone"
    """Somebody else replayed it, or set it aside."""


@dataclass(frozen=True, slots=True)
class Made:
    """One task that a message made or changed."""

    task_id: UUID
    category: str
    action: str


@dataclass(frozen=True, slots=True)
class Came:
    """What one message came to. Holds no patient's data."""

    message_id: UUID
    verdict: Verdict
    cause: str = ""
    tasks: tuple[Made, ...] = ()


@transaction.atomic
def preview(message_ids: Sequence[UUID], *, actor: Actor, now: datetime) -> list[Came]:
    """What a replay would come to now. Nothing of it stays but the note that somebody asked."""
    with transaction.atomic():
        came = _all(message_ids, actor=actor, now=now)
        transaction.set_rollback(True)
    log.record("message.replay-previewed", detail={"messages": len(came)}, actor=actor, now=now)
    return came


@transaction.atomic
def replay_now(message_ids: Sequence[UUID], *, actor: Actor, now: datetime) -> list[Came]:
    """Put messages back in line and work on them at once, the oldest first."""
    return _all(message_ids, actor=actor, now=now)


def _all(message_ids: Sequence[UUID], *, actor: Actor, now: datetime) -> list[Came]:
    found = InboundMessage.objects.filter(pk__in=list(message_ids)[:MOST]).order_by("arrived")
    return [_one(pk, actor=actor, now=now) for pk in list(found.values_list("pk", flat=True))]


def _one(message_id: UUID, *, actor: Actor, now: datetime) -> Came:
    try:
        operations.replay(message_id=message_id, actor=actor, now=now)
    except NotWaiting:
        return Came(message_id, Verdict.GONE)
    message = InboundMessage.objects.select_related("feed").get(pk=message_id)
    if _is_behind(message):
        return Came(message_id, Verdict.BEHIND)
    outcome = intake.process_alone(message, now=now)
    if outcome is not None:
        return _came(outcome)
    failed = message.state == MessageState.QUARANTINED
    return Came(message_id, Verdict.FAILED if failed else Verdict.PUT_OFF, cause=message.cause)


def _is_behind(message: InboundMessage) -> bool:
    older = InboundMessage.objects.filter(
        order_key=message.order_key, state__in=WAITING, arrived__lt=message.arrived
    )
    return bool(message.order_key) and older.exists()


def _came(outcome: Outcome) -> Came:
    tasks = tuple(
        Made(placed.task.pk, placed.task.category, placed.action.value) for placed in outcome.placed
    )
    return Came(outcome.message.pk, _verdict(outcome), tasks=tasks)


def _verdict(outcome: Outcome) -> Verdict:
    actions = {placed.action for placed in outcome.placed}
    if actions & {Action.CREATE, Action.REOPEN}:
        return Verdict.CREATED
    if actions:
        return Verdict.CHANGED
    reported = any(isinstance(event, ItemReported) for event in outcome.reading.events)
    if not reported or outcome.reading.type == "test":
        return Verdict.NO_WORK
    news = ItemVersion.objects.filter(message_id=outcome.message.pk).exists()
    return Verdict.NO_WORK if news else Verdict.HELD
