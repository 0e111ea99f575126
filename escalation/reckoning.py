"""How an aim becomes an instant, step by step and in words. Pure.

It tells what `ladder.due` does and computes nothing of its own that could disagree with it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from escalation import calendar, ladder
from escalation.calendar import Hours, Span
from escalation.ladder import Aim, Measure, Place
from tenants import dates

TOLD = 6
"""Stretches of open time that are told one by one; of more, the first and the last."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """When it is due, and every step that led there."""

    due_at: datetime
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Teller:
    """The clock on the wall of a place, and what its closed days are called."""

    place: Place
    named: Mapping[date, str] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The clock on its wall."""
        return ZoneInfo(self.place.hours.zone)

    def at(self, moment: datetime) -> str:
        """`Fri Nov 20, 16:50`."""
        local = moment.astimezone(self.zone)
        return f"{self.day(local.date())}, {local:%H:%M}"

    def day(self, day: date) -> str:
        """`Fri Nov 20`."""
        return dates.week_day(day)

    def hour(self, moment: datetime) -> str:
        """`16:50`."""
        return f"{moment.astimezone(self.zone):%H:%M}"


def reckon(aim: Aim, teller: Teller, begin: datetime) -> Reckoning:
    """The instant, and why it is that one.

    Raises:
        NeverOpen: the place is never open again.
    """
    due_at = ladder.due(aim, teller.place, begin)
    told = TELLS[aim.measure](aim, teller, begin, due_at)
    return Reckoning(due_at, (*told, *_clock_change(teller, begin, due_at)))


def _by_clock(aim: Aim, teller: Teller, begin: datetime, due_at: datetime) -> Iterator[str]:
    yield (
        _("Issued {at}; {length} are counted day and night: {due}.").format(
            at=teller.at(begin), length=length(timedelta(minutes=aim.amount)), due=teller.at(due_at)
        )
    )


def _by_hours(aim: Aim, teller: Teller, begin: datetime, _due_at: datetime) -> Iterator[str]:
    left = timedelta(minutes=aim.amount)
    stretches = list(_counted(teller.place.hours, begin, left))
    yield from _opening(teller, begin, stretches[0])
    for number, (since, until) in enumerate(stretches):
        left -= until - since
        if len(stretches) > TOLD and 2 < number < len(stretches) - 2:
            if number == 3:
                between = stretches[3:-2]
                passed = sum((b - a for a, b in between), timedelta())
                yield _("{many} more stretches of open hours: {length} counted.").format(
                    many=len(between), length=length(passed)
                )
            continue
        if number and not (len(stretches) > TOLD and number == len(stretches) - 2):
            yield from _closed(teller, stretches[number - 1][1], since)
        rest = _(", {length} left").format(length=length(left)) if left else ""
        yield (
            _("{begins} to {ends}: {length} counted{rest}.").format(
                begins=teller.at(since),
                ends=teller.hour(until),
                length=length(until - since),
                rest=rest,
            )
        )


def _counted(hours: Hours, begin: datetime, amount: timedelta) -> Iterator[Span]:
    left = amount
    for since, until in calendar.open_spans(hours, begin):
        ends = min(until, since + left)
        yield since, ends
        left -= ends - since
        if not left:
            return


def _opening(teller: Teller, begin: datetime, first: Span) -> Iterator[str]:
    if first[0] == begin:
        yield _("Issued {at}, in open hours.").format(at=teller.at(begin))
    else:
        yield (
            _("Issued {at}, in closed hours: counting begins {begins}.").format(
                at=teller.at(begin), begins=teller.at(first[0])
            )
        )
        yield from _holidays(teller, begin, first[0])


def _closed(teller: Teller, since: datetime, until: datetime) -> Iterator[str]:
    yield _("Closed from {hour}: counting rests until {at}.").format(
        hour=teller.hour(since), at=teller.at(until)
    )
    yield from _holidays(teller, since, until)


def _holidays(teller: Teller, since: datetime, until: datetime) -> Iterator[str]:
    day, last = (at.astimezone(teller.zone).date() for at in (since, until))
    while day <= last:
        if day in teller.named and not teller.place.hours.of(day):
            yield _("{day} is a holiday: {name}.").format(
                day=teller.day(day), name=teller.named[day]
            )
        day += timedelta(days=1)


def _by_days(aim: Aim, teller: Teller, begin: datetime, due_at: datetime) -> Iterator[str]:
    hours = teller.place.hours
    opened = calendar.opens(hours, begin)
    yield from _opening(teller, begin, (opened, opened))
    first, last = (at.astimezone(teller.zone).date() for at in (opened, due_at))
    days = _working_days(hours, first, aim.amount)
    said = ", ".join(teller.day(day) for day in (days if len(days) <= TOLD else days[-1:]))
    if days:
        next_one = _("The next working day is {days}.")
        later = _("{many} working days on: {days}.")
        yield (next_one if len(days) == 1 else later).format(many=len(days), days=said)
    yield from _holidays(teller, opened, due_at)
    ends = calendar.end_of_day(hours, last)
    if aim.measure == Measure.END_OF_BUSINESS_DAY:
        yield _("It closes at {hour}: due {due}.").format(
            hour=teller.hour(due_at), due=teller.at(due_at)
        )
    elif due_at == ends:
        yield _("By then it has closed: due at the last closing, {due}.").format(
            due=teller.at(due_at)
        )
    else:
        yield _("At the same time of that day, in open hours: due {due}.").format(
            due=teller.at(due_at)
        )


def _working_days(hours: Hours, day: date, amount: int) -> list[date]:
    days = []
    for _nth in range(amount):
        day = calendar.next_open_day(hours, day)
        days.append(day)
    return days


TELLS = {
    Measure.CLOCK: _by_clock, Measure.BUSINESS: _by_hours, Measure.BUSINESS_DAYS: _by_days,
    Measure.END_OF_BUSINESS_DAY: _by_days,
}  # fmt: skip


def _clock_change(teller: Teller, begin: datetime, due_at: datetime) -> Iterator[str]:
    """That the clocks on the wall were changed on the way, and that no hour was lost by it."""
    before, after = (at.astimezone(teller.zone).utcoffset() for at in (begin, due_at))
    if before is None or after is None or before == after:
        return
    day = begin.astimezone(teller.zone).date()
    while calendar.at_local(teller.place.hours, day + timedelta(days=1), 0).astimezone(
        teller.zone
    ).utcoffset() == before:  # fmt: skip
        day += timedelta(days=1)
    way = _("forward") if after > before else _("back")
    yield (
        _(
            "On {day} clocks go {way} by {length}; time is counted as it passes, not as "
            "the wall clock shows it."
        ).format(day=teller.day(day), way=way, length=length(abs(after - before)))
    )


def length(passed: timedelta) -> str:
    """`10 min`, `3 h 50 min`; seconds only where there are any."""
    seconds = int(passed.total_seconds())
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount) or "0 min"
