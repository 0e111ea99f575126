"""Opening hours as people write them: `8:00-12:00, 1pm-5pm`. Pure."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from escalation.calendar import clock

CLOSED = frozenset({"", "closed", "-", "none"})
_TIME = r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.)?"
_INTERVAL = re.compile(rf"\s*{_TIME}\s*(?:-|\u2013|\u2014|to|until)\s*{_TIME}\s*", re.IGNORECASE)
_ONE = re.compile(rf"\s*{_TIME}\s*", re.IGNORECASE)

Minutes = tuple[int, int]


class Unreadable(ValueError):
    """These are no hours; the text says how to write them."""


def parse(text: str) -> list[Minutes]:
    """The intervals of one day; whether they can be used is not asked here.

    Raises:
        Unreadable: with an example.
    """
    if text.strip().lower() in CLOSED:
        return []
    found = []
    for part in re.split(r"[,;]|\band\b", text):
        match = _INTERVAL.fullmatch(part)
        if match is None:
            raise Unreadable(_("Write hours like 8:00-12:00, 13:00-17:00, or leave it empty."))
        found.append((_minute(*match.groups()[:3]), _minute(*match.groups()[3:])))
    return found


def parse_time(text: str) -> int:
    """A time of the day, in minutes.

    Raises:
        Unreadable: with an example.
    """
    match = _ONE.fullmatch(text)
    if match is None:
        raise Unreadable(_("Write a time like 18:00."))
    return _minute(*match.groups())


def _minute(hour: str, minute: str | None, half: str | None) -> int:
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= 12:
            raise Unreadable(_("With am or pm, the hour lies between 1 and 12."))
        hours = hours % 12 + (12 if half[0] in "pP" else 0)
    if hours > 24 or minutes > 59:
        raise Unreadable(_("The hour lies between 0:00 and 24:00."))
    return hours * 60 + minutes


def written(spans: Sequence[Sequence[int]]) -> str:
    """As `parse` reads it again: `08:00-12:00, 13:00-17:00`."""
    return ", ".join(f"{clock(begins)}-{clock(ends)}" for begins, ends in spans)


def said(spans: Sequence[Sequence[int]]) -> str:
    """As a person reads it: `08:00 to 12:00, 13:00 to 17:00`, `Closed`, `Day and night`."""
    if not spans:
        return _("Closed")
    if [list(span) for span in spans] == [[0, 1440]]:
        return _("Day and night")
    return ", ".join(
        _("%(clock)s to %(clock2)s") % {"clock": clock(begins), "clock2": clock(ends)}
        for begins, ends in spans
    )
