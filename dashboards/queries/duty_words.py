"""How times of duty are said: on the clock of the place, with the day of the week."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dashboards.words import month_day
from escalation.calendar import clock


def at(moment: datetime, zone: ZoneInfo) -> str:
    """`Mon Nov 23, 08:00`; midnight belongs to the day that it ends."""
    local = moment.astimezone(zone)
    if (local.hour, local.minute) == (0, 0):
        before = local - timedelta(days=1)
        return f"end of {before:%a} {month_day(before.date())}"
    return f"{local:%a} {month_day(local.date())}, {local:%H:%M}"


def start(moment: datetime, zone: ZoneInfo) -> str:
    """As `at`; midnight is the day that it begins."""
    local = moment.astimezone(zone)
    if (local.hour, local.minute) == (0, 0):
        return f"{local:%a} {month_day(local.date())}"
    return f"{local:%a} {month_day(local.date())}, {local:%H:%M}"


def between(begin: datetime, end: datetime | None, zone: ZoneInfo) -> str:
    """`Mon Nov 23, 08:00 to Mon Nov 30, 08:00`; a whole day is said once."""
    if end is None:
        return f"{start(begin, zone)}, for good"
    first, last = begin.astimezone(zone), end.astimezone(zone)
    whole = (first.hour, first.minute, last.hour, last.minute) == (0, 0, 0, 0)
    if whole and (last.date() - first.date()).days == 1:
        return start(begin, zone)
    if first.date() == last.date():
        return f"{start(begin, zone)} to {last:%H:%M}"
    return f"{start(begin, zone)} to {at(end, zone)}"


def turns(days: int, minute: int, weekday: str) -> str:
    """`A week each, handed over on Mondays at 08:00`."""
    if days % 7 == 0:
        length = "A week" if days == 7 else f"{days // 7} weeks"
        return f"{length} each, handed over on {weekday}s at {clock(minute)}"
    length = "A day" if days == 1 else f"{days} days"
    return f"{length} each, handed over at {clock(minute)}"
