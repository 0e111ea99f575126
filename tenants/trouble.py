"""Whose trouble an error of the database is: everybody's, or one practice's."""

from django.db import InterfaceError, OperationalError

AWAY = ("08", "57P")
"""SQLSTATE of a lost connection, and of a server that shuts down or has not started."""


def is_away(error: BaseException) -> bool:
    """Whether the database is away, so that no other practice fares better.

    A lock that was waited for too long, a statement that took too long and a deadlock are errors
    of the same class, and somebody's own.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state: str | None = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(AWAY)
