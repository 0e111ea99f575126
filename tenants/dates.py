"""Days as people read them, in the language of the reader: months in letters, always."""

from datetime import date

from django.utils.dateformat import format as written
from django.utils.translation import pgettext


def month_day(day: date) -> str:
    """`Jul 14`; `14 jul`."""
    return written(day, pgettext("format of a date", "M j"))


def long_date(day: date) -> str:
    """`Jul 14, 1945`; `14 jul 1945`."""
    return written(day, pgettext("format of a date", "M j, Y"))


def weekday(day: date) -> str:
    """`Monday`; `lunes`."""
    return written(day, "l")


def short_weekday(day: date) -> str:
    """`Sat`; `sáb`."""
    return written(day, "D")


def week_day(day: date) -> str:
    """`Sat Jul 14`; `sáb 14 jul`."""
    return written(day, pgettext("format of a date", "D M j"))
