"""A work list as its address names it: screen, tab, filters. Pure but for the addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

from django.urls import reverse
from django.utils.http import urlencode

from dashboards.words import later
from routing.filters import Filters

VIEWS: Mapping[str, Mapping[str, str]] = {
    "queue": {
        "mine": later("To do"),
        "due": later("By due time"),
        "critical": later("Critical"),
        "hold": later("On hold"),
        "done": later("Done today"),
    },
    "team": {
        "open": later("Unclaimed"),
        "now": later("Being done"),
        "hold": later("Waiting"),
        "owned": later("With people"),
    },
}
"""The tabs of each screen, the first one first."""


@dataclass(frozen=True, slots=True)
class WorkList:
    """My queue or Team queue, at one tab, narrowed by filters."""

    screen: str
    view: str
    filters: Filters

    @classmethod
    def read(cls, screen: str, query: Mapping[str, str]) -> "WorkList":
        """The first tab where the query names none of ours."""
        views = VIEWS[screen]
        view = query.get("view", "")
        return cls(screen, view if view in views else next(iter(views)), Filters.read(query))

    @classmethod
    def at(cls, address: str) -> "WorkList | None":
        """From an address of ours; None where it is that of another page."""
        parts = urlsplit(address)
        for screen in VIEWS:
            if parts.path == reverse(f"dashboards:{screen}"):
                return cls.read(screen, dict(parse_qsl(parts.query)))
        return None

    @property
    def query(self) -> dict[str, str]:
        """What its address says; the first tab goes without saying."""
        is_first = self.view == next(iter(VIEWS[self.screen]))
        return ({} if is_first else {"view": self.view}) | self.filters.given()

    def url(self, **more: str) -> str:
        """Its address."""
        query = urlencode(self.query | {name: value for name, value in more.items() if value})
        return reverse(f"dashboards:{self.screen}") + (f"?{query}" if query else "")

    def url_of(self, name: str, **more: str) -> str:
        """The address of something that is asked about this list."""
        return f"{reverse(f'dashboards:{name}')}?{urlencode(self.query | more)}"

    def on(self, view: str) -> "WorkList":
        """Another tab, narrowed likewise; a person is chosen on one tab only."""
        return replace(self, view=view, filters=replace(self.filters, owner=""))

    def narrowed(self, **filters: str) -> "WorkList":
        """The same tab with other filters instead of these."""
        return replace(self, filters=replace(self.filters, **filters))

    @property
    def whole(self) -> "WorkList":
        """The same tab, narrowed by nothing."""
        return replace(self, filters=Filters())
