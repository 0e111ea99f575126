"""What the parts of the backlog page are made from: one reading of the counts, and its links."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse

from dashboards.queries.board_counts import Counts, Place
from dashboards.queries.desk import Desk
from dashboards.queries.slicing import Practice
from dashboards.rows.board import Bar, Figure
from dashboards.slices import NOBODY, YES, Slice
from integrations.models import Feed, FeedRhythm, InboundMessage
from routing.models import RoutingDecision

LATELY = 50
"""Messages of a silent feed that are looked at: what they became may be missing now."""


@dataclass(frozen=True, slots=True)
class Reading:
    desk: Desk
    practice: Practice
    base: Slice
    """The filter of the page."""
    counts: Counts
    low: frozenset[str]
    """Categories that a silent feed usually brings."""
    address: str = field(default_factory=lambda: reverse("dashboards:backlog_tasks"))
    """Of the lists, found once for a hundred and fifty links."""

    def slice(self, **more: str) -> Slice:
        """A part of what the page is filtered to."""
        return replace(self.base, **more)

    def figure(self, count: int, *, low: bool | None = None, **more: str) -> Figure:
        """A count with the address of its rows; `low` where no category says so."""
        may_be_low = bool(self.low) if low is None else low
        return Figure(count, at(self.address, self.slice(**more)), may_be_low)

    def bar(
        self, label: str, counted: tuple[int, int], most: int, *, low: bool, by: Mapping[str, str]
    ) -> Bar:
        """How many, and how many of them late."""
        every, late = counted
        return Bar(
            label, self.figure(every, low=low, **by), self.figure(late, low=low, late=YES, **by),
            share(every, most), share(late, most),
        )  # fmt: skip

    def place(self, place: Place) -> tuple[str, dict[str, str]]:
        """Where work waits in words, and as a slice: a person, or a queue where nobody took it."""
        owner, queue = place
        if owner is not None:
            held = self.practice.people.get(owner)
            return held.name if held else "", {"owner": str(owner)}
        named = self.practice.queues.get(queue)
        return named.name if named else "", {"owner": NOBODY, "queue": str(queue)}


def share(part: int, whole: int) -> int:
    """In hundredths; what is there is seen."""
    return max(1, round(100 * part / whole)) if part and whole else 0


def tasks_url(chosen: Slice) -> str:
    """The list of exactly these tasks."""
    return at(reverse("dashboards:backlog_tasks"), chosen)


def at(address: str, chosen: Slice) -> str:
    """The address of a slice."""
    return f"{address}?{chosen.query}" if chosen.query else address


def lowered() -> frozenset[str]:
    """The categories that feeds which are silent now usually bring."""
    found: set[str] = set()
    silent: Any = FeedRhythm.objects.filter(silent_since__isnull=False)
    for feed_id in Feed.objects.filter(is_active=True, pk__in=silent.values("feed")).values_list(
        "pk", flat=True
    ):
        newest = InboundMessage.objects.filter(feed=feed_id).newest_first()[:LATELY]
        messages = list(newest.values_list("pk", flat=True))
        made = RoutingDecision.objects.filter(message_id__in=messages)
        found.update(made.values_list("task__category", flat=True).distinct())
    return frozenset(found)
