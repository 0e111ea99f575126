"""The page that proves that the clock runs: sentences, no model and no query."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One thing that lives or does not: its name, and a sentence about it."""

    name: str
    said: str
    more: str = ""
    tone: str = "arriving"
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachRow:
    """An obligation that does not hold, what to do, and who was told."""

    broken: str
    where: str
    do: str
    told: str
    grave: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPage:
    at: str
    holds: bool
    auditor: Sign
    breaches: tuple[BreachRow, ...]
    sweep: Sign
    """The one that fires steps: the proof in one sentence."""
    sweeps: tuple[Sign, ...]
    feeds: tuple[Sign, ...]
    channels: tuple[Sign, ...]
    past: tuple[Sign, ...]
