"""What came against what was closed, day by day."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from dashboards import plotting, words
from dashboards.queries.board_reading import Reading
from dashboards.rows.board import Flow, FlowDay

SHOWN = 21
WEEK = 7


def flow(reading: Reading) -> Flow:
    """The last three weeks, the newest day last, with what they come to."""
    today = reading.practice.today
    days = [today - timedelta(days=ago) for ago in range(SHOWN - 1, -1, -1)]
    came = [reading.counts.came[day] for day in days]
    closed = [reading.counts.closed[day] for day in days]
    return Flow(
        finding=finding(sum(came[-WEEK:]), sum(closed[-WEEK:])),
        plot=plotting.plot([came, closed], [words.month_day(day) for day in days]),
        days=tuple(_day(reading, day, today) for day in reversed(days)),
    )


def _day(reading: Reading, day: date, today: date) -> FlowDay:
    said = _("Today") if day == today else f"{words.short_weekday(day)} {words.month_day(day)}"
    return FlowDay(
        said,
        reading.figure(reading.counts.came[day], came=day.isoformat()),
        reading.figure(reading.counts.closed[day], low=False, closed=day.isoformat()),
    )


def finding(came: int, closed: int) -> str:
    """What the chart shows, in a sentence."""
    told = {"came": f"{came:,}", "closed": f"{closed:,}", "more": f"{abs(came - closed):,}"}
    if came > closed:
        sentence = _("In the last 7 days %(came)s tasks came and %(closed)s were closed: "
                     "the backlog grew by %(more)s.")  # fmt: skip
    elif came < closed:
        sentence = _("In the last 7 days %(came)s tasks came and %(closed)s were closed: "
                     "the backlog shrank by %(more)s.")  # fmt: skip
    else:
        sentence = _("In the last 7 days %(came)s tasks came and as many were closed.")
    return sentence % told
