"""How many messages one contact gets in a while. A limit sends a page another way; it never holds
one back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count

from outbox.models import Channel, Contact, Intent


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in this time."""

    count: int
    window: timedelta


LIMITS: Mapping[Channel, Limit] = {
    Channel.SMS: Limit(10, timedelta(minutes=15)),
    Channel.VOICE: Limit(6, timedelta(minutes=15)),
    Channel.EMAIL: Limit(30, timedelta(minutes=15)),
    Channel.CHAT: Limit(60, timedelta(minutes=15)),
    Channel.WEBHOOK: Limit(120, timedelta(minutes=15)),
}
"""Above it a phone is being flooded, and one message more is read by nobody."""


def full(contacts: Iterable[Contact], *, now: datetime) -> dict[UUID, datetime]:
    """Those that had their share, each with the instant from which on it may have more."""
    held = {one.pk: Channel(one.channel) for one in contacts}
    found: dict[UUID, datetime] = {}
    for channel, limit in LIMITS.items():
        ids = [pk for pk, of in held.items() if of == channel]
        if not ids:
            continue
        for pk, count in _sent(ids, since=now - limit.window):
            if count >= limit.count:
                found[pk] = now + limit.window / limit.count
    return found


def _sent(contact_ids: list[UUID], *, since: datetime) -> Iterable[tuple[UUID, int]]:
    rows = Intent.objects.filter(contact__in=contact_ids, carrier=None, sent_at__gt=since)
    return rows.values_list("contact").annotate(count=Count("pk"))
