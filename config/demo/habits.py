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

Habit = dict[Course, int]
"""Courses with their weights."""

CRITICAL: Habit = {AT_ONCE: 1}
CLINICAL: Habit = {STEADY: 40, SEEN: 15, WAITS: 12, SHOWN: 8, HANDED: 5, LEFT: 20}
NORMAL: Habit = {SWIFT: 60, TAKEN_BACK: 5, WAITS: 5, LEFT: 30}
SIGNING: Habit = {SEEN: 30, LEFT: 70}
"""The EHR closes these when they are signed."""
BROKEN: Habit = {LOOKED_INTO: 1}
OFFICE: Habit = {SWIFT: 40, STEADY: 15, WAITS: 12, HANDED: 6, DROPPED: 4, LEFT: 23}

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
