"""How referrals are chased: words ready to be read, no model and no query."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CadenceRow:
    """One row as a sentence in three parts."""

    name: str
    when: str
    """`7 days after it was ordered`."""
    test: str
    """`no appointment is booked`."""
    does: str
    """`a message to the patient`."""


@dataclass(frozen=True, slots=True)
class CadenceBranch:
    title: str
    rows: tuple[CadenceRow, ...]


@dataclass(frozen=True, slots=True)
class CadenceVersion:
    name: str
    """`Version 2, November 18, 2026, by Sam Ortiz`."""
    branches: tuple[CadenceBranch, ...]
    note: str
    """What it does beside its rows, or that it chases nothing."""


@dataclass(frozen=True, slots=True)
class CadenceCard:
    """The cadence of some referrals: the version in force, and those before it."""

    code: str
    title: str
    now: CadenceVersion
    before: tuple[CadenceVersion, ...]
    url: str


@dataclass(frozen=True, slots=True)
class CadencesPage:
    cards: tuple[CadenceCard, ...]
    specialties: tuple[tuple[str, str], ...]
    urgencies: tuple[tuple[str, str], ...]
    url: str
    """Where one for others is begun."""


@dataclass(frozen=True, slots=True)
class CadenceField:
    """One row of the form that writes a cadence."""

    name: str
    title: str
    count: str
    unit: str
    units: tuple[tuple[str, str], ...]
    anchor: str
    test: str
    is_on: bool
    fault: str
    """Why it cannot be so; empty where it can."""
