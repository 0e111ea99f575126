"""Telephone numbers as the networks write them (E.164). Pure."""

import re

from django.utils.translation import gettext as _

SHAPE = re.compile(r"\+[1-9]\d{7,14}")
NORTH_AMERICAN = re.compile(r"\+1[2-9]\d{2}[2-9]\d{6}")
NATIONAL_DIGITS = 10
WRITTEN = re.compile(r"[\s().\u2010-\u2015-]+")


class NotAPhone(ValueError):
    """The text says what a number must look like."""


def e164(text: str) -> str:
    """`+12025550123` of what a person typed: `(202) 555-0123`, `+1 202 555 0123`.

    Raises:
        NotAPhone: it is no number that can be called.
    """
    bare = WRITTEN.sub("", text.strip())
    if bare.isascii() and bare.isdigit():
        if len(bare) == NATIONAL_DIGITS:
            bare = f"+1{bare}"
        elif len(bare) == NATIONAL_DIGITS + 1 and bare.startswith("1"):
            bare = f"+{bare}"
    if not bare.isascii() or not SHAPE.fullmatch(bare):
        raise NotAPhone(
            _(
                "Write the number with its area code, such as (202) 555-0123; outside of North "
                "America with + and the country, such as +44 20 7946 0123."
            )
        )
    if bare.startswith("+1") and not NORTH_AMERICAN.fullmatch(bare):
        raise NotAPhone(
            _(
                "A number in North America has ten digits, and neither its area code nor what "
                "follows begins with 0 or 1. Check it."
            )
        )
    return bare


def shown(number: str) -> str:
    """`+1 202 555 0123`."""
    if NORTH_AMERICAN.fullmatch(number):
        return f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}"
    return number


def national(number: str) -> str:
    """As people there write it: `202-555-0123`."""
    if NORTH_AMERICAN.fullmatch(number):
        return f"{number[2:5]}-{number[5:8]}-{number[8:]}"
    return number
