"""Intents that are due are claimed under a lease, in the transaction that says when it ends."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q

from audit import log
from audit.actors import Actor
from outbox.channels import pace
from outbox.channels.outcomes import Sighting
from outbox.models import SAID, Attempt, Channel, Intent, Preference, Urgency
from outbox.operations.intending import TOPICS, reference, topic_of
from outbox.states import OPEN, IntentState
from tenants import bulk, scope, wake

SHOWN = ("member", "contact__patient", "task__patient")

CLEAR = """
WITH front AS MATERIALIZED (
    SELECT w.id, w.about FROM unnest(%(topics)s::text[]) AS one (topic) CROSS JOIN LATERAL (
        SELECT id, about FROM tenants_wake
        WHERE topic = one.topic AND practice_id = %(practice)s AND at <= %(now)s
        ORDER BY at LIMIT %(look)s
    ) w
), due AS MATERIALIZED (
    SELECT id FROM outbox_intent
    WHERE practice_id = %(practice)s AND id = ANY(ARRAY(SELECT about FROM front))
      AND state IN ('pending', 'sending') AND next_at <= %(now)s AND carrier_id IS NULL
)
DELETE FROM tenants_wake w USING (
    SELECT id FROM tenants_wake WHERE id = ANY(ARRAY(
        SELECT id FROM front WHERE about NOT IN (SELECT id FROM due)
    )) FOR UPDATE SKIP LOCKED
) gone WHERE w.id = gone.id
"""
"""Wakes of what is not due any more: just claimed, put off or done. Each has a wake of its own
for its next instant, written with it. What is due is looked up once for all of them: with
statistics from before a storm the planner may read a whole backlog, and for each wake it would
do so again."""

LOOK = 200
"""Wakes looked at after a claim, the oldest first: more than one claim can leave behind, and few
beside what a backlog holds."""


@dataclass(slots=True)
class Claimed:
    """An intent under our lease."""

    intent: Intent
    is_unknown: bool
    """It was claimed before and nobody knows what came of it."""
    carried: list[Intent] = field(default_factory=list)
    """What goes out with it in one message."""


@transaction.atomic
def claim(
    *, limit: int, pages_only: bool = False, actor: Actor, now: datetime
) -> list[Claimed]:  # fmt: skip
    """Claim what is due, the most urgent first; what nobody asks for any more is cancelled.

    Pending ones, and those whose lease ran out, in one queue: recovery does not wait behind new
    work. What another worker holds is passed over.
    """
    due = _due(limit=limit, pages_only=pages_only, now=now)
    moot = [row for row in due if row.state == IntentState.PENDING and not is_asked(row)]
    wanted = [row for row in due if row not in moot]
    claimed = _join([Claimed(row, row.state == IntentState.SENDING) for row in wanted], now=now)
    _lease(claimed, now=now)
    _cancel(moot, actor=actor, now=now)
    _clear(now=now)
    return claimed


def is_asked(intent: Intent) -> bool:
    """Whether it, or its task, as read, still wants it said."""
    if intent.moot_at is not None:
        return False
    task = intent.task
    if task is None or not intent.until:
        return True
    if task.ended_at is not None:
        return False
    return intent.until != Intent.Until.ACKNOWLEDGED or task.acknowledged_at is None


def still_ours(fences: Mapping[UUID, int], *, now: datetime) -> tuple[set[UUID], set[UUID]]:
    """Of intents under our fences with enough of the lease left: which may be sent at this
    moment, and which nobody asks for any more."""
    rows = Intent.objects.filter(
        pk__in=list(fences), state=IntentState.SENDING, lease_until__gt=now + pace.LEFT
    )
    held = {pk for pk, fence in rows.values_list("pk", "fence") if fences[pk] == fence}
    asked = set(rows.filter(_asked()).values_list("pk", flat=True))
    return held & asked, held - asked


def said_another_way(intents: Iterable[Intent]) -> set[UUID]:
    """Which of these another intent of the same occasion has said already."""
    origins = {row.pk: row.origin_id or row.pk for row in intents}
    if not origins:
        return set()
    family = Q(pk__in=origins.values()) | Q(origin__in=origins.values())
    said = Intent.objects.filter(family, SAID).values_list("pk", "origin")
    families = {origin or pk for pk, origin in said}
    return {pk for pk, origin in origins.items() if origin in families}


def unclaimed_sighting(intent_id: UUID, sightings: Iterable[Sighting]) -> Sighting | None:
    """The first of the provider's messages that no other intent is known to have caused."""
    found = list(sightings)
    taken = Intent.objects.filter(provider_id__in=[one.provider_id for one in found])
    others = set(taken.exclude(pk=intent_id).values_list("provider_id", flat=True))
    return next((one for one in found if one.provider_id not in others), None)


