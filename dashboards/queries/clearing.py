"""Will today's queue clear? What is open, what past days did from this hour on, and the words."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.queries.board_lead import PLURAL
from dashboards.rows.day import Clears
from escalation import calendar
from escalation.ladder import Place
from metrics import forecast as foretelling
from metrics import moments
from metrics.forecast import NEVER, Forecast, Past, TooFew
from metrics.models import DayFact
from metrics.moments import Moment
from metrics.reckoning import quarter_of
from routing import backlog
from routing.categories import Category
from routing.models import CellKind, Queue

WEEKS = 8
DAYS = (
    gettext_lazy("Mondays"), gettext_lazy("Tuesdays"), gettext_lazy("Wednesdays"),
    gettext_lazy("Thursdays"), gettext_lazy("Fridays"), gettext_lazy("Saturdays"),
    gettext_lazy("Sundays"),
)  # fmt: skip

Location = UUID | None


@dataclass(frozen=True, slots=True)
class Open:
    """What is open now, by category and queue, of each location."""

    by: dict[Location, Counter[tuple[str, UUID]]]
    queues: dict[UUID, str]

    def of(self, locations: Collection[Location]) -> Counter[tuple[str, UUID]]:
        """Of some locations together."""
        return sum((self.by.get(one, Counter()) for one in locations), Counter())


def open_now() -> Open:
    """Of the practice in scope."""
    by: dict[Location, Counter[tuple[str, UUID]]] = defaultdict(Counter)
    held = backlog.cells("location_id, category, queue_id", "kind = %(kind)s", kind=CellKind.WHAT)
    for location, category, queue, many in held:
        by[location][category, queue] += many
    return Open(by, dict(Queue.objects.values_list("pk", "name")))


def clears(places: dict[Location, Place], held: Open, *, now: datetime) -> Clears:
    """Of locations together: until the last of them closes."""
    groups = held.of(places)
    many = groups.total()
    closings = {at: place for place in places.values() if (at := _closing(place, now=now))}
    if not closings:
        return Clears(_("Closed today. %(n)s open.") % {"n": f"{many:,}"})
    closes = max(closings)
    zone = ZoneInfo(closings[closes].hours.zone)
    if closes <= now:
        told = {"at": f"{closes.astimezone(zone):%H:%M}", "n": f"{many:,}"}
        return Clears(_("Closed at %(at)s. %(n)s open now.") % told)
    today = now.astimezone(zone).date()
    found = foretelling.forecast(
        many, _past(places, today), weekday=today.weekday(), begin=quarter_of(now, zone),
        end=quarter_of(closes - timedelta(seconds=1), zone) + 1,
    )  # fmt: skip
    if isinstance(found, TooFew):
        told = {"known": str(found.days), "needed": str(found.needed)}
        return Clears(_("Too few days yet: %(known)s of %(needed)s.") % told,
                      because=_("A forecast is made from past days of this location."))  # fmt: skip
    return _said(found, many, f"{closes.astimezone(zone):%H:%M}", today, _most(groups, held))


def _closing(place: Place, *, now: datetime) -> datetime | None:
    today = now.astimezone(ZoneInfo(place.hours.zone)).date()
    return moments.of_day(place, today).get(Moment.END_OF_CLINIC)


def _past(locations: Collection[Location], today: date) -> Sequence[Past]:
    """Days that were frozen; of several locations the sum."""
    rows: Any = DayFact.objects.filter(
        moment=Moment.END_OF_CLINIC, day__lt=today, day__gte=today - timedelta(weeks=WEEKS)
    )
    flows: dict[date, dict[int, tuple[int, int]]] = defaultdict(dict)
    for location, day, quarters in rows.values_list("location_id", "day", "quarters"):
        if location in locations:
            held = flows[day]
            for key, (came, closed) in quarters.items():
                before = held.get(int(key), (0, 0))
                held[int(key)] = before[0] + came, before[1] + closed
    return [Past(day, held) for day, held in sorted(flows.items())]


def _most(groups: Counter[tuple[str, UUID]], held: Open) -> str:
    """`results in Physicians`, where that is at least half of what is open."""
    if not groups:
        return ""
    ((category, queue), many), *_rest = groups.most_common(1)
    if 2 * many < groups.total():
        return ""
    told = {"what": PLURAL[Category(category)], "queue": held.queues.get(queue, "")}
    return _("%(what)s in %(queue)s") % told


def _said(found: Forecast, many: int, closes: str, today: date, most: str) -> Clears:
    middle = found.middle
    if middle.left == 0:
        sentence = _("Clear now.") if many == 0 else _("Clears by %(at)s.") % {
            "at": calendar.clock(middle.clear_at)}  # fmt: skip
    else:
        told = {"n": f"{middle.left:,}", "at": closes, "most": most}
        sentence = (_("%(n)s will be left at %(at)s, most of them %(most)s.") if most
                    else _("%(n)s will be left at %(at)s.")) % told  # fmt: skip
    which = DAYS[today.weekday()] if found.weekday_only else _("working days")
    because = _("%(open)s open now. From this hour on, the last %(days)s %(which)s brought "
                "%(came)s more and closed %(closed)s on average.") % {
        "open": f"{many:,}", "days": str(found.days), "which": str(which),
        "came": f"{found.came:,}", "closed": f"{found.closed:,}",
    }  # fmt: skip
    return Clears(sentence, _band(found, closes), because)


def _band(found: Forecast, closes: str) -> str:
    best, worst = found.best, found.worst
    told = {"best": calendar.clock(best.clear_at % NEVER), "at": closes, "few": f"{best.left:,}",
            "worst": calendar.clock(worst.clear_at % NEVER), "many": f"{worst.left:,}"}  # fmt: skip
    if worst.left == 0:
        if best.clear_at == worst.clear_at:
            return ""
        return _("Most likely between %(best)s and %(worst)s.") % told
    if best.left == 0:
        return _("At best clear by %(best)s; on a slow day %(many)s left at %(at)s.") % told
    if best.left == worst.left:
        return ""
    return _("Most likely between %(few)s and %(many)s.") % told
