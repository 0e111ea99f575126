"""The Day page: today by location, and the frozen days of one of them."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from dashboards import plotting, words
from dashboards.queries.board_reading import tasks_url
from dashboards.queries.clearing import clears, open_now
from dashboards.queries.desk import Desk
from dashboards.queries.slicing import Practice
from dashboards.rows import Empty
from dashboards.rows.board import Figure, Option
from dashboards.rows.day import DayLine, DayPage, Today
from dashboards.slices import Slice
from escalation.ladder import Place
from metrics import freezing
from metrics.models import DayFact
from metrics.moments import Moment
from routing import backlog
from tenants.models import Location

SHOWN = 30

Facts = dict[date, dict[str, DayFact]]


def page(desk: Desk, said: str) -> DayPage:
    """Today everywhere; the last thirty days of the location that is asked for, or the first."""
    practice = Practice.of(desk)
    places = dict(freezing.of_locations(desk.member.practice.pk).values())
    locations = [one for one in practice.locations.values() if one.pk in places]
    chosen = next((one for one in locations if str(one.pk) == said), next(iter(locations), None))
    facts = _facts(chosen, desk) if chosen else {}
    lines = tuple(_line(day, facts[day], practice.people) for day in sorted(facts, reverse=True))
    query = f"?location={chosen.pk}" if chosen else ""
    return DayPage(
        at=f"{desk.now.astimezone(practice.zone):%H:%M}",
        exactly=words.exactly(desk.now, practice.zone),
        today=_today(desk, practice, locations, places),
        locations=tuple(Option(str(one.pk), one.name, one == chosen) for one in locations),
        chosen=chosen.name if chosen else "", finding=finding(facts), days=lines,
        plot=_plot(facts), csv_url=reverse("dashboards:days_numbers") + query,
        empty=None if lines else _empty(),
    )  # fmt: skip


def _today(
    desk: Desk, practice: Practice, locations: list[Location], places: dict[UUID | None, Place]
) -> tuple[Today, ...]:
    held, today = open_now(), practice.today
    counted = backlog.cells(
        "location_id, kind", "day = %(today)s AND kind IN ('came', 'closed')", today=today
    )
    flows = {(location, kind): many for location, kind, many in counted}
    nights = _last_nights(desk, practice.people)

    def figure(one: Location, count: int, **more: str) -> Figure:
        return Figure(count, tasks_url(Slice(location=str(one.pk), **more)))

    return tuple(
        Today(
            one.name, clears({one.pk: places[one.pk]}, held, now=desk.now),
            figure(one, held.of([one.pk]).total()),
            figure(one, flows.get((one.pk, "came"), 0), came=today.isoformat()),
            figure(one, flows.get((one.pk, "closed"), 0), closed=today.isoformat()),
            nights.get(one.pk, _("not known yet")),
        )
        for one in locations
    )  # fmt: skip


def _last_nights(desk: Desk, people: dict[UUID, Membership]) -> dict[UUID | None, str]:
    """Of each location, who did how many after its last closing but one."""
    lately = desk.now.date() - timedelta(days=7)
    rows = DayFact.objects.filter(moment=Moment.NEXT_OPENING, day__gte=lately).order_by("day")
    return {one.location_id: _who(one, people) or _("nobody worked") for one in rows}


def _facts(location: Location, desk: Desk) -> Facts:
    since = desk.now.date() - timedelta(days=SHOWN)
    found: Facts = defaultdict(dict)
    for one in DayFact.objects.filter(location=location, day__gte=since):
        found[one.day][one.moment] = one
    return dict(found)


def _line(day: date, at: dict[str, DayFact], people: dict[UUID, Membership]) -> DayLine:
    close, zero, night = (
        at.get(one) for one in (Moment.END_OF_CLINIC, Moment.ZERO_TASK_HOUR, Moment.NEXT_OPENING)
    )
    whole = night or close
    return DayLine(
        label=f"{words.short_weekday(day)} {words.month_day(day)}",
        open=f"{close.open:,}" if close else "", cleared=_cleared(close),
        zero=_zero(zero), is_zero=bool(zero and not zero.open),
        came=f"{whole.came:,}" if whole else "", closed=f"{whole.closed:,}" if whole else "",
        after=f"{sum(night.actions.values()):,}" if night else "",
        who=_who(night, people) if night else "",
    )  # fmt: skip


def _cleared(close: DayFact | None) -> str:
    """Of what there was to do that day, how much was done when the clinic closed."""
    if close is None or not close.open + close.closed:
        return ""
    return f"{round(100 * close.closed / (close.open + close.closed))} %"


def _zero(zero: DayFact | None) -> str:
    if zero is None:
        return ""
    return _("%(n)s left") % {"n": f"{zero.open:,}"} if zero.open else _("Yes")


def _who(night: DayFact, people: dict[UUID, Membership]) -> str:
    named = Counter({people[UUID(one)].name: many for one, many in night.actions.items()
                     if UUID(one) in people})  # fmt: skip
    return ", ".join(f"{name} {many:,}" for name, many in named.most_common())


def finding(facts: Facts) -> str:
    """What the days come to, in a sentence."""
    zero = [at[Moment.ZERO_TASK_HOUR] for at in facts.values() if Moment.ZERO_TASK_HOUR in at]
    if not zero:
        return ""
    closes = [at[Moment.END_OF_CLINIC].open for at in facts.values() if Moment.END_OF_CLINIC in at]
    told = {"zero": str(sum(not one.open for one in zero)), "days": str(len(zero)),
            "open": f"{round(sum(closes) / max(1, len(closes))):,}"}  # fmt: skip
    return _("%(zero)s of %(days)s days were zero-task days. On average %(open)s were open at the "
             "end of clinic.") % told  # fmt: skip


def _plot(facts: Facts) -> plotting.Plot | None:
    days = [day for day in sorted(facts) if Moment.END_OF_CLINIC in facts[day]]
    if len(days) < 2:
        return None
    opens = [facts[day][Moment.END_OF_CLINIC].open for day in days]
    return plotting.plot([opens], [words.month_day(day) for day in days])


def _empty() -> Empty:
    return Empty(
        _("No day is frozen yet"),
        _("The first whole day is written down when the clinic closes. Its numbers never change "
          "afterwards."),
        _("See opening hours"), reverse("dashboards:hours"),
    )  # fmt: skip


def lines(found: DayPage, *, practice: str) -> list[tuple[str, ...]]:
    """The frozen days as a file: no patient is in it."""
    head = (_("Day"), _("Open at end of clinic"), _("Cleared by close"), _("Zero-task day"),
            _("Came"), _("Closed"), _("After-hours actions"), _("Who"))  # fmt: skip
    rows = [(one.label, one.open, one.cleared, one.zero, one.came, one.closed, one.after, one.who)
            for one in found.days]  # fmt: skip
    return [(practice, found.chosen), (_("Counts at"), found.exactly), (), head, *rows]
