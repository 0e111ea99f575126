"""A page that does not get through goes another way to the same person, in the same moment."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from audit import log
from audit.actors import Actor
from outbox import limits
from outbox.channels import pace
from outbox.choosing import PAGING, reach
from outbox.models import Channel, Contact, Intent, Urgency
from outbox.operations.intending import Saying, intend
from outbox.states import OPEN, IntentState
from tenants import wake
from tenants.models import Topic


def lock_family(intent_id: UUID) -> dict[UUID, Intent]:
    """The intent, those that say the same another way, and those in its message; in the order of
    ids."""
    origin_id = Intent.objects.filter(pk=intent_id).values_list("origin", flat=True).get()
    first = origin_id or intent_id
    rows = Intent.objects.filter(Q(pk=first) | Q(origin=first) | Q(carrier=intent_id))
    return {row.pk: row for row in rows.order_by("pk").select_for_update(of=("self",))}


def divert(
    intent: Intent, rows: Mapping[UUID, Intent], *, actor: Actor, now: datetime
) -> None:  # fmt: skip
    """Say it another way where this one failed, may not have arrived or takes too long;
    where none is left, be loud.

    The caller holds the task and the family.
    """
    family = [row for row in rows.values() if row.carrier_id is None]
    origin = rows[intent.origin_id or intent.pk]
    if not _needs_company(intent) or any(row.is_said for row in family):
        return
    ways = other_ways(intent, family, now=now)
    if ways:
        intend([_instead(intent, origin, ways[0], now=now)], actor=actor, now=now)
    elif not any(_is_fresh(row) for row in family if row.pk != intent.pk):
        mark_unreached(origin, actor=actor, now=now)


def other_ways(intent: Intent, family: Iterable[Intent], *, now: datetime) -> list[Contact]:
    """Contacts of the same person that were not tried for this; those below their limit first."""
    if intent.member_id is None:
        return []
    tried = {row.contact_id for row in family}
    usable = reach([intent.member_id]).usable(intent.member_id, PAGING)
    left = [one for one in usable if one.pk not in tried]
    full = limits.full(left, now=now)
    return sorted(left, key=lambda one: one.pk in full)


def has_free_way(intent: Intent, *, now: datetime) -> bool:
    """Whether the person has another contact, not tried for this and below its limit."""
    first = intent.origin_id or intent.pk
    family = Intent.objects.filter(Q(pk=first) | Q(origin=first))
    ways = other_ways(intent, family, now=now)
    return bool(ways) and not limits.full(ways[:1], now=now)


def mark_unreached(origin: Intent, *, actor: Actor, now: datetime) -> None:
    """No way to this person is left: whoever wrote the intent is woken to find somebody else."""
    if origin.unreached_at is not None:
        return
    origin.unreached_at = now
    origin.save(update_fields=["unreached_at"])
    wake.call(Topic.UNREACHED, [(origin.pk, now)])
    log.record("intent.unreached", entity=origin, outcome="failed", actor=actor, now=now)


def _needs_company(intent: Intent) -> bool:
    if intent.urgency != Urgency.PAGE or intent.channel == Channel.IN_APP:
        return False
    if intent.state == IntentState.SENT:
        return intent.unheard_at is not None
    return intent.state == IntentState.FAILED or intent.attempts >= pace.COMPANY_AFTER


def _is_fresh(row: Intent) -> bool:
    """Whether it may well get through yet."""
    return row.state in OPEN and row.attempts < pace.COMPANY_AFTER


def _instead(intent: Intent, origin: Intent, contact: Contact, *, now: datetime) -> Saying:
    return Saying(
        key=f"{origin.key}>{contact.pk}", member_id=intent.member_id, task_id=intent.task_id,
        channel=Channel(contact.channel), contact_id=contact.pk, urgency=intent.urgency,
        until=intent.until, template=intent.template, subject=intent.subject, body=intent.body,
        reference=intent.reference, rank=intent.rank, origin_id=origin.pk, at=now,
    )  # fmt: skip
