"""The words a person reads: severities, spans, instants, birth dates, names. Pure.

Month in letters always, never 07/08/45. Instants come in aware and leave in the zone told.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.functional import lazy
from django.utils.translation import get_language, gettext, ngettext, pgettext


def said(text: str) -> str:
    """`gettext`, which remembers: a page says the same words fifty times."""
    return _said(text, get_language())


@lru_cache(maxsize=10_000)
def _said(text: str, _language: str | None) -> str:
    return gettext(text)


_ = said
_later = lazy(said, str)


def later(text: str) -> str:
    """Words of a table: in the language of whoever reads them, which nobody knows at start."""
    return _later(text)


class Level(StrEnum):
    """How grave a task is, as the screen says it. Shape and word come first, colour last."""

    CRITICAL = "critical"
    ABNORMAL = "abnormal"
    UNFLAGGED = "unflagged"
    ROUTINE = "routine"
    FYI = "fyi"

    @property
    def word(self) -> str:
        return LEVEL_WORDS[self]


LEVEL_WORDS = {
    Level.CRITICAL: later("Critical"),
    Level.ABNORMAL: later("Abnormal"),
    Level.UNFLAGGED: later("Unflagged"),
    Level.ROUTINE: later("Routine"),
    Level.FYI: later("FYI"),
}


class Tone(StrEnum):
    """How loudly a span of time is said."""

    PLAIN = "plain"
    SOON = "soon"
    LATE = "late"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant: short words, the exact form for focus and print, and the machine form."""

    words: str
    exact: str
    iso: str
    tone: Tone = Tone.PLAIN


MINUTE, HOUR, DAY = 60, 3600, 86400

FLAG_WORDS = {
    "L": later("low"),
    "LL": later("critically low"),
    "H": later("high"),
    "HH": later("critically high"),
    "<": later("below the scale"),
    ">": later("above the scale"),
    "A": later("abnormal"),
    "AA": later("critically abnormal"),
    "N": later("normal"),
    "POS": later("positive"),
    "NEG": later("negative"),
    "R": later("resistant"),
    "S": later("susceptible"),
    "I": later("intermediate"),
}

MONTHS = (
    later("Jan"), later("Feb"), later("Mar"), later("Apr"), later("May"), later("Jun"),
    later("Jul"), later("Aug"), later("Sep"), later("Oct"), later("Nov"), later("Dec"),
)  # fmt: skip
WEEKDAYS = (
    later("Monday"), later("Tuesday"), later("Wednesday"), later("Thursday"), later("Friday"),
    later("Saturday"), later("Sunday"),
)  # fmt: skip
SHORT_WEEKDAYS = (
    later("Mon"), later("Tue"), later("Wed"), later("Thu"), later("Fri"), later("Sat"),
    later("Sun"),
)  # fmt: skip


def flag_words(flag: str) -> str:
    """What a flag of HL7 table 0078 says; the flag itself where it is not in common use."""
    if not flag:
        return ""
    return str(FLAG_WORDS.get(flag) or _("flagged %(flag)s") % {"flag": flag})


def span(seconds: float) -> str:
    """A length of time in its largest fitting unit: `12 min`, `3 h`, `2 d`."""
    seconds = max(0, seconds)
    if seconds < MINUTE:
        return _("now")
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min"
    if seconds < 2 * DAY:
        return f"{int(seconds // HOUR)} h"
    return f"{int(seconds // DAY)} d"


def ago(seconds: float) -> str:
    """How long ago, to the second where it is seconds: `2 s ago`, `3 min ago`."""
    length = f"{max(0, int(seconds))} s" if seconds < MINUTE else span(seconds)
    return _("%(span)s ago") % {"span": length}


def exactly(at: datetime, zone: ZoneInfo) -> str:
    """`Nov 21, 2026, 14:05 CST`."""
    local = at.astimezone(zone)
    return f"{long_date(local.date())}, {local:%H:%M} {local.tzname()}"


def month(day: date) -> str:
    """`Nov`."""
    return str(MONTHS[day.month - 1])


def weekday(day: date) -> str:
    """`Monday`."""
    return str(WEEKDAYS[day.weekday()])


def short_weekday(day: date) -> str:
    """`Mon`."""
    return str(SHORT_WEEKDAYS[day.weekday()])


def month_day(day: date) -> str:
    """`Jul 14`."""
    return _date_forms(get_language())[0] % {"month": month(day), "day": day.day}


def long_date(day: date) -> str:
    """`Jul 14, 1945`."""
    parts = {"month": month(day), "day": day.day, "year": day.year}
    return _date_forms(get_language())[1] % parts


@lru_cache
def _date_forms(_language: str | None) -> tuple[str, str]:
    """Without and with the year."""
    return pgettext("date", "%(month)s %(day)s"), pgettext("date", "%(month)s %(day)s, %(year)s")


def at_words(at: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """`Today 14:05`, `Yesterday 09:12`, `Nov 18, 09:12`, `Nov 18, 2024`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    near = {-1: _("Yesterday"), 0: _("Today"), 1: _("Tomorrow")}.get((local.date() - today).days)
    if near:
        return f"{near} {local:%H:%M}"
    if local.year == today.year:
        return f"{month_day(local.date())}, {local:%H:%M}"
    return long_date(local.date())


def moment(at: datetime, *, zone: ZoneInfo, now: datetime) -> Moment:
    """When something happened or will, on the clock of the place."""
    return Moment(at_words(at, zone=zone, now=now), exactly(at, zone), _iso(at))


def waited(since: datetime, *, zone: ZoneInfo, now: datetime, tone: Tone = Tone.PLAIN) -> Moment:
    """How long something has waited: `3 h`."""
    words = span((now - since).total_seconds())
    return Moment(words, _("since %(since)s") % {"since": exactly(since, zone)}, _iso(since), tone)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def age(birth_date: date, *, on: date) -> str:
    """`81 y`; under two years in months, under two months in days."""
    had_birthday = (on.month, on.day) >= (birth_date.month, birth_date.day)
    years = on.year - birth_date.year - (0 if had_birthday else 1)
    if years >= 2:
        return _("%(years)s y") % {"years": years}
    months = (on.year - birth_date.year) * 12 + on.month - birth_date.month
    months -= 0 if on.day >= birth_date.day else 1
    if months >= 2:
        return _("%(months)s mo") % {"months": months}
    return f"{max(0, (on - birth_date).days)} d"


def patient_name(family: str, given: str) -> str:
    """`DIAZ, Maria`: the family name first and in capitals; never blank."""
    given = given.strip()
    parts = [family.strip().upper(), given.title() if given.isupper() else given]
    parts = [part for part in parts if part]
    return ", ".join(parts) or _("Name not known")


def initials(family: str, given: str) -> str:
    """`D. M.`, where others can see the screen."""
    letters = [f"{name.strip()[0].upper()}." for name in (family, given) if name.strip()]
    return " ".join(letters) or _("Name not known")


def count(number: int, cap: int = 1000) -> str:
    """`48`; `1,000+` at the cap, where counting stopped."""
    return f"{cap:,}+" if number >= cap else f"{number:,}"


def plural(one: str, many: str, number: int, **more: str) -> str:
    """`1 task`, `2 tasks`: of `%(count)s task` and `%(count)s tasks`."""
    return ngettext(one, many, number) % {"count": f"{number:,}", **more}
