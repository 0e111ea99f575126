"""What the cadence did on the days that are over: each look at its own instant, by the product's
own verbs. What it wrote reached the patient; what it asked of people, they did the day after."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from accounts.models import Membership
from audit.actors import Actor
from outbox import delivery
from outbox import operations as outbox
from outbox.channels.outcomes import Accepted
from referrals import chasing, operations
from referrals.models import FollowUp
from routing import operations as routing
from routing.models import Task
from tenants import scope
from tenants.ids import uuid7
from tenants.models import Topic, Wake

MANY = 10_000
DONE_AFTER = timedelta(hours=23)
LEFT = timedelta(days=9)
"""What was asked since then is still to be done."""
QUICK = timedelta(seconds=2)
"""How long it took until a message was known to have arrived."""


@dataclass(slots=True)
class Chased:
    """The practice in scope, one referral after the other; `now`: the last instant there is."""

    coordinator: Membership
    now: datetime

    def until(self, at: datetime, referral_id: UUID) -> None:
        """Look, write and work at every instant that came by then."""
        step = _next(None, referral_id, by=at)
        while step is not None:
            self._work_off(by=step)
            _look(referral_id, now=step)
            _send(now=step)
            step = _next(step, referral_id, by=at)
        self._work_off(by=at)

    def _work_off(self, *, by: datetime) -> None:
        """What was asked a day ago is done, unless it was asked these days."""
        before = min(by - DONE_AFTER, self.now - LEFT)
        asked = FollowUp.objects.filter(pk=OuterRef("about_id"), asked_at__lte=before)
        done = Task.objects.open().annotate(asked_at=Subquery(asked.values("asked_at")))
        for pk, at in done.filter(asked_at__isnull=False).values_list("pk", "asked_at"):
            routing.complete(task_id=pk, member=self.coordinator, now=at + DONE_AFTER,
                             actor=Actor.person(self.coordinator))  # fmt: skip


def _next(after: datetime | None, referral_id: UUID, *, by: datetime) -> datetime | None:
    ours = Q(topic=Topic.CADENCE, about=referral_id) | Q(topic=Topic.INTENT)
    due = Wake.objects.filter(ours, practice_id=scope.current(), at__lte=by)
    later = due.filter(at__gt=after) if after else due
    return later.order_by("at").values_list("at", flat=True).first()


def _look(referral_id: UUID, *, now: datetime) -> None:
    """The others are not yet where they would be at this instant."""
    due = Wake.objects.filter(topic=Topic.CADENCE, about=referral_id, at__lte=now)
    if due.filter(practice_id=scope.current()).delete()[0]:
        cases = operations.hold([referral_id], now=now)
        operations.chase(referral_id=referral_id, among=cases, actor=chasing.ACTOR, now=now)


def _send(*, now: datetime) -> None:
    for claimed in outbox.claim(limit=MANY, actor=delivery.ACTOR, now=now):
        intent = claimed.intent
        outbox.settle(
            intent_id=intent.pk, fence=intent.fence, actor=delivery.ACTOR, now=now + QUICK,
            outcome=Accepted(f"SM{uuid7().hex}", is_delivered=True),
        )  # fmt: skip
