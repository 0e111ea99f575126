"""A sweep: counts each feed's hours, learns its week, and tells IT of a silence beyond it."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from audit.actors import Actor
from integrations import rhythm
from integrations.models import Feed, FeedHour, FeedRhythm, InboundMessage
from integrations.rhythm import HOUR, NEW, WEEKS, Rhythm
from routing.categories import Category
from routing.models import Task
from routing.operations import Absence, End, close_absences, open_absences
from routing.rulebook import NoRules
from tenants import bulk, scope
from tenants.ids import uuid7
from tenants.rounds import each_practice

ACTOR = Actor.machine("integrations.silence")
AGAIN = timedelta(hours=2)
"""Counted anew each time: a message that was long in coming to the table is not lost."""
KEPT = WEEKS + timedelta(weeks=2)

COUNT = """
SELECT (at AT TIME ZONE %(zone)s)::date, extract(hour FROM at AT TIME ZONE %(zone)s)::int, count(*)
FROM (SELECT to_timestamp(arrived / 1e9) AS at FROM integrations_inboundmessage
      WHERE practice_id = %(practice)s AND feed_id = %(feed)s
        AND arrived > 0 AND arrived >= %(begin)s AND arrived < %(end)s) AS came
GROUP BY 1, 2
"""


def sweep(*, now: datetime) -> int:
    """Every practice once; returns how many silences began or ended. A practice in trouble is
    alone in it."""
    # Without rules messages wait too, and say so.
    return each_practice(lambda _: sweep_practice(now=now), put_off=(NoRules,))


def sweep_practice(*, now: datetime) -> int:
    """The feeds of the practice in scope, each by itself."""
    with transaction.atomic():
        feeds = list(Feed.objects.order_by("pk").values_list("pk", flat=True))
    return sum(_listen(pk, now=now) for pk in feeds)


@transaction.atomic
def _listen(feed_id: UUID, *, now: datetime) -> int:
    """One feed, unless another sweep is at it."""
    held = Feed.objects.filter(pk=feed_id).select_for_update(
        of=("self",), no_key=True, skip_locked=True
    )
    feed = held.first()
    if feed is None:
        return 0
    kept, _ = FeedRhythm.objects.get_or_create(feed=feed)
    if not feed.is_active or feed.environment == Feed.Environment.TEST:
        return _end(kept, End(gettext_noop("the feed was switched off"), came=False), now=now)
    _count(kept, feed, now=now)
    last = last_of(feed)
    if last is None:
        return 0
    zone = ZoneInfo(feed.time_zone)
    if kept.learned_on != now.astimezone(zone).date():
        _learn(kept, zone, last=last, now=now)
    latest = rhythm.limit(rhythm_of(kept), last=last, zone=zone)
    if latest is None or now < latest:
        return _end(kept, End(gettext_noop("messages come again")), now=now)
    return _begin(kept, feed, last, zone, now=now)


def last_of(feed: Feed) -> datetime | None:
    """When its newest message came."""
    newest = InboundMessage.objects.filter(feed=feed).newest_first()
    return newest.values_list("received_at", flat=True).first()


def rhythm_of(kept: FeedRhythm | None) -> Rhythm:
    """What was learned, or what is assumed of a new feed."""
    return Rhythm(tuple(kept.rates), kept.spread) if kept and kept.rates else NEW


def _count(kept: FeedRhythm, feed: Feed, *, now: datetime) -> None:
    """Bring the table of hours up to now. An hour is counted whole or not at all, so to count it
    twice gives the same."""
    zone = ZoneInfo(feed.time_zone)
    begin = rhythm.floor_hour((kept.counted_until or now - KEPT) - AGAIN, zone)
    if rhythm.local_hour(begin - HOUR, zone) == rhythm.local_hour(begin, zone):
        begin -= HOUR
    asked: dict[str, Any] = {"zone": feed.time_zone, "practice": scope.current(), "feed": feed.pk,
             "begin": nanoseconds(begin), "end": nanoseconds(now)}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(COUNT, asked)
        found: list[tuple[date, int, int]] = cursor.fetchall()
    rows: list[dict[str, Any]] = [
        {"id": uuid7(), "feed_id": feed.pk, "day": day, "hour": hour, "messages": count}
        for day, hour, count in found
    ]
    bulk.put(FeedHour, rows, key=["feed_id", "day", "hour"], columns=["messages"])
    kept.counted_until = now
    kept.save(update_fields=["counted_until"])


def nanoseconds(at: datetime) -> int:
    """As `InboundMessage.arrived` counts."""
    return int(at.timestamp()) * 1_000_000_000 + at.microsecond * 1000


def _learn(kept: FeedRhythm, zone: ZoneInfo, *, last: datetime, now: datetime) -> None:
    """From the whole days before the last message, so that a silence never becomes usual."""
    until = datetime.combine(last.astimezone(zone).date(), time.min, tzinfo=zone)
    begin = (until - WEEKS).date()
    hours = FeedHour.objects.filter(feed=kept.feed).order_by("day", "hour")
    counts = {(row.day, row.hour): row.messages for row in hours.filter(day__gte=begin)}
    first = hours.first()
    heard = datetime.combine(first.day, time(first.hour), tzinfo=zone) if first else None
    learned = rhythm.learn(counts, zone=zone, first=heard, until=until)
    kept.rates = list(learned.rates) if learned.known else []
    kept.spread, kept.learned_on = learned.spread, now.astimezone(zone).date()
    kept.save(update_fields=["rates", "spread", "learned_on"])
    hours.filter(day__lt=(min(now, until) - KEPT).date()).delete()


def _begin(kept: FeedRhythm, feed: Feed, last: datetime, zone: ZoneInfo, *, now: datetime) -> int:
    local, usual = last.astimezone(zone), rhythm_of(kept)
    often = f" It usually sends {round(sum(usual.rates)):,} messages a week." if usual.known else ""
    since = f"{local:%b} {local.day}, {local:%H:%M}"
    absence = Absence(
        category=Category.SILENT_FEED, about_id=feed.pk, title=f"{feed.name} is silent",
        reason=f"Nothing since {since}: silent beyond usual.{often}", since=last,
        recurs=True,
    )  # fmt: skip
    opened = open_absences([absence], actor=ACTOR, now=now)
    if kept.silent_since != last:
        kept.silent_since = last
        kept.save(update_fields=["silent_since"])
    return len(opened)


def _end(kept: FeedRhythm, end: End, *, now: datetime) -> int:
    if kept.silent_since is None:
        return 0
    kept.silent_since = None
    kept.save(update_fields=["silent_since"])
    open_now = Task.objects.open().filter(about_id=kept.feed_id, category=Category.SILENT_FEED)
    if not open_now.exists():
        return 0
    return close_absences({kept.feed_id: end}, actor=ACTOR, now=now)
