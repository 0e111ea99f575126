"""When a session is open, when its screen is locked, and when it has ended. Pure.

All of it is kept in the session, on the server: the browser counts only to warn in time.
"""

from collections.abc import MutableMapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from accounts.policy import AccessPolicy

Session = MutableMapping[str, Any]

BEGAN, ACTIVE, LOCKED, STANDING = "began_at", "active_at", "locked_at", "standing"
PRACTICE = "practice_id"
"""Which practice the person chose."""

OF_THE_PERSON = frozenset({
    "_auth_user_id", "_auth_user_backend", "_auth_user_hash", "account_authentication_methods",
    "account_authentication_methods_user", BEGAN, ACTIVE, "names_hidden",
})  # fmt: skip
"""What stays when somebody goes on to another practice; all else is dropped with the first."""

NOTED_EVERY = timedelta(seconds=20)
"""A session is written for activity no oftener."""


class State(StrEnum):
    OPEN = "open"
    LOCKED = "locked"
    IDLE = "idle"
    """Nobody was there for too long: it locks now."""
    OVER = "over"
    """It has lasted as long as the practice allows."""
    CHANGED = "changed"
    """The roles are not those that it began with."""


def begin(session: Session, *, now: datetime) -> None:
    """Somebody has just signed in."""
    session[BEGAN] = session[ACTIVE] = now.isoformat()
    session.pop(LOCKED, None)


def state(session: Session, policy: AccessPolicy, *, standing: str, now: datetime) -> State:
    """What it is at this instant; `standing`: who the person is at this practice."""
    if session.get(STANDING, standing) != standing:
        return State.CHANGED
    if now >= ends_at(session, policy, now=now):
        return State.OVER
    if LOCKED in session:
        return State.LOCKED
    return State.IDLE if now >= locks_at(session, policy, now=now) else State.OPEN


def ends_at(session: Session, policy: AccessPolicy, *, now: datetime) -> datetime:
    """However busy."""
    return _at(session, BEGAN, now) + timedelta(hours=policy.lasts_hours)


def locks_at(session: Session, policy: AccessPolicy, *, now: datetime) -> datetime:
    """Unless somebody does something before."""
    return _at(session, ACTIVE, now) + timedelta(minutes=policy.idle_minutes)


def note_activity(session: Session, *, standing: str, now: datetime) -> bool:
    """Somebody is there; whether that was written."""
    fresh = now - _at(session, ACTIVE, now) < NOTED_EVERY
    if fresh and ACTIVE in session and session.get(STANDING) == standing:
        return False
    session.setdefault(BEGAN, now.isoformat())
    session[ACTIVE], session[STANDING] = now.isoformat(), standing
    return True


def lock(session: Session, *, now: datetime) -> None:
    """Until the person proves again who they are."""
    session[LOCKED] = now.isoformat()


def unlock(session: Session, *, now: datetime) -> None:
    """They did. When it ends does not move."""
    session.pop(LOCKED, None)
    session[ACTIVE] = now.isoformat()


def choose(session: Session, practice_id: str) -> None:
    """Work for this practice from now on; what was kept for the one before is dropped."""
    for name in session.keys() - OF_THE_PERSON:
        del session[name]
    session[PRACTICE] = practice_id


def _at(session: Session, name: str, now: datetime) -> datetime:
    kept = session.get(name)
    return datetime.fromisoformat(kept) if kept else now
