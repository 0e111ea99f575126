"""What people usually do with a task, how likely and how soon. Pure data."""

import random
from enum import StrEnum
from typing import NamedTuple

from charts.values import Severity
from integrations.simulator.stories import Number
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
COPIED: Course = (Step(Verb.COPY, 5, 25),)
PASSED_ON: Course = (Step(Verb.ASSIGN, 60, 300),)

Habit = tuple[Course, ...]
"""A deck of courses: dealt out whole before it is shuffled anew, so that each of them occurs."""

CRITICAL: Habit = (AT_ONCE,)
CLINICAL: Habit = (*[STEADY] * 4, *[SEEN] * 2, WAITS, SHOWN, HANDED, *[LEFT] * 3)
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


BY_STORY: dict[tuple[str, str], Course] = {
    (Number.AMENDED, Severity.NORMAL): SWIFT,
    (Number.AMENDED, Severity.ABNORMAL): COPIED,
}
"""What is done with the result of a story, by what it says; all else of them is left."""


class Decks:
    """The courses of each habit, dealt out one by one."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._held: dict[Habit, list[Course]] = {}

    def next(self, habit: Habit) -> Course:
        """The next card of the habit's deck."""
        deck = self._held.setdefault(habit, [])
        if not deck:
            deck += self._rng.sample(habit, len(habit))
        return deck.pop()


def course_of_story(number: str, severity: str) -> Course | None:
    """What a story asks for; None of all that is no story."""
    return BY_STORY.get((number, severity), LEFT) if number in set(Number) else None


def habit_of(category: str, severity: str) -> Habit:
    """What is usual for such a task."""
    if severity == Severity.CRITICAL:
        return CRITICAL
    if category == Category.RESULT_REVIEW:
        return NORMAL if severity == Severity.NORMAL else CLINICAL
    return BY_CATEGORY.get(Category(category), OFFICE)


SAME_DAY: Course = (Step(Verb.ACKNOWLEDGE, 15, 150), Step(Verb.COMPLETE, 20, 240))
QUICK: Course = (Step(Verb.COMPLETE, 20, 260),)
NEXT_DAY: Course = (Step(Verb.ACKNOWLEDGE, 60, 400), Step(Verb.COMPLETE, 500, 1300))
LATER: Course = (Step(Verb.ACKNOWLEDGE, 300, 1500), Step(Verb.COMPLETE, 1500, 4300))
HELD: Course = (
    Step(Verb.ACKNOWLEDGE, 30, 240), Step(Verb.HOLD, 5, 60), Step(Verb.COMPLETE, 2600, 7200),
)  # fmt: skip

LONG_AGO: Habit = (*[SAME_DAY] * 12, *[NEXT_DAY] * 3, HELD)
"""What became of clinical work on days that are over: in the end all of it was done."""
LONG_AGO_ROUTINE: Habit = (*[QUICK] * 16, *[SAME_DAY] * 5, *[NEXT_DAY] * 2, LATER, HELD)


def past_habit_of(category: str, severity: str) -> Habit:
    """What was usual for such a task when the day was lived."""
    usual = habit_of(category, severity)
    if usual is CRITICAL:
        return CRITICAL
    return LONG_AGO_ROUTINE if usual in (NORMAL, OFFICE) else LONG_AGO
