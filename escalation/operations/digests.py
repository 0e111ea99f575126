"""Writes the summaries of a practice's day, once."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.languages import speaking_to
from accounts.models import Membership
from accounts.roles import Role
from audit import log
from audit.actors import Actor
from escalation.exceptions import Exceptions, exceptions, worded
from escalation.models import Absence, Digest
from outbox import operations as outbox
from outbox.choosing import RANK, Reach, after_quiet_hours, reach
from outbox.models import MORNING, Channel, Urgency
from outbox.operations import Saying
from tenants import bulk

DAY, WEEK = timedelta(days=1), timedelta(days=7)

LEADS = (Role.SUPERVISOR, Role.PRACTICE_MANAGER)


@transaction.atomic
def write_digests(*, on: date, hour: int, zone: str, actor: Actor, now: datetime) -> int:
    """Mail whoever wants it in this hour what is late and what waits; returns to how many.

    Nobody is mailed that all is well. Who is away hears once a week, on its first working day.
    """
    row = Digest(on=on, hour=hour, at=now)
    if not bulk.insert_new(Digest, [row]):
        return 0
    members = list(Membership.objects.filter(is_active=True))
    ways, away = reach([one.pk for one in members]), _away(now)
    wanted = [one for one in members if _wants(one, hour, ways)]
    leads = {one.pk for one in wanted if one.has(*LEADS)}
    sayings: list[Saying] = []
    for since, those in ((DAY, [one.pk for one in wanted if one.pk not in away]),
                         (WEEK, [one.pk for one in wanted if one.pk in away])):  # fmt: skip
        name = f"{on:%G-W%V}" if since == WEEK else on.isoformat()
        found = exceptions(those, leads, since=since, now=now) if those else {}
        told = [(member, found[member.pk]) for member in wanted if found.get(member.pk)]
        sayings += _sayings(told, name, zone, ways, now=now)
    outbox.intend(sayings, actor=actor, now=now)
    Digest.objects.filter(pk=row.pk).update(written=len(sayings))
    log.record("digest.written", entity=row, detail={"count": len(sayings)}, actor=actor, now=now)
    return len(sayings)


def _away(now: datetime) -> set[UUID]:
    running = Absence.objects.filter(begins_at__lte=now).exclude(ends_at__lte=now)
    return set(running.values_list("member", flat=True))


def _wants(member: Membership, hour: int, ways: Reach) -> bool:
    wish = ways.preferences.get(member.pk)
    mailed = bool(ways.usable(member.pk, (Channel.EMAIL,)))
    if wish is None:
        return mailed and hour == MORNING
    return mailed and wish.digest and wish.digest_hour == hour


def _sayings(
    told: Iterable[tuple[Membership, Exceptions]], name: str, zone: str, ways: Reach, *,
    now: datetime,
) -> Iterable[Saying]:  # fmt: skip
    for member, what in told:
        with speaking_to(member):
            subject, body = worded(what)
        wish = ways.preferences.get(member.pk)
        yield Saying(
            key=f"digest:{name}:{member.pk}", member_id=member.pk, task_id=None,
            channel=Channel.EMAIL, contact_id=ways.usable(member.pk, (Channel.EMAIL,))[0].pk,
            urgency=Urgency.DIGEST, template="digest", subject=subject, body=body,
            rank=RANK[Urgency.DIGEST], at=after_quiet_hours(wish, zone, now) if wish else now,
        )  # fmt: skip
