"""What one trial does to the product."""

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """All of it is chosen by `seed`, so that a trial can be run again."""

    seed: int = 1
    events: int = 1000
    rate: float = 60.0
    """Results a second at the laboratory's door."""
    kills: int = 20
    postgres_stops: int = 1
    valkey_kills: int = 1
    valkey_flushes: int = 2
    engines: int = 2
    workers: int = 2
    beats: int = 2
    valkey: bool = True
    hostile: bool = True
    """Whether the provider misbehaves, at random, in as many requests as there are events."""
    skewed: bool = True
    """Whether hosts are hours wrong."""
    reconcile: bool = True
    soonest: float = 2.0
    latest: float = 10.0
    """Seconds between a result's arrival and the second step of its ladder."""
    second_steps: bool = True
    """Whether the trial waits for them; else they are due when it is long over."""
    due_from: float = 0.0
    """Seconds from the begin to the first of the second steps; 0: soon after each arrival."""
    due_for: float = 60.0
    """Seconds in which they are all due, where `due_from` is set."""
    acknowledged: int = 10
    """One result of so many is acknowledged by a person; 0: none."""
    poison: int = 0
    """So many messages cannot be processed."""
    drain: float = 60.0
    """Seconds after the last kill in which everything must have been done."""

    @classmethod
    def of(cls, values: dict[str, Any]) -> "Trial":
        """From JSON."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known})
