"""Whether data is arriving, feed by feed, and what stands in quarantine."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse

from dashboards import words
from dashboards.queries import sources
from dashboards.queries.desk import Desk
from dashboards.rows import FeedRow
from integrations.models import Feed, InboundMessage, MessageState

QUIET_AFTER = timedelta(hours=3)
"""In opening hours; outside them, a night and a morning."""
QUIET_OVERNIGHT = timedelta(hours=20)
OPENS, CLOSES = 8, 18
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class State:
    words: str
    status: str


def _feeds() -> Any:
    newest = InboundMessage.objects.filter(feed=OuterRef("pk")).order_by("-arrived")
    return Feed.objects.annotate(last=Subquery(newest.values("received_at")[:1])).order_by("name")


def summary(desk: Desk) -> State:
    """One sentence for the frame: `All feeds arriving`, `Quest lab silent 3 h`."""
    states = [(feed, state_of(feed, feed.last, now=desk.now)) for feed in _feeds()]
    active = [(feed, state) for feed, state in states if state.status != "off"]
    if not active:
        return State("No feed set up", "never")
    quiet = [(feed, state) for feed, state in active if state.status == "quiet"]
    if not quiet:
        heard = sum(state.status == "arriving" for _, state in active)
        if not heard:
            return State("No message yet", "never")
        every = heard == len(active)
        said = "All feeds arriving" if every else f"{heard} of {len(active)} feeds arriving"
        return State(said, "arriving")
    feed = quiet[0][0]
    more = f" and {len(quiet) - 1} more" if len(quiet) > 1 else ""
    return State(
        f"{feed.name} silent {words.span((desk.now - feed.last).total_seconds())}{more}", "quiet"
    )


def state_of(feed: Feed, last: datetime | None, *, now: datetime) -> State:
    """Arriving, quiet, never heard, or switched off."""
    if not feed.is_active:
        return State("Switched off", "off")
    if last is None:
        return State("Nothing has arrived yet", "never")
    silent = now - last
    limit = QUIET_AFTER if _open(now, ZoneInfo(feed.time_zone)) else QUIET_OVERNIGHT
    if silent <= limit:
        return State("Arriving", "arriving")
    return State(f"Silent for {words.span(silent.total_seconds())}", "quiet")


def _open(now: datetime, zone: ZoneInfo) -> bool:
    """Whether a practice has been open long enough for silence to mean something."""
    local = now.astimezone(zone)
    hours = OPENS + QUIET_AFTER.total_seconds() / 3600
    return local.weekday() < SATURDAY and hours <= local.hour < CLOSES


def rows(desk: Desk, *, host: str) -> tuple[FeedRow, ...]:
    """Every feed with its last message, today's count and its quarantine."""
    feeds = list(_feeds())
    by_feed = InboundMessage.objects.filter(feed__in=feeds)
    held = dict(
        by_feed.filter(state=MessageState.QUARANTINED)
        .values_list("feed")
        .annotate(held=Count("pk"))
        .order_by("feed")
    )
    today = by_feed.filter(received_at__gte=desk.midnight)
    return tuple(
        _row(
            feed,
            desk,
            today=today.filter(feed=feed)[: sources.CAP].count(),
            held=held.get(feed.pk, 0),
            host=host,
        )
        for feed in feeds
    )


def _row(feed: Any, desk: Desk, *, today: int, held: int, host: str) -> FeedRow:
    state = state_of(feed, feed.last, now=desk.now)
    messages = f"{reverse('dashboards:messages')}?feed={feed.slug}"
    return FeedRow(
        name=feed.name,
        kind=_kind(feed),
        status=state.status,
        status_words=state.words,
        last=words.moment(feed.last, zone=desk.zone, now=desk.now) if feed.last else None,
        today=words.count(today),
        quarantined=words.count(held),
        quarantined_url=f"{messages}&view=quarantined",
        messages_url=messages,
        try_it=_try_it(feed, host) if state.status == "never" else (),
    )


def _kind(feed: Feed) -> str:
    port = f"MLLP port {feed.mllp_port}, " if feed.mllp_port else ""
    test = ", test feed" if feed.environment == Feed.Environment.TEST else ""
    return f"{port}HTTP{test}"


def _try_it(feed: Feed, host: str) -> tuple[str, ...]:
    """How a first message is sent; every post carries the signature of one of the feed's keys."""
    door = f"curl --data-binary @message.hl7 {host}/integrations/hl7v2/{feed.slug}"
    if not feed.mllp_port:
        return (door,)
    return (f"MLLP to port {feed.mllp_port} of this host", door)
