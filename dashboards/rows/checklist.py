"""The checklists of a practice: words ready to be read, no model and no query."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineWords:
    title: str
    who: str
    """Who does it, and when it is asked for."""


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One version of one checklist."""

    name: str
    """`Version 2, published Nov 18, 2026 by Sam Ortiz`."""
    lines: tuple[LineWords, ...]


@dataclass(frozen=True, slots=True)
class ChecklistCard:
    """The checklist of one type of visit: the version in force, and those before it."""

    visit_type: str
    title: str
    now: VersionCard | None
    before: tuple[VersionCard, ...]
    url: str
    """Where it is changed; nothing where this member only reads."""


@dataclass(frozen=True, slots=True)
class ChecklistsPage:
    cards: tuple[ChecklistCard, ...]
    why_not: str
