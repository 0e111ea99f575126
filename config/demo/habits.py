"""What people usually do with a task, how likely and how soon. Pure data."""

from enum import StrEnum
from typing import NamedTuple

from charts.values import Severity
from routing.categories import Category


class Verb(StrEnum):
    CLAIM = "claim"
    ACKNOWLEDGE = "acknowledge"
    HOLD = "hold"
    COMPLETE = "complete"
    ASSIGN = "assign"
    COPY = "copy"
    CANCEL = "cancel"
    REOPEN = "reopen"
    DISCARD = "discard"


class Step(NamedTuple):
    """One move, so many minutes after the one before."""

    verb: Verb
    least: float
    most: float


Course = tuple[Step, ...]

AT_ONCE: Course = (Step(Verb.ACKNOWLEDGE, 4, 15), Step(Verb.COMPLETE, 8, 30))
SWIFT: Course = (Step(Verb.CLAIM, 5, 60), Step(Verb.COMPLETE, 2, 9))
STEADY: Course = (Step(Verb.ACKNOWLEDGE, 15, 120), Step(Verb.COMPLETE, 30, 300))
SEEN: Course = (Step(Verb.ACKNOWLEDGE, 15, 150),)
WAITS: Course = (Step(Verb.ACKNOWLEDGE, 15, 90), Step(Verb.HOLD, 5, 40))
HANDED: Course = (Step(Verb.ASSIGN, 20, 90),)
SHOWN: Course = (Step(Verb.COPY, 10, 60), Step(Verb.ACKNOWLEDGE, 5, 30))
TAKEN_BACK: Course = (Step(Verb.COMPLETE, 10, 60), Step(Verb.REOPEN, 20, 90))
DROPPED: Course = (Step(Verb.CANCEL, 20, 120),)
LOOKED_INTO: Course = (Step(Verb.ACKNOWLEDGE, 10, 40), Step(Verb.DISCARD, 700, 900))
LEFT: Course = ()

Habit = tuple[Course, ...]
"""A deck of courses: dealt out whole before it is shuffled anew, so that each of them occurs."""

CRITICAL: Habit = (AT_ONCE,)
CLINICAL: Habit = (*[STEADY] * 7, *[SEEN] * 3, *[WAITS] * 2, SHOWN, HANDED, *[LEFT] * 4)
NORMAL: Habit = (*[SWIFT] * 6, TAKEN_BACK, WAITS, *[LEFT] * 3)
SIGNING: Habit = (*[SEEN] * 3, *[LEFT] * 7)
"""The EHR closes these when they are signed."""
BROKEN: Habit = (LOOKED_INTO,)
OFFICE: Habit = (*[SWIFT] * 8, *[STEADY] * 3, *[WAITS] * 2, HANDED, DROPPED, *[LEFT] * 5)

BY_CATEGORY = {
    Category.UNSIGNED_ORDER: SIGNING,
    Category.INCOMPLETE_NOTE: SIGNING,
    Category.CONSULT_REPORT: CLINICAL,
    Category.QUARANTINED_MESSAGE: BROKEN,
}


def habit_of(category: str, severity: str) -> Habit:
    """What is usual for such a task."""
    if severity == Severity.CRITICAL:
        return CRITICAL
    if category == Category.RESULT_REVIEW:
        return NORMAL if severity == Severity.NORMAL else CLINICAL
    return BY_CATEGORY.get(Category(category), OFFICE)
