"""The outcomes and their names: words ready to be read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """One outcome under its digit."""

    code: str
    digit: int
    name: str
    ours: str
    """What it is called where a practice says nothing else: what it means."""
    is_renamed: bool = False
