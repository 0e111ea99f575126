"""Names, numbers and dates as they are searched for: no case, no accent, no mark. Pure."""

import re
import unicodedata
from datetime import date, datetime
from functools import partial

LONGEST = 120

PLAIN = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "æ": "ae", "œ": "oe"})
"""Letters that are one letter with a mark to the eye, and to Unicode none."""

DATES = (
    (re.compile(r"\b\d{4}-\d{1,2}-\d{1,2}\b"), "%Y-%m-%d"),
    (re.compile(r"\b\d{1,2}/\d{1,2}/\d{4}\b"), "%m/%d/%Y"),
    (re.compile(r"\b[a-z]{3} \d{1,2},? \d{4}\b", re.IGNORECASE), "%b %d %Y"),
)
"""How a birth date is typed, and how it is read."""


def folded(word: str) -> str:
    """`D'Ángelo` as `dangelo`, `MR-00123` as `mr00123`."""
    plain = unicodedata.normalize("NFKD", word.casefold()).translate(PLAIN)
    return "".join(letter for letter in plain if letter.isalnum())[:LONGEST]


def name_tokens(name: str) -> set[str]:
    """`de la Cruz-Núñez` is found by each of its parts, by its words and written as one."""
    parts = [name, *name.split(), *re.split(r"[\W_]+", name)]
    return {folded(part) for part in parts} - {""}


def day_token(day: date) -> str:
    return day.isoformat().replace("-", "")


def terms(query: str) -> tuple[str, ...]:
    """What a person typed, as beginnings of tokens: `Diaz 3/2/1961` as `diaz`, `19610302`.

    The longest comes first: it is on the fewest tokens.
    """
    for form, reading in DATES:
        query = form.sub(partial(_day, reading), query)
    found = {folded(word) for word in query.split()} - {""}
    return tuple(sorted(found, key=lambda term: (-len(term), term)))


def _day(reading: str, found: re.Match[str]) -> str:
    """The token of a date; a date that never was stays what was typed."""
    try:
        return day_token(datetime.strptime(found[0].replace(",", ""), reading).date())  # noqa: DTZ007
    except ValueError:
        return found[0]
