"""How times of duty are said: on the clock of the place, with the day of the week."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dashboards.words import month_day, short_weekday
from escalation.calendar import clock


def at(moment: datetime, zone: ZoneInfo) -> str:
    """`Mon Nov 23, 08:00`; midnight belongs to the day that it ends."""
    local = moment.astimezone(zone)
    if (local.hour, local.minute) == (0, 0):
        before = local - timedelta(days=1)
        return _("end of %(day)s") % {"day": _day(before.date())}
    return f"{_day(local.date())}, {local:%H:%M}"


def _day(day: date) -> str:
    """`Mon Nov 23`."""
    return f"{short_weekday(day)} {month_day(day)}"


def start(moment: datetime, zone: ZoneInfo) -> str:
    """As `at`; midnight is the day that it begins."""
    local = moment.astimezone(zone)
    if (local.hour, local.minute) == (0, 0):
        return _day(local.date())
    return f"{_day(local.date())}, {local:%H:%M}"


def between(begin: datetime, end: datetime | None, zone: ZoneInfo) -> str:
    """`Mon Nov 23, 08:00 to Mon Nov 30, 08:00`; a whole day is said once."""
    if end is None:
        return _("%(start)s, for good") % {"start": start(begin, zone)}
    first, last = begin.astimezone(zone), end.astimezone(zone)
    whole = (first.hour, first.minute, last.hour, last.minute) == (0, 0, 0, 0)
    if whole and (last.date() - first.date()).days == 1:
        return start(begin, zone)
    if first.date() == last.date():
        return _("%(begin)s to %(end)s") % {"begin": start(begin, zone), "end": f"{last:%H:%M}"}
    return _("%(begin)s to %(end)s") % {"begin": start(begin, zone), "end": at(end, zone)}


def turns(days: int, minute: int, weekday: str) -> str:
    """`A week each, handed over on Mondays at 08:00`."""
    if days % 7 == 0:
        length = _("A week") if days == 7 else _("%(number)s weeks") % {"number": days // 7}
        return _("%(length)s each, handed over on %(weekday)ss at %(clock)s") % {
            "length": length,
            "weekday": weekday,
            "clock": clock(minute),
        }
    length = _("A day") if days == 1 else _("%(days)s days") % {"days": days}
    return _("%(length)s each, handed over at %(clock)s") % {
        "length": length,
        "clock": clock(minute),
    }
