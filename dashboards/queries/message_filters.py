"""What a list of messages is narrowed to. Filters stand in addresses, so they hold codes and names
of ours and nothing else: a patient's number typed into one of them is dropped."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from dashboards.queries import failures
from dashboards.rows import Choice, FilterField
from dashboards.words import later
from integrations.models import Feed, MessageState
from routing.said import spoken

VIEWS: dict[str, tuple[str, MessageState | None]] = {
    "all": (later("All"), None),
    "quarantined": (later("Quarantined"), MessageState.QUARANTINED),
    "waiting": (later("Waiting"), MessageState.RECEIVED),
    "rejected": (later("Rejected"), MessageState.REJECTED),
    "discarded": (later("Set aside"), MessageState.DISCARDED),
}

PERIODS: dict[str, tuple[str, timedelta]] = {
    "1h": (later("the last hour"), timedelta(hours=1)),
    "24h": (later("the last 24 hours"), timedelta(hours=24)),
    "7d": (later("the last 7 days"), timedelta(days=7)),
    "30d": (later("the last 30 days"), timedelta(days=30)),
}

TYPE = re.compile(r"[A-Za-z]{3,40}([\^_][A-Za-z]\d{2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    view: str = ""
    feed: str = ""
    type: str = ""
    cause: str = ""
    period: str = ""

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Filters":
        """Only what we know; anything else is as if it were not said."""
        view, kind = str(given.get("view", "")), str(given.get("type", "")).strip()
        period = str(given.get("period", ""))
        return cls(
            view=view if view in VIEWS else "",
            feed=re.sub(r"[^a-z0-9_-]", "", str(given.get("feed", "")).lower())[:60],
            type=kind.replace("_", "^") if TYPE.fullmatch(kind) else "",
            cause=str(given.get("cause", ""))[:80],
            period=period if period in PERIODS else "",
        )

    def as_dict(self) -> dict[str, str]:
        """Those that are set, by name."""
        said = {one.name: str(getattr(self, one.name)) for one in fields(self)}
        return {name: value for name, value in said.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether any but the tab is set."""
        return bool(self.as_dict().keys() - {"view"})

    def url(self, **more: str) -> str:
        """The list under these filters."""
        said = self.as_dict() | {name: value for name, value in more.items() if value}
        here = reverse("dashboards:messages")
        return f"{here}?{urlencode(said)}" if said else here

    def apply(self, messages: Any, *, now: datetime) -> Any:
        """The messages that pass."""
        state = VIEWS[self.view][1] if self.view else None
        if state is not None:
            messages = messages.filter(state=state)
        if self.feed:
            messages = messages.filter(feed__slug=self.feed)
        if self.type:
            messages = messages.filter(type__istartswith=self.type)
        if self.cause:
            messages = messages.filter(cause=self.cause)
        if self.period:
            messages = messages.filter(received_at__gte=now - PERIODS[self.period][1])
        return messages

    def words(self) -> str:
        """`quarantined, feed elm-lab, the last 7 days`."""
        parts = [
            VIEWS[self.view][0].lower() if self.view not in {"", "all"} else "",
            gettext("feed %(feed)s") % {"feed": self.feed} if self.feed else "",
            self.type,
            self.cause,
            PERIODS[self.period][0] if self.period else "",
        ]
        return ", ".join(str(part) for part in parts if part)


def choices(filters: Filters) -> tuple[FilterField, ...]:
    """The drop-downs, each with what can be chosen in it."""
    feeds = [(feed.slug, feed.name) for feed in Feed.objects.order_by("name")]
    causes = [(cause, spoken(cause).capitalize()) for cause in failures.causes()]
    if filters.cause and filters.cause not in dict(causes):
        causes.append((filters.cause, spoken(filters.cause).capitalize()))
    periods = [(key, words.capitalize()) for key, (words, _) in PERIODS.items()]
    return (
        _field("feed", gettext("Feed"), gettext("All feeds"), feeds, filters.feed),
        _field("cause", gettext("Cause"), gettext("Any cause"), causes, filters.cause),
        _field("period", gettext("Received"), gettext("At any time"), periods, filters.period),
    )


def _field(
    name: str, label: str, none: str, known: list[tuple[str, str]], chosen: str
) -> FilterField:
    listed = (
        Choice(value="", label=none),
        *(Choice(value=value, label=words) for value, words in known),
    )
    return FilterField(name=name, label=label, choices=listed, chosen=chosen)
