"""The backlog page: what it says first, its four numbers, and its parts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from dashboards import bottleneck, words
from dashboards.queries import board_bars, board_counts, board_flow, board_lead, feeds
from dashboards.queries.board_reading import Reading, lowered
from dashboards.queries.desk import Desk
from dashboards.queries.slicing import Practice, filter_words
from dashboards.rows import Empty
from dashboards.rows.board import Board, Headline, Option
from dashboards.slices import NOBODY, YES, Slice
from tenants.models import Location

FRIDAY = 4


def page(desk: Desk, said: Slice) -> Board:
    """Everything that the page says, filtered to a location and an owner."""
    chosen = Slice(location=said.location, owner=said.owner)
    practice, state = Practice.of(desk), feeds.summary(desk)
    is_silent = state.status == "quiet"
    reading = Reading(
        desk, practice, chosen, board_counts.read(chosen), lowered() if is_silent else frozenset()
    )
    address = reverse("dashboards:backlog_board")
    query = f"?{chosen.query}" if chosen.query else ""
    bare = Board(
        at=f"{desk.now.astimezone(practice.zone):%H:%M}",
        exactly=words.exactly(desk.now, practice.zone), filter=filter_words(chosen, practice),
        feed=state.words, feed_status=state.status, low=_low(reading), url=address + query,
        csv_url=reverse("dashboards:backlog_numbers") + query,
        locations=_options(practice.locations.values(), chosen.location),
        people=_people(practice, chosen.owner),
    )  # fmt: skip
    if not reading.counts.came and not reading.counts.open:
        return replace(bare, empty=_empty(chosen))
    *heat, totals = board_bars.heat(reading)
    return replace(
        bare, lead=board_lead.parts(reading, silent=state.words if is_silent else ""),
        headlines=_headlines(reading), categories=board_bars.categories(reading),
        owners=board_bars.owners(reading), closers=board_bars.closers(reading),
        heat=tuple(heat), totals=totals, flow=board_flow.flow(reading),
    )  # fmt: skip


def _low(reading: Reading) -> str:
    return _("Numbers in italics may be low until it sends again.") if reading.low else ""


def _headlines(reading: Reading) -> tuple[Headline, ...]:
    counts, today = reading.counts, reading.practice.today
    unclaimed = counts.days_of("unclaimed")
    closed = counts.closed[today]
    return (
        Headline(_("Open"), reading.figure(counts.open), _since_friday(reading)),
        Headline(_("Past close-by time"), reading.figure(counts.late, late=YES),
                 _share(counts.late, counts.open)),
        Headline(_("Nobody has it"), reading.figure(unclaimed.total(), stage="unclaimed"),
                 _oldest(unclaimed, today)),
        Headline(_("Closed today"), reading.figure(closed, low=False, closed=today.isoformat()),
                 _against(closed, counts.came[today])),
    )  # fmt: skip


def _since_friday(reading: Reading) -> str:
    """`5 fewer than last Friday`: what was open at its end is what is, less what came since, and
    what was closed since."""
    counts, today = reading.counts, reading.practice.today
    friday = today - timedelta(days=(today.weekday() - FRIDAY - 1) % 7 + 1)
    first = min(counts.came, default=today)
    if first > friday:
        ahead = today + timedelta(days=(FRIDAY - today.weekday()) % 7 + 1)
        return _("first comparison on %(day)s") % {
            "day": f"{words.short_weekday(ahead)} {words.month_day(ahead)}"
        }
    came = sum(n for day, n in counts.came.items() if day > friday)
    closed = sum(n for day, n in counts.closed.items() if day > friday)
    return _compared(came - closed, _("last Friday"))


def _compared(more: int, when: str) -> str:
    told = {"n": f"{abs(more):,}", "when": when}
    if not more:
        return _("as many as %(when)s") % told
    return (_("%(n)s more than %(when)s") if more > 0 else _("%(n)s fewer than %(when)s")) % told


def _share(late: int, every: int) -> str:
    if not late:
        return _("everything open is in time")
    return _("%(n)s of 100 open tasks") % {"n": max(1, round(100 * late / every))}


def _oldest(by_day: Counter[date], today: date) -> str:
    waited = bottleneck.days((today - min(by_day)).days) if by_day else ""
    return _("the oldest for %(waited)s") % {"waited": waited} if waited else _("all work is taken")


def _against(closed: int, came: int) -> str:
    return _compared(closed - came, _("came today")) if closed != came else _("as many as came")


def _options(named: Iterable[Location | Membership], here: str) -> tuple[Option, ...]:
    return tuple(Option(str(one.pk), one.name, str(one.pk) == here) for one in named)


def _people(practice: Practice, here: str) -> tuple[Option, ...]:
    nobody = Option(NOBODY, _("Nobody yet"), here == NOBODY)
    people = practice.people.values()
    return (
        nobody,
        *_options((one for one in people if one.is_active or str(one.pk) == here), here),
    )


def _empty(chosen: Slice) -> Empty:
    if chosen.query:
        return Empty(_("Nothing open here"), _("No task of this filter came in the last 4 weeks."),
                     _("Show everything"), reverse("dashboards:backlog_board"))  # fmt: skip
    return Empty(
        _("Nothing to count yet"),
        _("As soon as the first message becomes a task, this page says where work waits, for how "
          "long, and whether it grows. Comparisons begin after the first Friday."),
    )  # fmt: skip
