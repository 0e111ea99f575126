"""Whether data is arriving, feed by feed, at its usual rate, and what failed by which cause."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Operation, may
from dashboards import words
from dashboards.queries import notices, sources
from dashboards.queries.desk import Desk
from dashboards.queries.failures import cause_url
from dashboards.rows import FailureRow, FeedRow
from integrations import rhythm
from integrations.models import Feed, FeedRhythm, InboundMessage, MessageState
from integrations.rhythm import Rhythm
from integrations.silence import nanoseconds, rhythm_of
from tenants.compiled import Compiled


@dataclass(frozen=True, slots=True)
class State:
    words: str
    status: str
    unseen: int | None = None
    """Notices of the member, read in the same statement; None: no feed carried them."""


def _feeds() -> Any:
    newest = InboundMessage.objects.filter(feed=OuterRef("pk")).newest_first()
    silent = FeedRhythm.objects.filter(feed=OuterRef("pk"))
    return Feed.objects.annotate(
        last=Subquery(newest.values("received_at")[:1]),
        silent_since=Subquery(silent.values("silent_since")[:1]),
    ).order_by("name")


class Heard(NamedTuple):
    """An active feed, and when it was heard last."""

    name: str
    last: datetime | None
    silent_since: datetime | None
    unseen: int | None


def _active(member: UUID, now: datetime) -> Any:
    feeds = _feeds().filter(is_active=True).annotate(unseen=notices.counted(member, now))
    return feeds.values_list(*Heard.__annotations__)


ACTIVE = Compiled(_active)


def summary(desk: Desk) -> State:
    """One sentence for the frame: `All feeds arriving`, `Quest lab silent 3 h`."""
    active = [Heard(*row) for row in ACTIVE.rows(member=desk.member.pk, now=desk.now)]
    return replace(_summed(active, desk), unseen=(active[0].unseen or 0) if active else None)


def _summed(active: Sequence[Heard], desk: Desk) -> State:
    if not active:
        return State(_("No feed set up"), "never")
    quiet = [
        (one.name, one.last)
        for one in active
        if one.silent_since and one.last and one.last <= one.silent_since
    ]
    if not quiet:
        heard = sum(feed.last is not None for feed in active)
        if not heard:
            return State(_("No message yet"), "never")
        every = heard == len(active)
        said = (
            _("All feeds arriving")
            if every
            else _("%(heard)s of %(count)s feeds arriving") % {"heard": heard, "count": len(active)}
        )
        return State(said, "arriving")
    name, last = quiet[0]
    more = _(" and %(number)s more") % {"number": len(quiet) - 1} if len(quiet) > 1 else ""
    return State(
        _("%(feed)s silent %(total_seconds)s%(more)s")
        % {
            "feed": name,
            "total_seconds": words.span((desk.now - last).total_seconds()),
            "more": more,
        },
        "quiet",
    )


@dataclass(frozen=True, slots=True)
class Pace:
    """How a feed does against its own week."""

    usual: Rhythm
    zone: ZoneInfo
    begin: datetime
    end: datetime
    """The last clock hour that is over, and how many messages it brought."""
    count: int
    limit: datetime | None

    @property
    def rate(self) -> float:
        """What that hour usually brings."""
        return self.usual.rate(self.begin, self.zone)

    @property
    def is_low(self) -> bool:
        """Far below usual."""
        return rhythm.is_low(self.usual, self.count, at=self.begin, zone=self.zone)

    def is_silent(self, now: datetime) -> bool:
        """Beyond usual."""
        return self.limit is not None and now >= self.limit


def _pace(feed: Any, kept: FeedRhythm | None, *, now: datetime) -> Pace | None:
    if feed.last is None or not feed.is_active:
        return None
    usual, zone = rhythm_of(kept), ZoneInfo(feed.time_zone)
    begin, end = rhythm.last_hour(now, zone)
    came = InboundMessage.objects.filter(
        feed=feed, arrived__gte=nanoseconds(begin), arrived__lt=nanoseconds(end)
    ).count()
    return Pace(usual, zone, begin, end, came, rhythm.limit(usual, last=feed.last, zone=zone))


def rows(desk: Desk) -> tuple[FeedRow, ...]:
    """Every feed with its last message, its rate against its usual one, and its failures."""
    kept = {one.feed_id: one for one in FeedRhythm.objects.all()}
    failures = _failures()
    return tuple(
        _row(
            feed,
            desk,
            pace=_pace(feed, kept.get(feed.pk), now=desk.now),
            failures=failures.get(feed.pk, {}),
        )
        for feed in _feeds()
    )


def _failures() -> Mapping[UUID, Mapping[str, int]]:
    """What stands in quarantine: by feed, by cause, the most first."""
    held = InboundMessage.objects.filter(state=MessageState.QUARANTINED).order_by()
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    counted = held.values_list("feed_id", "cause").annotate(many=Count("pk"))
    for feed_id, cause, many in counted.order_by("-many", "cause"):
        found[feed_id][cause] = many
    return found


def _row(feed: Any, desk: Desk, *, pace: Pace | None, failures: Mapping[str, int]) -> FeedRow:
    state = _state(feed, pace, desk)
    today = InboundMessage.objects.filter(feed=feed, received_at__gte=desk.midnight)
    limit = pace.limit if pace else None
    return FeedRow(
        name=feed.name,
        kind=_kind(feed),
        status=state.status,
        status_words=state.words,
        last=words.moment(feed.last, zone=desk.zone, now=desk.now) if feed.last else None,
        rate=_rate(pace, desk) if pace else "",
        limit=words.moment(limit, zone=desk.zone, now=desk.now) if limit else None,
        today=words.count(today[: sources.CAP].count()),
        quarantined=words.count(sum(failures.values())),
        quarantined_url=_messages(feed, view="quarantined"),
        failures=tuple(
            FailureRow(
                cause=(cause or _("no cause was written down")).capitalize(),
                count=words.count(many),
                url=cause_url(cause, feed.slug),
            )
            for cause, many in failures.items()
        ),
        messages_url=_messages(feed),
        setup_url=reverse("dashboards:feed", args=[feed.pk]),
        connection_url=_connection_url(feed, desk),
    )


def _state(feed: Any, pace: Pace | None, desk: Desk) -> State:
    """Arriving as usual, below it, silent beyond it, never heard, or switched off."""
    if not feed.is_active:
        return State(_("Switched off"), "off")
    if pace is None:
        return State(_("Nothing has arrived yet"), "never")
    if pace.is_silent(desk.now):
        since = words.at_words(feed.last, zone=desk.zone, now=desk.now)
        return State(_("Silent beyond usual, since %(since)s") % {"since": since}, "quiet")
    if pace.is_low:
        return State(_("Arriving, far below its usual rate"), "low")
    if not pace.usual.known:
        return State(_("Arriving; its usual rate is not known yet"), "arriving")
    if not pace.count and pace.rate < 1:
        return State(_("Quiet, as usual at this time"), "arriving")
    return State(_("Arriving as usual"), "arriving")


def _rate(pace: Pace, desk: Desk) -> str:
    """`11 from 13:00 to 14:00, usually 14`."""
    begin, end = pace.begin.astimezone(desk.zone), pace.end.astimezone(desk.zone)
    said = _("%(count)s from %(time)s to %(time2)s") % {
        "count": words.count(pace.count),
        "time": f"{begin:%H:%M}",
        "time2": f"{end:%H:%M}",
    }
    return (
        _("%(said)s, usually %(often)s") % {"said": said, "often": _often(pace.rate)}
        if pace.usual.known
        else said
    )


def _often(rate: float) -> str:
    if rate < 0.05:
        return "none"
    return f"{rate:,.0f}" if rate >= 0.95 else _("less than 1")


def _messages(feed: Feed, **more: str) -> str:
    said = {"feed": feed.slug, **{name: value for name, value in more.items() if value}}
    return f"{reverse('dashboards:messages')}?{urlencode(said)}"


def _connection_url(feed: Feed, desk: Desk) -> str:
    allowed = may(desk.member.roles, Operation.MANAGE_CONNECTIONS)
    return reverse("dashboards:connection", args=[feed.pk]) if allowed else ""


def _kind(feed: Feed) -> str:
    port = _("MLLP port %(port)s, ") % {"port": feed.mllp_port} if feed.mllp_port else ""
    test = _(", test feed") if feed.environment == Feed.Environment.TEST else ""
    return f"{port}HTTP{test}"
