"""Who signs in how: words ready to be read, no model and no query."""

from dataclasses import dataclass

from dashboards.rows.task import Choice
from dashboards.words import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStepLine:
    """One person, and what they have beside their password."""

    name: str
    roles: str
    held: str
    """Empty: nothing."""
    is_missing: bool
    """Asked of them, and not there."""
    is_me: bool
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityPage:
    lead: str
    sign_on: str
    """How people come in."""
    choices: tuple[Choice, ...]
    people: tuple[SecondStepLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOnPage:
    """The practice's own sign-in."""

    practice: str
    lead: str
    is_set: bool
    has_worked: bool
    try_url: str
    """Go there and come back, as oneself."""
    back: str
    """Where it must send people back to."""
    door: str
    """Where people of the practice begin."""
    keeper: str
    """Who may still come by password; empty: everybody may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLine:
    """Where somebody is signed in."""

    id: int
    words: str
    address: str
    seen: Moment
    began: Moment
    is_this: bool
