"""What was set aside, grouped by why, and what each cause asks of somebody."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Max, Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from accounts.permissions import Operation, may
from dashboards import words
from dashboards.queries import message_rows
from dashboards.queries.desk import Desk
from dashboards.rows import CausePage, CauseRow, Choice
from dashboards.words import later
from integrations.models import Feed, InboundMessage, MessageState
from integrations.operations import DISCARD_REASONS
from integrations.replaying import MOST
from routing.said import spoken

SHOWN = 50


def reasons() -> tuple[Choice, ...]:
    """Why a message may be set aside."""
    return (
        Choice(value="", label=_("Choose why")),
        *(Choice(value=code, label=spoken(why)) for code, why in DISCARD_REASONS.items()),
    )


@dataclass(frozen=True, slots=True)
class Remedy:
    """What helps against a cause."""

    advice: str
    steps: tuple[str, ...] = ()


UNKNOWN = Remedy(
    later("Open one of the messages and compare it with how it was read."),
    (
        later("Correct what is wrong, at the sender or here."),
        later("See what a replay would do, then replay."),
    ),
)

REMEDIES = {
    noop("no patient in the message"): Remedy(
        later("The sender must name the patient in the message."),
        (
            later(
                "Tell the sender which segment is missing (PID), with a control id from the list."
            ),
            later("What they send again, corrected, comes in by itself: set these aside then."),
            later("If a later release reads this kind of message, replay them."),
        ),
    ),
    noop("could not be read"): Remedy(
        later("The message is damaged, or of a shape that is not read yet."),
        (
            later("Open one and look for the first line that reads wrong on the right."),
            later("Ask the sender to correct it, or wait for a release that reads it."),
            later("See what a replay would do, then replay."),
        ),
    ),
    noop("refused by the database"): Remedy(
        later("Replay once. If it is refused again, keep the message's id for support."),
        (later("See what a replay would do, then replay."),),
    ),
    noop("the database did not take it"): Remedy(
        later("The database was busy for a long time."), (later("Replay."),)
    ),
    noop("the number belongs to another patient"): Remedy(
        later("The same order or document number came for two patients."),
        (
            later(
                "Ask the sender which patient is meant. Nothing was filed for either by "
                "this message."
            ),
            later("If two records are one person, let the EHR send the merge, then replay."),
        ),
    ),
}


def remedy(cause: str) -> Remedy:
    """What to do about it."""
    return REMEDIES.get(cause, UNKNOWN)


def _held(cause: str | None = None, feed: str = "") -> Any:
    held = InboundMessage.objects.filter(state=MessageState.QUARANTINED)
    if cause is not None:
        held = held.filter(cause=cause)
    return held.filter(feed__slug=feed) if feed else held


def causes() -> list[str]:
    """Of all that stands in quarantine now."""
    return sorted(set(_held().order_by().values_list("cause", flat=True).distinct()))


def cause_url(cause: str, feed: str = "") -> str:
    """The page of one group."""
    said = {"cause": cause} | ({"feed": feed} if feed else {})
    return f"{reverse('dashboards:cause')}?{urlencode(said)}"


def groups(desk: Desk) -> tuple[CauseRow, ...]:
    """Each cause at each feed, the most messages first."""
    counted = (
        _held().order_by().values("cause", "feed__name", "feed__slug")
        .annotate(many=Count("pk"), newest=Max("received_at")).order_by("-many", "cause")
    )  # fmt: skip
    return tuple(
        CauseRow(
            cause=spoken(one["cause"]) or _("No cause was written down"),
            feed=one["feed__name"],
            count=words.count(one["many"]),
            newest=words.moment(one["newest"], zone=desk.zone, now=desk.now),
            url=cause_url(one["cause"], one["feed__slug"]),
        )
        for one in counted
    )


def count(cause: str, feed: str) -> int:
    """How many messages one group holds."""
    return int(_held(cause, feed).count())


def next_of(cause: str, feed: str) -> list[UUID]:
    """The messages that one replay takes, oldest first."""
    return list(_held(cause, feed).order_by("arrived").values_list("pk", flat=True)[:MOST])


def page(desk: Desk, *, cause: str, feed: str) -> CausePage | None:
    """One group; None where nothing of it is left."""
    span = _held(cause, feed).aggregate(
        many=Count("pk"), a=Min("received_at"), z=Max("received_at")
    )
    if not span["many"]:
        return None
    heads = message_rows.heads().filter(pk__in=_held(cause, feed).values("pk"))
    many, help_ = span["many"], remedy(cause)
    part = words.plural("%(count)s message", "%(count)s messages", min(many, MOST))
    return CausePage(
        cause=cause,
        feed=feed,
        feed_name=_named(feed),
        count=many,
        words=words.plural("%(count)s message", "%(count)s messages", many),
        advice=help_.advice,
        steps=help_.steps,
        oldest=words.moment(span["a"], zone=desk.zone, now=desk.now),
        newest=words.moment(span["z"], zone=desk.zone, now=desk.now),
        rows=message_rows.rows(list(heads.order_by("-arrived")[:SHOWN]), desk),
        batch=part if many <= MOST else _("the oldest %(part)s") % {"part": part},
        reasons=reasons(),
        replay_why_not=may(desk.member.roles, Operation.REPLAY).reason,
    )


def _named(feed: str) -> str:
    found = Feed.objects.filter(slug=feed).first() if feed else None
    return found.name if found else ""
