"""What is left of a life, so that a disturbed one can be held against one that was not."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from audit.models import AuditEvent
from charts.models import ChartItem
from escalation.models import Clock, StepFired
from integrations.models import InboundMessage
from outbox.models import Intent
from routing.models import RoutingDecision, TaskTransition
from tests.flows.killing.lives import Life

Account = dict[str, Any]


def account(life: Life, received: Counter[str]) -> Account:
    """Everything that one life left, less ids and instants.

    Args:
        received: how often the provider has what, by the id of the intent.
    """
    with life.elm.scoped(), transaction.atomic():
        messages = list(InboundMessage.objects.filter(control_id=life.control))
        items = list(ChartItem.objects.filter(key__contains=life.order).prefetch_related("tasks"))
        tasks = [task for item in items for task in item.tasks.all()]
        clocks = list(Clock.objects.filter(task__in=tasks))
        intents = list(Intent.objects.filter(task__in=tasks))
        return {
            "messages": [(one.state, one.reused_control_id) for one in messages],
            "items": [(one.status, one.severity, one.version) for one in items],
            "tasks": [
                (one.status, one.priority, one.owner_id, one.version, one.outcome)
                for one in tasks
            ],
            "acknowledged": [one.acknowledged_at is not None for one in tasks],
            "history": sorted(
                TaskTransition.objects.filter(task__in=tasks)
                .values_list("version", "move", "before", "after", "owner")
            ),
            "decisions": RoutingDecision.objects.filter(task__in=tasks).count(),
            "clocks": sorted((one.kind, one.end) for one in clocks),
            "steps": sorted(
                StepFired.objects.filter(clock__in=clocks)
                .values_list("clock__kind", "step__position", "round", "result", "member")
            ),
            "intents": sorted(
                (one.channel, str(one.member_id), one.urgency, _state(one.state),
                 received[str(one.pk)])
                for one in intents
            ),
            "attempts": _ends_of_attempts(intents),
            "audit": _audited(messages, items, tasks, clocks, intents),
        }  # fmt: skip


def _ends_of_attempts(intents: Sequence[Intent]) -> list[str]:
    """The last one got it through or found that it had been; at most one was ended by nobody."""
    tries = [list(one.tries.order_by("fence")) for one in intents]
    assert all(len(each) <= 2 for each in tries)
    return sorted("through" if each[-1].result in ("accepted", "found") else each[-1].result
                  for each in tries if each)  # fmt: skip


def _audited(*kinds: Iterable[Any]) -> list[tuple[str, str]]:
    ids = [row.pk for rows in kinds for row in rows]
    events = AuditEvent.objects.filter(entity_id__in=ids)
    return sorted((entity, _state(action)) for entity, action in
                  events.values_list("entity", "action"))  # fmt: skip


def _state(said: str) -> str:
    """What was looked up is as far as the provider lists it: delivered, where else it is sent."""
    return said.replace("delivered", "sent")


def differences(found: Account, expected: Account) -> list[str]:
    """A sentence for each part that is not as it must be."""
    return [
        f"{part}: {found[part]} and not {expected[part]}"
        for part in expected
        if found[part] != expected[part]
    ]


def broken_promises(found: Account, told: Iterable[str]) -> list[str]:
    """What somebody outside had been told, before the end came, and is not there after it."""
    lost = []
    if "stored" in told and not found["messages"]:
        lost.append("lost: acknowledged to the laboratory, and not stored")
    if "acknowledged" in told and found["acknowledged"] != [True]:
        lost.append("lost: an acknowledgement that was confirmed")
    return lost
