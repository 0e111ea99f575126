"""Over which of their contacts a member is told, and from when on."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from outbox.models import Channel, Contact, Preference, Urgency

RINGS = (Channel.SMS, Channel.VOICE, Channel.CHAT, Channel.WEBHOOK)
"""What wakes somebody at night."""

PAGING = (*RINGS, Channel.EMAIL)
"""The order in which a page is tried, unless the member put theirs in another. Mail rings nowhere:
it is better than nothing."""

DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class Way:
    """One channel, the contact where it needs one, and the instant to use it."""

    channel: Channel
    contact_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Reach:
    """How the members of a practice can be reached, read once for a pass."""

    contacts: dict[UUID, list[Contact]]
    preferences: dict[UUID, Preference]

    def pages(self, member_id: UUID, *, now: datetime) -> list[Way]:
        """In the product and on the first contact that can ring, or by mail where none can; empty
        where there is neither."""
        usable = self.usable(member_id, RINGS) or self.usable(member_id, PAGING)
        if not usable:
            return []
        first = usable[0]
        return [Way(Channel.IN_APP, None, now), Way(Channel(first.channel), first.pk, now)]

    def notices(self, member_id: UUID, zone: str, *, now: datetime) -> list[Way]:
        """In the product at once; on the chosen channels outside of quiet hours."""
        wish = self.preferences.get(member_id)
        chosen = [Channel(one) for one in wish.notices] if wish else [Channel.EMAIL]
        at = after_quiet_hours(wish, zone, now + waiting(wish)) if wish else now
        ways = [Way(Channel.IN_APP, None, now)]
        for channel in chosen:
            usable = self.usable(member_id, (channel,))
            ways += [Way(channel, usable[0].pk, at)] if usable else []
        return ways

    def can_page(self, member_id: UUID) -> bool:
        """Whether a page can be sent to them at all, if only by mail."""
        return bool(self.usable(member_id, PAGING))

    def can_ring(self, member_id: UUID) -> bool:
        """Whether anything of theirs can ring: who plans a rota may count on no less."""
        return bool(self.usable(member_id, RINGS))

    def usable(self, member_id: UUID, channels: Sequence[Channel]) -> list[Contact]:
        """Their contacts of these channels, in the order in which they are tried."""
        usable = [one for one in self.contacts.get(member_id, ()) if one.channel in channels]
        return sorted(usable, key=lambda one: (one.position, channels.index(Channel(one.channel))))


def reach(member_ids: Iterable[UUID] | None = None) -> Reach:
    """Verified contacts and preferences of members; of all where none are named."""
    contacts = Contact.objects.filter(
        member__isnull=False, verified_at__isnull=False, broken_at__isnull=True,
        removed_at__isnull=True,
    )  # fmt: skip
    preferences = Preference.objects.all()
    if member_ids is not None:
        ids = list(member_ids)
        contacts, preferences = contacts.filter(member__in=ids), preferences.filter(member__in=ids)
    held: dict[UUID, list[Contact]] = defaultdict(list)
    for contact in contacts:
        if contact.member_id is not None:
            held[contact.member_id].append(contact)
    return Reach(held, {one.member_id: one for one in preferences})


def waiting(wish: Preference) -> timedelta:
    """How long a notice waits for others to go with it."""
    return timedelta(minutes=wish.bundle_minutes)


def after_quiet_hours(wish: Preference, zone: str, now: datetime) -> datetime:
    """The instant, or the end of the quiet hours that it lies in."""
    begin, end = wish.quiet_from, wish.quiet_until
    if begin is None or end is None or begin == end:
        return now
    local = now.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    if not (minute - begin) % DAY_MINUTES < (end - begin) % DAY_MINUTES:
        return now
    # By the wall clock: in a night when the clocks change, it is not so many minutes from now.
    over = local.replace(second=0, microsecond=0, fold=0)
    over += timedelta(minutes=(end - minute) % DAY_MINUTES)
    ends = over.astimezone(UTC)
    return ends if ends > now else over.replace(fold=1).astimezone(UTC)


RANK = {Urgency.PAGE: 0, Urgency.NOTICE: 10, Urgency.DIGEST: 20}
"""Of what is due at once, pages go out first."""
