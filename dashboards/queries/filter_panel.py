"""What a list may be narrowed by, and how its filters are said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Membership
from dashboards.lists import VIEWS, WorkList
from dashboards.queries import sources, worklist
from dashboards.queries.desk import Desk
from dashboards.queries.saved_views import saved
from dashboards.rows import Choice, FilterField, FilterPanel
from dashboards.words import Level, later
from routing.categories import Category
from routing.filters import OVERDUE, SEVERITIES, Filters
from routing.models import Queue
from tenants.models import Location


@dataclass(frozen=True, slots=True)
class Known:
    """The rows that filters may name."""

    queues: Sequence[Queue]
    locations: Sequence[Location]
    members: Sequence[Membership] = ()

    def choices(self) -> dict[str, dict[str, str]]:
        """The values of each filter, with their words."""
        return {
            "sev": {name: Level(name).word for name in SEVERITIES},
            "type": {category.value: category.label for category in Category},
            "queue": _names(self.queues),
            "loc": _names(self.locations),
            "owner": _names(self.members),
            "due": {OVERDUE: _("Overdue")},
        }


LABELS = {
    "sev": later("Severity"),
    "type": later("Kind of work"),
    "queue": later("Queue"),
    "loc": later("Location"),
    "owner": later("Person"),
    "due": later("Due"),
}


def panel(desk: Desk, at: WorkList, known: Known) -> FilterPanel:
    """Filters and kept views, for the two menus above the list."""
    return FilterPanel(
        url=at.whole.on(next(iter(VIEWS[at.screen]))).url(),
        hidden=(("screen", at.screen), ("view", at.view), *at.filters.given().items()),
        fields=fields(at, known),
        clear_url=at.whole.url() if at.filters else "",
        kept=saved(desk, at),
    )


def fields(at: WorkList, known: Known) -> tuple[FilterField, ...]:
    """The drop-downs; one that offers no choice is left out."""
    chosen = at.filters.given()
    return tuple(
        FilterField(name=name, label=LABELS[name], choices=_with_any(choices),
                    chosen=chosen.get(name, ""))
        for name, choices in known.choices().items()
        if len(choices) > 1 or name == "due" or name in chosen
    )  # fmt: skip


def known(desk: Desk, at: WorkList) -> Known:
    """What the filters of a screen may name."""
    is_team = at.screen == "team"
    queues = worklist.all_queues() if is_team else sources.pools(desk.member)
    members = worklist.active_members() if at.view in worklist.WITH_PEOPLE else []
    return Known(queues, list(Location.objects.order_by("name")), members)


def words(filters: Filters, known: Known) -> list[str]:
    """`Abnormal`, `Result review`, `Main Street`, `Overdue`."""
    choices = known.choices()
    return [choices[name].get(value, _("not here any more"))
            for name, value in filters.given().items()]  # fmt: skip


def _names(rows: Iterable[Queue | Location | Membership]) -> dict[str, str]:
    return {str(row.pk): row.name for row in rows}


def _with_any(choices: dict[str, str]) -> tuple[Choice, ...]:
    named = (Choice(value=value, label=label) for value, label in choices.items())
    return (Choice(value="", label=_("Any")), *named)
