"""Which other open work the thing in front of somebody explains, so that one Done can close both.

Read a potassium, and the reminder to repeat it is done too. The table says which kinds of work
explain which, and by what they must hang together. Never in it: another result, which somebody
must read for itself. Pure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from routing.categories import Category


class Tie(StrEnum):
    """By what two pieces of work hang together."""

    ABOUT = "about"
    """One is about the very item, or visit, of the other."""
    ORDER = "order"
    """Both bear one order number: the placer's, the filler's."""
    CODE = "code"
    """Both name one test or drug, and the other was asked for before this one came."""
    VISIT = "visit"
    """Both belong to one visit."""


WORDS = {
    Tie.ABOUT: _("about this very item"),
    Tie.ORDER: _("of the same order"),
    Tie.CODE: _("asked for this before it came"),
    Tie.VISIT: _("of the same visit"),
}

C, T = Category, Tie
_ASKED_FOR = frozenset({T.ABOUT, T.ORDER, T.CODE})

EXPLAINS: Mapping[Category, Mapping[Category, frozenset[Tie]]] = {
    C.RESULT_REVIEW: {
        C.OVERDUE_RESULT: frozenset({T.ABOUT, T.ORDER}),
        C.UNSIGNED_ORDER: frozenset({T.ORDER}),
        C.ADMINISTRATIVE_MESSAGE: _ASKED_FOR,
        C.APPOINTMENT_FOLLOW_UP: frozenset({T.ORDER}),
    },
    C.CONSULT_REPORT: {
        C.REFERRAL: frozenset({T.ORDER}),
        C.MISSING_REPORT: frozenset({T.ABOUT, T.ORDER}),
        C.ADMINISTRATIVE_MESSAGE: frozenset({T.ABOUT, T.ORDER}),
        C.PRIOR_AUTHORIZATION: frozenset({T.ORDER}),
    },
    C.REFERRAL: {
        C.MISSING_REPORT: frozenset({T.ABOUT}),
        C.PRIOR_AUTHORIZATION: frozenset({T.ORDER}),
    },
    C.REFILL: {
        C.MEDICATION_CHANGE: frozenset({T.ORDER, T.CODE}),
        C.PRIOR_AUTHORIZATION: frozenset({T.ORDER, T.CODE}),
        C.ADMINISTRATIVE_MESSAGE: _ASKED_FOR,
    },
    C.INCOMPLETE_NOTE: {C.MISSING_NOTE: frozenset({T.ABOUT, T.VISIT})},
    C.OVERDUE_RESULT: {C.ADMINISTRATIVE_MESSAGE: frozenset({T.ABOUT, T.ORDER})},
}  # fmt: skip
"""What is being closed, what it may close along, and by which ties."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What a task is about, as far as ties go."""

    category: str
    ids: frozenset[Any] = frozenset()
    """Of its item, and of the order, referral or visit that it misses."""
    numbers: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    """System and code of the test or drug, and of each value of a panel."""
    visit: str = ""
    since: datetime


HOLDS: Mapping[Tie, Callable[[Thing, Thing], bool]] = {
    Tie.ABOUT: lambda closing, other: bool(closing.ids & other.ids),
    Tie.ORDER: lambda closing, other: bool(closing.numbers & other.numbers),
    Tie.CODE: lambda closing, other: bool(closing.codes & other.codes)
    and other.since <= closing.since,
    Tie.VISIT: lambda closing, other: bool(closing.visit) and closing.visit == other.visit,
}  # fmt: skip


def explains(category: str) -> bool:
    """Whether work of this kind can close any other along."""
    return Category(category) in EXPLAINS


def tie(closing: Thing, other: Thing) -> Tie | None:
    """Why the other task is done too once this one is; None: it is not."""
    allowed = EXPLAINS.get(Category(closing.category), {}).get(Category(other.category), ())
    return next((one for one in Tie if one in allowed and HOLDS[one](closing, other)), None)
