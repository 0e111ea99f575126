"""Holidays that a list proposes for a country or a part of it. None counts before a person says so.

The list is a library's: it knows what is a public holiday, and not whether this clinic is closed.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import holidays
from django.utils.translation import gettext as _
from holidays.registry import COUNTRIES

CODE = 2
LONGEST = 6
"""Letters in the code of a country, and of a part of one."""


class NoSuchPlace(ValueError):
    """The list knows no country or no part of it by that code; the text says which."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@lru_cache(maxsize=1)
def countries() -> Mapping[str, str]:
    """Every country of the list: code and name, by name."""
    known = holidays.list_supported_countries(include_aliases=False)
    named = {
        code: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind)
        for kind, *codes in COUNTRIES.values()
        for code in codes
        if code in known and len(code) == CODE
    }
    return dict(sorted(named.items(), key=lambda item: item[1]))


@lru_cache(maxsize=50)
def parts(country: str) -> Mapping[str, str]:
    """The states or provinces of a country that have holidays of their own: code and name."""
    if country not in countries():
        return {}
    book = holidays.country_holidays(country)
    named = {code: name for name, code in getattr(book, "subdivisions_aliases", {}).items()}
    return {code: named.get(code, code) for code in book.subdivisions if len(code) <= LONGEST}


def check(country: str, subdivision: str) -> None:
    """Refuse what the list does not know; no country at all is good: nothing is proposed.

    Raises:
        NoSuchPlace: with the field it belongs to.
    """
    if country and country not in countries():
        raise NoSuchPlace(
            "country",
            _("The list of holidays knows no country {country!r}.").format(country=country[:10]),
        )
    if subdivision and not country:
        raise NoSuchPlace("subdivision", _("Choose the country too, or leave the state empty."))
    if subdivision and subdivision not in parts(country):
        known = ", ".join(list(parts(country))[:6])
        hint = (
            _("It knows {known} and others.").format(known=known)
            if known
            else _("It knows no part of that country.")
        )
        raise NoSuchPlace(
            "subdivision",
            _("The list knows no state or province {state!r}. {hint}").format(
                state=subdivision[:10], hint=hint
            ),
        )


@lru_cache(maxsize=500)
def proposed(country: str, subdivision: str, years: Sequence[int]) -> Mapping[date, str]:
    """The public holidays of these years there, by day; empty where no country is given."""
    if not country:
        return {}
    book = holidays.country_holidays(
        country, subdiv=subdivision or None, years=years, language="en_US"
    )
    return dict(sorted(book.items()))
