"""Practices opened once by real operations; each test's database gets their rows as they were then.

Opening Elm Street takes a hundred statements; laying its rows takes one.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

import pgtrigger
from django.apps import apps
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Model
from psycopg import sql

from tenants import scope
from tenants.models import Practice

Rows = frozenset[str]


class Opened(Protocol):
    practice: Practice

    def scoped(self) -> AbstractContextManager[None]: ...


T = TypeVar("T", bound=Opened)


@dataclass(frozen=True)
class Foundation:
    """The statements that lay a practice's rows again, and the objects that stand for them."""

    practice_id: UUID
    made: Any
    statements: sql.Composed

    def lay(self) -> Any:
        """Lay the rows; objects of one's own for them. Nothing is remembered of them."""
        cache.clear()
        with (
            scope.scoped(self.practice_id),
            transaction.atomic(),
            pgtrigger.ignore("routing.Rule:published_is_final"),
            connection.cursor() as cursor,
        ):
            cursor.execute(self.statements)
        return deepcopy(self.made)


_foundations: dict[tuple[Any, ...], Foundation] = {}


def lay(opening: Callable[..., T], *, now: datetime) -> T:
    """What `opening(now=now)` makes, though it ran once only."""
    key = (opening.__module__, opening.__qualname__, now)
    if key not in _foundations:
        before = _rows(NOBODY)
        made = opening(now=now)
        _keep(key, made.practice.pk, made, before)
        return made
    laid: T = _foundations[key].lay()
    return laid


def lay_upon(opened: Opened, work: Callable[[Any], None]) -> None:
    """What `work(opened)` adds to a practice that was laid; it changes no row that stands."""
    key = (work.__module__, work.__qualname__, opened.practice.pk)
    if key in _foundations:
        _foundations[key].lay()
        return
    before = _rows(opened.practice.pk)
    with opened.scoped():
        work(opened)
    _keep(key, opened.practice.pk, None, before)


def _keep(
    key: tuple[Any, ...], practice_id: UUID, made: Any, before: dict[type[Model], Rows]
) -> None:
    added = {model: rows - before[model] for model, rows in _rows(practice_id).items()}
    _foundations[key] = Foundation(practice_id, deepcopy(made), _statements(added))


def _rows(practice_id: UUID) -> dict[type[Model], Rows]:
    with scope.scoped(practice_id), transaction.atomic():
        return {model: _rows_of(model) for model in _models()}


def _models() -> list[type[Model]]:
    """Each behind those that it refers to."""
    held = apps.get_models(include_auto_created=True)
    left = [one for one in held if one._meta.managed and one._meta.app_label not in KEPT]
    sorted_: list[type[Model]] = []
    while left:
        sorted_ += [one for one in left if not _referred(one) & set(left) - {one}]
        left = [one for one in left if one not in sorted_]
    return sorted_


def _referred(model: type[Model]) -> set[Any]:
    fields = model._meta.concrete_fields
    return {one.related_model for one in fields if one.is_relation and not one.null}


NOBODY = UUID(int=0)
KEPT = frozenset({"contenttypes", "auth"})
"""Written by migrations."""


def _rows_of(model: type[Model]) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT to_jsonb(t)::text FROM "{model._meta.db_table}" t')
        return frozenset(row[0] for row in cursor.fetchall())


def _statements(rows: dict[type[Model], Rows]) -> sql.Composed:
    return sql.SQL(";").join(
        sql.SQL(
            "INSERT INTO {table} ({columns}) SELECT {columns}"
            " FROM jsonb_populate_recordset(NULL::{table}, {rows})"
        ).format(
            table=sql.Identifier(model._meta.db_table),
            columns=sql.SQL(",").join(
                sql.Identifier(field.column)
                for field in model._meta.concrete_fields
                if not field.generated
            ),
            rows=sql.Literal(f"[{','.join(sorted(found))}]"),
        )
        for model, found in rows.items()
        if found
    )
