"""What a person must know of a subscription: one open task about it, closed when it lives again."""

from datetime import datetime

from django.utils.translation import gettext_noop as _

from audit.actors import Actor
from integrations.models import InboundMessage, Subscription
from routing import operations as routing
from routing.categories import Category
from routing.models import Task

SILENT = _("silent longer than its heartbeat")
LOST = _("events are missing and could not be recovered")
REPORTED = _("the EHR reports an error")
SWITCHED_OFF = _("the EHR has switched it off")

REASONS = (SILENT, LOST, REPORTED, SWITCHED_OFF)
"""Why a subscription is in trouble: `Subscription.last_failure` and the reason of the task."""


def sender_of(subscription: str) -> str:
    """How the messages of a subscription name their sender."""
    return f"Subscription/{subscription}"


def worry(row: Subscription, reason: str, *, actor: Actor, now: datetime) -> None:
    """Let a person look at the last that was heard of it."""
    last = (
        InboundMessage.objects.filter(feed=row.feed_id, sender=sender_of(row.remote_id))
        .newest_first()
        .values_list("pk", flat=True)
        .first()
    )
    if last is None:
        return
    routing.open_message_task(
        message_id=last, title=_("An EHR's subscription has stopped working"), reason=reason,
        actor=actor, now=now,
    )  # fmt: skip


def relieve(row: Subscription, *, actor: Actor, now: datetime) -> None:
    """It works again: the task about it is done."""
    if not row.remote_id:
        return
    told = InboundMessage.objects.filter(feed=row.feed_id, sender=sender_of(row.remote_id))
    open_ones = Task.objects.open().filter(
        category=Category.QUARANTINED_MESSAGE, status_reason__in=REASONS,
        message_id__in=told.values("pk"),
    )  # fmt: skip
    ids = [known for known in open_ones.values_list("message_id", flat=True) if known]
    if ids:
        routing.close_message_task(message_ids=ids, actor=actor, now=now)


def is_told(message: InboundMessage, reason: str) -> bool:
    """Whether a person has this reason open already, from a message of the same feed."""
    same = InboundMessage.objects.filter(feed=message.feed_id)
    return (
        Task.objects.open()
        .filter(
            category=Category.QUARANTINED_MESSAGE, status_reason=reason[:120],
            message_id__in=same.values("pk"),
        )
        .exists()
    )  # fmt: skip
