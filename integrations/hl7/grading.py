"""How bad a result is by its own flags (table 0078), and at most whether it is out of range.

Only HH, LL and AA are critical. `<` and `>` are limits of measurement. No flag is not normal, and a
value inside its range without a flag stays unknown: many laboratories flag nothing.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from charts.values import Severity, worst
from integrations.hl7.grammar import Grammar
from integrations.hl7.segment import NULL, part
from integrations.hl7.types import number

_FLAGS = {
    **dict.fromkeys(("HH", "LL", "AA"), Severity.CRITICAL),
    **dict.fromkeys(("H", "L", "A", "HU", "LU", "<", ">", "U", "D"), Severity.ABNORMAL),
    **dict.fromkeys(("R", "I", "NS", "SDD", "SYN-R"), Severity.ABNORMAL),
    **dict.fromkeys(("POS", "DET", "RR", "WR", "IND", "E"), Severity.ABNORMAL),
    **dict.fromkeys(("N", "NEG", "ND", "NR", "S", "VS"), Severity.NORMAL),
}
"""Better, worse, expected, carrier and the like say nothing of harm: unknown, as any other code."""
_MOST_FLAGS = 16
_LONGEST = 100
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)"
_RANGE = re.compile(
    rf"({_NUMBER})\s*(?:-|\u2013|to|\.\.)\s*({_NUMBER})(?:\s*[^\d\s<>=][^\d<>=]*)?", re.I
)
_LIMIT = re.compile(rf"(<=|>=|<|>|\u2264|\u2265)\s*({_NUMBER})(?:\s*[^\d\s<>=][^\d<>=]*)?")
_VALUE = re.compile(rf"(<=|>=|<|>|\u2264|\u2265)?\s*({_NUMBER})")


class Limits(NamedTuple):
    """OBX-7 as numbers. `open_low` and `open_high`: the limit itself is outside (`<5`)."""

    low: float | None = None
    high: float | None = None
    open_low: bool = False
    open_high: bool = False


NO_LIMITS = Limits()
_UNKNOWN = Severity.UNKNOWN


def read_flags(text: str, grammar: Grammar) -> tuple[tuple[str, ...], Severity | None]:
    """OBX-8: the code of each repetition and the worst of what they mean; None without a flag."""
    return _cached_flags(text, grammar) if len(text) <= _LONGEST else _flags(text, grammar)


def _flags(text: str, grammar: Grammar) -> tuple[tuple[str, ...], Severity | None]:
    repeats = text.split(grammar.repetition, _MOST_FLAGS)[:_MOST_FLAGS]
    stated = (part(repeat, grammar.component, 0).strip() for repeat in repeats)
    flags = tuple(grammar.decode(one).upper() for one in stated if one and one != NULL)
    return flags, worst([_FLAGS.get(flag, Severity.UNKNOWN) for flag in flags])


_cached_flags = lru_cache(maxsize=1024)(_flags)


def read_limits(text: str) -> Limits:
    """`70-100`, `[ 49 - 92 ]`, `4.3 to 6.2`, `<=0.070`, `>50`; other texts have no limits."""
    return _limits(text) if len(text) <= _LONGEST else NO_LIMITS


@lru_cache(maxsize=2048)
def _limits(text: str) -> Limits:
    text = text.strip().strip("[]()").strip()
    between = _RANGE.fullmatch(text)
    if between:
        low, high = float(between[1]), float(between[2])
        return Limits(low, high) if low <= high else NO_LIMITS
    one = _LIMIT.fullmatch(text)
    if one is None:
        return NO_LIMITS
    limit, sign = float(one[2]), one[1]
    if sign in ("<", "<=", "\u2264"):
        return Limits(high=limit, open_high=sign == "<")
    return Limits(low=limit, open_low=sign == ">")


def grade(flagged: Severity | None, value: str, limits: Limits) -> Severity:
    """By the flags where they say something, else abnormal outside the range, else unknown."""
    if flagged is not None and flagged is not _UNKNOWN:
        return flagged
    if limits is not NO_LIMITS and is_outside(value, limits):
        return Severity.ABNORMAL
    return _UNKNOWN


def is_outside(value: str, limits: Limits) -> bool:
    """Whether a number, or a bound such as `<15`, is certainly beyond the limits."""
    measured = number(value)
    if measured is not None:
        return _beyond(measured, measured, limits)
    match = _VALUE.fullmatch(value.strip()) if len(value) <= _LONGEST else None
    if match is None or match[1] is None:
        return False
    bound, strict = float(match[2]), match[1] in ("<", ">")
    if match[1] in ("<", "<=", "\u2264"):
        return limits.low is not None and (bound < limits.low or (strict and bound == limits.low))
    return limits.high is not None and (bound > limits.high or (strict and bound == limits.high))


def _beyond(least: float, most: float, limits: Limits) -> bool:
    low, high = limits.low, limits.high
    below = low is not None and (most < low or (limits.open_low and most == low))
    above = high is not None and (least > high or (limits.open_high and least == high))
    return below or above
