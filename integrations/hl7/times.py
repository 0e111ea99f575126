"""DTM, TS and DT: times of any precision, with and without an offset."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

_TIMESTAMP = re.compile(
    r"(\d{4})(?:-?(\d{2})(?:-?(\d{2})"
    r"(?:[T ]?(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?)?)?)?"
    r"\s?(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_LONGEST_TIMESTAMP = 40


def parse_ts(text: str, zone: str) -> datetime | None:
    """An instant in UTC from any precision of DTM or TS; without an offset it is `zone`'s clock.

    A date alone is its first moment. None for what is no time.
    """
    return _instant(text, zone) if text and len(text) <= _LONGEST_TIMESTAMP else None


@lru_cache(maxsize=4096)
def _instant(text: str, zone: str) -> datetime | None:
    if len(text) > 11 and text.isascii() and text[:12].isdigit():
        try:
            found = datetime.fromisoformat(f"{text[:8]}T{text[8:]}")
            return (found if found.tzinfo else found.replace(tzinfo=_zone(zone))).astimezone(UTC)
        except (ValueError, OverflowError):
            pass  # the slow way knows 24:00 and leap seconds
    return _unusual_instant(text.strip(), zone)


def _unusual_instant(text: str, zone: str) -> datetime | None:
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(number or 0) for number in match.groups()[:6])
    microsecond = int((match[7] or "0")[:6].ljust(6, "0"))
    try:
        local = datetime(
            year, month or 1, day or 1, hour % 24, minute, min(second, 59), microsecond, _zone(zone)
        )
        if hour == 24:
            local += timedelta(days=1)
        if match[8]:
            local = local.replace(tzinfo=_offset(match[8]))
        return local.astimezone(UTC) if hour <= 24 else None
    except (ValueError, OverflowError):
        return None


def _offset(text: str) -> timezone:
    if text == "Z":
        return UTC
    digits = text.replace(":", "")
    minutes = int(digits[1:3]) * 60 + int(digits[3:5])
    return timezone(timedelta(minutes=-minutes if digits[0] == "-" else minutes))


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def parse_date(text: str) -> date | None:
    """The calendar day of a DT or DTM, as written: no zone moves a birthday."""
    day = text
    if len(text) != 8 or not text.isdigit():
        match = _TIMESTAMP.fullmatch(text.strip()) if len(text) <= _LONGEST_TIMESTAMP else None
        day = "".join(match.group(1, 2, 3)) if match and match[3] else ""
    try:
        return date.fromisoformat(day) if day else None
    except ValueError:
        return None


def has_time(text: str) -> bool:
    """Whether a timestamp says more than the day."""
    match = _TIMESTAMP.fullmatch(text.strip()) if len(text) <= _LONGEST_TIMESTAMP else None
    return match is not None and bool(match[4])
