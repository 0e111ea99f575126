"""Geometry of the chart of arrivals and closures. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 40, 92, 12, 26
APART = 22
"""Labels at the ends of lines stand at least this far from each other."""


@dataclass(frozen=True, slots=True)
class Line:
    points: str
    end_x: int
    end_y: int
    label_y: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A number or a day beside an axis."""

    at: int
    words: str


@dataclass(frozen=True, slots=True)
class Plot:
    lines: tuple[Line, ...]
    across: tuple[Mark, ...]
    up: tuple[Mark, ...]
    base: int = HEIGHT - BOTTOM
    left: int = LEFT
    right: int = WIDTH - RIGHT


def plot(series: Sequence[Sequence[int]], labels: Sequence[str]) -> Plot:
    """Lines over the same days, on one scale from zero to a round number."""
    top = ceiling(max((value for line in series for value in line), default=0))
    last = max(len(labels) - 1, 1)

    def across(at: int) -> int:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * at / last)

    def up(value: float) -> int:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top)

    ends = _apart([up(values[-1]) for values in series])
    return Plot(
        lines=tuple(
            Line(" ".join(f"{across(at)},{up(value)}" for at, value in enumerate(values)),
                 across(len(values) - 1), up(values[-1]), end)
            for values, end in zip(series, ends, strict=True)
        ),
        across=tuple(Mark(across(at), labels[at]) for at in range(len(labels) - 1, -1, -7)),
        up=tuple(Mark(up(value), f"{value:,}") for value in (0, top // 2, top)),
    )  # fmt: skip


def ceiling(most: int) -> int:
    """The next even round number: 2, 4, 10, 20, 40, 100 and so on."""
    step = 1
    while True:
        for part in (2, 4, 10):
            if most <= part * step:
                return part * step
        step *= 10


def _apart(ends: Sequence[int]) -> list[int]:
    """Where labels stand, so that none lies over another or over the days."""
    placed = list(ends)
    for above, below in pairwise(sorted(range(len(ends)), key=lambda at: ends[at])):
        placed[below] = max(placed[below], placed[above] + APART)
    under = max(0, max(placed, default=0) - (HEIGHT - BOTTOM))
    return [at - under for at in placed]
