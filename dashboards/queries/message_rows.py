"""Messages as rows: their heads, never their bodies."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.rows import MessageRow
from dashboards.words import later
from integrations.models import InboundMessage, MessageState
from routing.models import RoutingDecision
from routing.said import spoken

STATES = {
    MessageState.RECEIVED: ("waiting", later("Waiting")),
    MessageState.PROCESSED: ("done", later("Processed")),
    MessageState.QUARANTINED: ("quarantined", later("Quarantined")),
    MessageState.REJECTED: ("quarantined", later("Rejected")),
    MessageState.DISCARDED: ("ignored", later("Set aside")),
}

HEAD = (
    "id", "practice", "standard", "arrived", "received_at", "sender", "control_id", "type",
    "is_test", "reused_control_id", "state", "klass", "cause", "faults", "ack", "attempts",
    "processed_at", "feed__id", "feed__name", "feed__slug", "feed__time_zone",
)  # fmt: skip
"""Everything but the body."""


def heads() -> Any:
    """Messages without their bodies."""
    return InboundMessage.objects.select_related("feed").only(*HEAD)


def rows(messages: Sequence[InboundMessage], desk: Desk) -> tuple[MessageRow, ...]:
    """Ready to be read, each with how many tasks it touched."""
    made = _tasks_made([message.pk for message in messages])
    return tuple(row(message, desk, tasks=made.get(message.pk, 0)) for message in messages)


def _tasks_made(ids: Sequence[UUID]) -> dict[UUID, int]:
    decided = RoutingDecision.objects.filter(message_id__in=ids).values_list("message_id")
    return dict(decided.annotate(made=Count("task", distinct=True)).order_by("message_id"))


def row(message: InboundMessage, desk: Desk, *, tasks: int) -> MessageRow:
    """One message."""
    status, said = STATES[MessageState(message.state)]
    kind = message.klass.replace("-", " ").capitalize() if message.klass else _("not read")
    return MessageRow(
        id=str(message.pk),
        url=reverse("dashboards:message", args=[message.pk]),
        received=words.moment(message.received_at, zone=desk.zone, now=desk.now),
        feed=message.feed.name,
        type=message.type or _("No type"),
        type_words=_("%(kind)s, test") % {"kind": kind} if message.is_test else kind,
        control_id=message.control_id,
        status=status,
        status_words=said,
        ack=message.ack,
        tasks=words.plural("%(count)s task", "%(count)s tasks", tasks) if tasks else "",
        reason=spoken(message.cause),
    )
