"""Somebody's own duty as a calendar: when they are on call, and when they cover. No patient, and no
name of a colleague."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.languages import speaking_to
from accounts.models import Membership
from escalation import coverage, ical
from escalation.coverage import Coverage, Stretch
from escalation.ical import Event
from escalation.models import DutyFeed
from escalation.operations import digest_of

BEHIND, AHEAD = timedelta(weeks=4), timedelta(weeks=26)


def member_of(token: str) -> Membership | None:
    """Whose secret it is, in the practice in scope; None for one that was revoked."""
    feeds = DutyFeed.objects.filter(digest=digest_of(token), revoked_at__isnull=True)
    feed = feeds.filter(member__is_active=True).select_related("member").first()
    return feed.member if feed else None


def feed_of(member: Membership, *, now: datetime) -> bytes:
    """The last four weeks and the next half year."""
    seen = coverage.load(since=now - BEHIND, until=now + AHEAD)
    with speaking_to(member):
        events = [*_on_call(seen, member.pk), *_covering(seen, member.pk)]
        events.sort(key=lambda one: (one.begins_at, one.uid))
        return ical.calendar(_("ClearChart duty"), events, now=now)


def turns_of(seen: Coverage, member_id: UUID) -> list[Stretch]:
    """When somebody answers for a rotation, by the rota or for a colleague; the soonest first."""
    found = [
        one
        for rotation in seen.rotations
        for one in seen.stretches(rotation)
        if one.member_id == member_id and one.ends_at > seen.since
    ]
    return sorted(found, key=lambda one: one.begins_at)


def _on_call(seen: Coverage, member_id: UUID) -> Iterator[Event]:
    for one in turns_of(seen, member_id):
        uid = f"on-call-{one.rotation.pk}-{one.begins_at:%Y%m%dT%H%M}@clearchart"
        what = _("On call: {rotation}").format(rotation=one.rotation.name)
        yield Event(uid, one.begins_at, one.ends_at, what)


def _covering(seen: Coverage, member_id: UUID) -> Iterator[Event]:
    for one in seen.absences:
        if one.cover_id == member_id and one.ends_at is not None and one.ends_at > seen.since:
            uid = f"cover-{one.pk}@clearchart"
            yield Event(uid, one.begins_at, one.ends_at, _("Covering for a colleague"))
