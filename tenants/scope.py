"""Which practice this code works for. Outside a scope nothing of any practice can be read.

Two locks: the ORM refuses (ScopeError), and PostgreSQL row security returns nothing where code
forgets (docs/adr/0003). The scope lives in a ContextVar, so a thread or a job starts with none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.pq import TransactionStatus

SETTING = "app.practice_id"

_practice: ContextVar[UUID | None] = ContextVar("practice", default=None)


class ScopeError(RuntimeError):
    """A practice's rows were asked for with no practice in scope, or outside a transaction."""


def current() -> UUID:
    """The practice in scope.

    Raises:
        ScopeError: there is none.
    """
    practice = _practice.get()
    if practice is None:
        raise ScopeError("No practice in scope: enter `with scoped(practice_id):` first.")
    return practice


def current_or_none() -> UUID | None:
    """The practice in scope, or None. For code that must work on both sides of the line."""
    return _practice.get()


@contextmanager
def scoped(practice_id: UUID) -> Iterator[None]:
    """Work for one practice. May be entered inside an open transaction, and nested."""
    before = _practice.get()
    token = _practice.set(practice_id)
    _tell_open_transactions(practice_id)
    try:
        yield
    finally:
        _practice.reset(token)
        _tell_open_transactions(before)


def require_open(alias: str = DEFAULT_DB_ALIAS) -> None:
    """Refuse a query that row security would answer with a silent nothing.

    Raises:
        ScopeError: no practice in scope, or no transaction in which the database was told of it.
    """
    current()
    if not connections[alias].in_atomic_block:
        raise ScopeError("A practice's rows are read inside `transaction.atomic()` only.")


def tell(connection: Any, practice_id: UUID | None) -> None:
    """Name the practice to the database until the end of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(%s, %s, true)", [SETTING, str(practice_id) if practice_id else ""]
        )


def _tell_open_transactions(practice_id: UUID | None) -> None:
    for connection in connections.all(initialized_only=True):
        if connection.vendor != "postgresql" or not connection.in_atomic_block:
            continue
        # A failed transaction takes no statement, and its rollback restores the setting by itself.
        status = connection.connection.info.transaction_status if connection.connection else None
        if status != TransactionStatus.INERROR:
            tell(connection, practice_id)
