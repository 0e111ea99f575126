"""The words a person reads: severities, spans, instants, birth dates, names. Pure.

Month in letters always, never 07/08/45. Instants come in aware and leave in the zone told.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Level(StrEnum):
    """How grave a task is, as the screen says it. Shape and word come first, colour last."""

    CRITICAL = "critical"
    ABNORMAL = "abnormal"
    UNFLAGGED = "unflagged"
    ROUTINE = "routine"
    FYI = "fyi"

    @property
    def word(self) -> str:
        return "FYI" if self is Level.FYI else self.value.capitalize()


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
    "L": "low",
    "LL": "critically low",
    "H": "high",
    "HH": "critically high",
    "<": "below the scale",
    ">": "above the scale",
    "A": "abnormal",
    "AA": "critically abnormal",
    "N": "normal",
    "POS": "positive",
    "NEG": "negative",
    "R": "resistant",
    "S": "susceptible",
    "I": "intermediate",
}


def flag_words(flag: str) -> str:
    """What a flag of HL7 table 0078 says; the flag itself where it is not in common use."""
    return FLAG_WORDS.get(flag, f"flagged {flag}") if flag else ""


def span(seconds: float) -> str:
    """A length of time in its largest fitting unit: `12 min`, `3 h`, `2 d`."""
    seconds = max(0, seconds)
    if seconds < MINUTE:
        return "now"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min"
    if seconds < 2 * DAY:
        return f"{int(seconds // HOUR)} h"
    return f"{int(seconds // DAY)} d"


def ago(seconds: float) -> str:
    """How long ago, to the second where it is seconds: `2 s ago`, `3 min ago`."""
    said = f"{max(0, int(seconds))} s" if seconds < MINUTE else span(seconds)
    return f"{said} ago"


def exactly(at: datetime, zone: ZoneInfo) -> str:
    """`Nov 21, 2026, 14:05 CST`."""
    local = at.astimezone(zone)
    return f"{month_day(local.date())}, {local:%Y, %H:%M} {local.tzname()}"


def month_day(day: date) -> str:
    return f"{day:%b} {day.day}"


def long_date(day: date) -> str:
    """`Jul 14, 1945`."""
    return f"{month_day(day)}, {day.year}"


def at_words(at: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """`Today 14:05`, `Yesterday 09:12`, `Nov 18, 09:12`, `Nov 18, 2024`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"Today {local:%H:%M}"
    if local.date() == today - timedelta(days=1):
        return f"Yesterday {local:%H:%M}"
    if local.date() == today + timedelta(days=1):
        return f"Tomorrow {local:%H:%M}"
    if local.year == today.year:
        return f"{month_day(local.date())}, {local:%H:%M}"
    return long_date(local.date())


def moment(at: datetime, *, zone: ZoneInfo, now: datetime) -> Moment:
    """When something happened or will, on the clock of the place."""
    return Moment(at_words(at, zone=zone, now=now), exactly(at, zone), _iso(at))


def waited(since: datetime, *, zone: ZoneInfo, now: datetime, tone: Tone = Tone.PLAIN) -> Moment:
    """How long something has waited: `3 h`."""
    words = span((now - since).total_seconds())
    return Moment(words, f"since {exactly(since, zone)}", _iso(since), tone)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def age(birth_date: date, *, on: date) -> str:
    """`81 y`; under two years in months, under two months in days."""
    had_birthday = (on.month, on.day) >= (birth_date.month, birth_date.day)
    years = on.year - birth_date.year - (0 if had_birthday else 1)
    if years >= 2:
        return f"{years} y"
    months = (on.year - birth_date.year) * 12 + on.month - birth_date.month
    months -= 0 if on.day >= birth_date.day else 1
    return f"{months} mo" if months >= 2 else f"{max(0, (on - birth_date).days)} d"


def patient_name(family: str, given: str) -> str:
    """`DIAZ, Maria`: the family name first and in capitals; never blank."""
    given = given.strip()
    parts = [family.strip().upper(), given.title() if given.isupper() else given]
    parts = [part for part in parts if part]
    return ", ".join(parts) or "Name not known"


def initials(family: str, given: str) -> str:
    """`D. M.`, where others can see the screen."""
    letters = [f"{name.strip()[0].upper()}." for name in (family, given) if name.strip()]
    return " ".join(letters) or "Name not known"


def count(number: int, cap: int = 1000) -> str:
    """`48`; `1,000+` at the cap, where counting stopped."""
    return f"{cap:,}+" if number >= cap else f"{number:,}"


def plural(number: int, one: str, many: str = "") -> str:
    """`1 task`, `2 tasks`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
