"""Dates as people write them: which order of day and month a file uses, where it can be told."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop as _

ISO, MONTH_FIRST, DAY_FIRST, MONTH_WORD = "iso", "month-first", "day-first", "month-word"

FORMATS: dict[str, str] = {
    ISO: "2026-03-31",
    MONTH_FIRST: _("03/31/2026 (month first)"),
    DAY_FIRST: _("31/03/2026 (day first)"),
    MONTH_WORD: _("Mar 31, 2026 or 31 Mar 2026"),
}

_CLOCK = (
    r"(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2}(?:\.\d+)?)?\s*(?P<half>[AaPp][Mm])?)?"
)
_ISO = re.compile(r"(?P<y>\d{4})[-/.]?(?P<m>\d{2})[-/.]?(?P<d>\d{2})" + _CLOCK + r"Z?")
_MONTH_FIRST = re.compile(r"(?P<m>\d{1,2})[-/.](?P<d>\d{1,2})[-/.](?P<y>\d{4})" + _CLOCK)
_DAY_FIRST = re.compile(r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})" + _CLOCK)
_WORD = re.compile(r"(?P<w>[A-Za-z]{3,9})\.?[ -]+(?P<d>\d{1,2}),?[ -]+(?P<y>\d{4})" + _CLOCK)
_WORD_LATER = re.compile(r"(?P<d>\d{1,2})[ -](?P<w>[A-Za-z]{3,9})\.?,?[ -](?P<y>\d{4})" + _CLOCK)
_SHORT_YEAR = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(?!\d).*")

_READ_BY = {
    ISO: (_ISO,),
    MONTH_FIRST: (_ISO, _MONTH_FIRST),
    DAY_FIRST: (_ISO, _DAY_FIRST),
    MONTH_WORD: (_ISO, _WORD, _WORD_LATER),
}
"""A date that begins with its year can be read in every file."""

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        start=1,
    )
}
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Sniffed:
    """The format that reads the dates; none where two do, and a date that tells them apart."""

    format: str
    doubtful: str = ""
    """A date of the file that is another day in each: `03/04/2026`."""


def sniff(values: Iterable[str]) -> Sniffed:
    """Which format reads the most dates of a file; single wrong ones are told row by row."""
    said = [value for value in (one.strip() for one in values) if value]
    many = {name: sum(moment(one, name) is not None for one in said) for name in FORMATS}
    best = [name for name in FORMATS if many[name] == max(many.values()) > 0]
    if MONTH_FIRST in best and DAY_FIRST in best and ISO not in best:
        doubtful = next((v for v in said if moment(v, MONTH_FIRST) != moment(v, DAY_FIRST)), "")
        return Sniffed("" if doubtful else MONTH_FIRST, doubtful)
    return Sniffed(best[0] if best else "")


def has_short_year(text: str) -> bool:
    """Whether the year has two digits only, and so could be of either century."""
    return _SHORT_YEAR.fullmatch(text.strip()) is not None


def moment(text: str, format_name: str) -> datetime | None:
    """The instant on the clock of the place, without a zone; midnight where no hour is given."""
    text = text.strip()
    if not text or len(text) > LONGEST or not text.isascii():
        return None
    for pattern in _READ_BY.get(format_name, ()):
        if found := pattern.fullmatch(text):
            return _moment(found)
    return None


def day(text: str, format_name: str) -> date | None:
    """The date alone."""
    found = moment(text, format_name)
    return found.date() if found else None


def instant(text: str, format_name: str, zone: ZoneInfo) -> datetime | None:
    """The instant, on the clock of that zone; one that ends in Z says that it is UTC."""
    found = moment(text, format_name)
    at = UTC if text.strip().endswith("Z") else zone
    return found.replace(tzinfo=at) if found else None


def _moment(found: re.Match[str]) -> datetime | None:
    said = found.groupdict()
    month = _MONTHS.get(said["w"][:3].lower(), 0) if said.get("w") else int(said["m"])
    try:
        on = date(int(said["y"]), month, int(said["d"]))
        return datetime.combine(on, _clock(said["hour"], said["minute"], said["half"]))
    except ValueError:
        return None


def _clock(hour: str | None, minute: str | None, half: str | None) -> time:
    if hour is None:
        return time.min
    hours = int(hour) % 12 + (12 if half.lower() == "pm" else 0) if half else int(hour)
    return time(hours, int(minute or 0))
