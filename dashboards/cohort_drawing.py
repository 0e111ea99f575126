"""Geometry of the bars of cohorts: each as high as all that was sent, parted by its fates. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 250
LEFT, RIGHT, TOP, BOTTOM = 56, 128, 14, 64
WIDEST = 56
APART = 20


@dataclass(frozen=True, slots=True)
class Part:
    kind: str
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    width: int
    middle: int
    parts: tuple[Part, ...]
    lines: tuple[str, ...]
    """Under it: the period, its year, how many were sent."""
    label: str
    says: str
    """The share, above what came back; empty of a cohort of which nothing was sent."""
    says_y: int


@dataclass(frozen=True, slots=True)
class Level:
    """A line across: the target, or the practice's own beginning."""

    kind: str
    y: int
    label_y: int
    words: str


@dataclass(frozen=True, slots=True)
class Drawing:
    bars: tuple[Bar, ...]
    levels: tuple[Level, ...]
    across: tuple[tuple[int, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    base: int = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class Column:
    """What a bar is made of, from the bottom up."""

    label: str
    sent: str
    says: str
    parts: Sequence[tuple[str, int]]


def drawing(columns: Sequence[Column], levels: Sequence[tuple[str, float, str]]) -> Drawing:
    """Bars side by side, and the lines across them: kind, share and words."""
    slot = (WIDTH - LEFT - RIGHT) / max(1, len(columns))
    width = min(WIDEST, round(slot * 0.62))
    return Drawing(
        bars=tuple(
            _bar(column, round(LEFT + slot * at + (slot - width) / 2), width)
            for at, column in enumerate(columns)
        ),
        levels=_levels(levels),
        across=tuple((_up(share / 100), f"{share} %") for share in (0, 50, 100)),
    )


def _bar(column: Column, x: int, width: int) -> Bar:
    total, below, parts = sum(many for _, many in column.parts), 0, []
    for kind, many in column.parts:
        if many:
            top = _up((below + many) / total)
            parts.append(Part(kind, top, _up(below / total) - top))
            below += many
    first = column.parts[0][1] / total if total else 0
    lines = (*column.label.split(), column.sent)
    return Bar(x, width, x + width // 2, tuple(parts), lines, column.label, column.says,
               _up(first) - 5)  # fmt: skip


def _levels(levels: Sequence[tuple[str, float, str]]) -> tuple[Level, ...]:
    """From the top; no label stands over another."""
    placed: list[Level] = []
    for kind, share, words in sorted(levels, key=lambda one: -one[1]):
        at = _up(share)
        floor = placed[-1].label_y + APART if placed else TOP
        placed.append(Level(kind, at, max(at, floor), words))
    return tuple(placed)


def _up(share: float) -> int:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share)