def _asked() -> Q:
    open_task = Q(task__ended_at=None)
    return Q(moot_at=None) & (
        Q(until="")
        | Q(task=None)
        | Q(until=Intent.Until.ENDED) & open_task
        | Q(until=Intent.Until.ACKNOWLEDGED, task__acknowledged_at=None) & open_task
    )


def _due(*, limit: int, pages_only: bool, now: datetime) -> list[Intent]:
    rows = Intent.objects.filter(state__in=list(OPEN), next_at__lte=now, carrier=None)
    if pages_only:
        rows = rows.filter(urgency=Urgency.PAGE)
    rows = rows.order_by("rank", "next_at", "pk")
    held = rows.select_for_update(of=("self",), skip_locked=True)
    # By the index alone first: joined, a backlog would be read and sorted whole for each claim.
    turns = list(held.values_list("pk", flat=True)[:limit])
    found = Intent.objects.filter(pk__in=turns).select_related(*SHOWN).in_bulk()
    return [found[pk] for pk in turns]


def _join(claimed: Sequence[Claimed], *, now: datetime) -> list[Claimed]:
    """Notices to one contact go out together: what waits now, or was carried before."""
    leads: dict[UUID | None, Claimed] = {}
    left: list[Claimed] = []
    for one in claimed:
        lead = leads.get(one.intent.contact_id)
        if one.is_unknown or not may_carry(one.intent):
            left.append(one)
        elif lead is None:
            leads[one.intent.contact_id] = one
            left.append(one)
        else:
            lead.carried.append(one.intent)
    _fill(leads.values(), {one.intent.pk for one in claimed}, now=now)
    for one in left:
        if one.is_unknown and may_carry(one.intent):
            rows = Intent.objects.filter(carrier=one.intent, state=IntentState.SENDING)
            # Whoever settles takes them in the order of ids, and may wait for the lead: one that
            # is held is passed over, and goes with its lead all the same.
            held = rows.select_for_update(of=("self",), skip_locked=True)
            one.carried = list(held.order_by("pk"))
    return left


def _fill(leads: Iterable[Claimed], taken: set[UUID], *, now: datetime) -> None:
    """Let those go along that would be due within their member's minutes."""
    leads = list(leads)
    minutes = dict(
        Preference.objects.filter(member__in={one.intent.member_id for one in leads})
        .values_list("member", "bundle_minutes")
    )  # fmt: skip
    for one in leads:
        until = now + timedelta(minutes=minutes.get(one.intent.member_id or one.intent.pk, 0))
        rows = Intent.objects.filter(
            _asked(), carrier=None, state=IntentState.PENDING, contact=one.intent.contact_id,
            urgency=Urgency.NOTICE, task__isnull=False, next_at__lte=until,
        ).exclude(pk__in=taken)  # fmt: skip
        one.carried += rows.order_by("pk").select_for_update(of=("self",), skip_locked=True)


def may_carry(intent: Intent) -> bool:
    """Whether others may go out with it: pages and what is about no task go alone."""
    return bool(intent.urgency == Urgency.NOTICE and intent.task_id and intent.contact_id)


def _lease(claimed: Sequence[Claimed], *, now: datetime) -> None:
    until = now + pace.LEASE
    for one in claimed:
        lead = one.intent
        lead.reference = lead.reference or (reference() if _needs_reference(lead) else "")
        for row in (lead, *one.carried):
            row.state, row.lease_until, row.next_at = IntentState.SENDING, until, until
            row.fence, row.attempts = row.fence + 1, row.attempts + 1
            row.carrier_id = None if row is lead else lead.pk
    leads = [one.intent for one in claimed]
    rows = [*leads, *(row for one in claimed for row in one.carried)]
    bulk.put(Intent, rows, key=["id"], columns=(
        "state", "lease_until", "next_at", "fence", "attempts", "carrier_id", "reference"
    ))  # fmt: skip
    bulk.insert(Attempt, [Attempt(intent=row, fence=row.fence, began_at=now) for row in leads])
    for topic in TOPICS:
        wake.call(topic, [(row.pk, until) for row in leads if topic_of(row.urgency) == topic])


def _needs_reference(intent: Intent) -> bool:
    """By which it is found again among the provider's messages. What is about no task is told by
    its words."""
    return intent.channel == Channel.SMS and intent.task_id is not None


def _cancel(moot: Sequence[Intent], *, actor: Actor, now: datetime) -> None:
    Intent.objects.filter(pk__in=[row.pk for row in moot]).update(
        state=IntentState.CANCELLED, fence=F("fence") + 1
    )
    log.record_all(log.entry("intent.cancelled", entity=row, actor=actor, now=now) for row in moot)


def _clear(*, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(CLEAR, {
            "topics": list(TOPICS), "practice": scope.current(), "now": now, "look": LOOK,
        })  # fmt: skip
