"""A subscription was heard of: it lives, or the EHR says that it does not."""

from datetime import datetime

from audit import log
from audit.actors import Actor
from integrations.fhir.subscriptions import Kind, Notification
from integrations.models import NotifiedEvent, Subscription
from integrations.notifications.worries import REPORTED, SWITCHED_OFF, relieve, worry

BROKEN = {
    "error": REPORTED,
    "off": SWITCHED_OFF,
    "entered-in-error": SWITCHED_OFF,
}
"""SubscriptionStatus.status, where it means that nothing more will come."""

COUNTS = ("events_seen", "gap_from", "gap_to", "gap_since")


def heard(row: Subscription, said: Notification, *, actor: Actor, now: datetime) -> None:
    """Note the sign of life. The row is locked."""
    before = row.status
    row.last_heard_at = now
    row.remote_id = row.remote_id or said.subscription
    row.last_failure = BROKEN.get(said.status, "")
    row.status = Subscription.Status.ERROR if row.last_failure else Subscription.Status.ACTIVE
    if _begins_anew(row, said):
        # Its numbers begin again: those of its former life are other events.
        NotifiedEvent.objects.filter(feed=row.feed_id, subscription=said.subscription).delete()
        row.events_seen = 0
        row.gap_from = row.gap_to = row.gap_since = None
    row.save(update_fields=["last_heard_at", "remote_id", "last_failure", "status", *COUNTS])
    if row.status == before:
        return
    log.record("subscription.status-changed", entity=row,
               detail={"before": before, "after": row.status}, actor=actor, now=now)  # fmt: skip
    if row.status == Subscription.Status.ACTIVE:
        relieve(row, actor=actor, now=now)
    else:
        worry(row, row.last_failure, actor=actor, now=now)


def _begins_anew(row: Subscription, said: Notification) -> bool:
    return said.kind == Kind.HANDSHAKE and said.count is not None and said.count < row.events_seen
