"""Many tasks at once: what would happen, and what did."""

from dataclasses import dataclass

from dashboards.rows.queue import PatientLine
from dashboards.words import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRow:
    """One task of a selection."""

    id: str
    version: int
    level: Level
    title: str
    gist: str
    """`3 values, all normal`."""
    patient: PatientLine
    url: str
    stays: str = ""
    """Why it is left as it is; empty where it is not."""
    result: str = ""
    """What became of it, once it was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkPage:
    verb: str
    title: str
    button: str
    sentence: str
    rows: tuple[BulkRow, ...]
    """What it will be done to; afterwards what it was done to."""
    left: tuple[BulkRow, ...]
    """What stays as it is, and why."""
    more_like: int = 0
    """How many more of the list are like these."""
    back_to: str = ""
    back_url: str = ""
    may_undo: bool = False
