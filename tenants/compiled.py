"""Questions that every page asks: put into SQL once, for that takes longer than the answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from tenants import scope

ALONE = -1
PRACTICE = "practice"

Shape = tuple[tuple[str, type, int], ...]
"""Of each value its name, its type, and how many it is, or ALONE."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value goes in a statement; of several, which."""

    name: str
    at: int = ALONE

    def filled(self, values: dict[str, Any]) -> Any:
        """What goes there."""
        value = values[self.name]
        return value if self.at == ALONE else value[self.at]


class Compiled:
    """A `values_list` of rows of the practice in scope, whose SQL is kept.

    `build` makes the QuerySet of named values: ids, instants, tuples of ids. It must not decide by
    them, for it sees stand-ins, once for each length of the tuples. Rows come as PostgreSQL gives
    them: JSON as text, nothing converted by a field.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._compiled = lru_cache(maxsize=200)(self._compile)

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values; none where one of several is empty.

        Raises:
            ScopeError: no practice in scope, or no transaction.
        """
        scope.require_open()
        if () in values.values():
            return []
        sql, params = self._compiled(tuple(_shape(*named) for named in values.items()))
        values[PRACTICE] = scope.current()
        filled = [one.filled(values) if isinstance(one, Place) else one for one in params]
        with connection.cursor() as cursor:
            cursor.execute(sql, filled)
            return list(cursor.fetchall())

    def _compile(self, shape: Shape) -> tuple[str, tuple[Any, ...]]:
        numbers = count(1)
        stand_ins = {name: _stand_in(kind, many, numbers) for name, kind, many in shape}
        sql, params = self._build(**stand_ins).query.sql_with_params()
        places = {scope.current(): Place(PRACTICE)} | dict(_places(stand_ins))
        return sql, tuple(places.get(one, one) for one in params)


def _shape(name: str, value: Any) -> tuple[str, type, int]:
    if isinstance(value, tuple):
        return name, UUID, len(value)
    return name, datetime if isinstance(value, datetime) else UUID, ALONE


def _stand_in(kind: type, many: int, numbers: Iterator[int]) -> Any:
    """What no row has, each another."""
    if many != ALONE:
        return tuple(_stand_in(kind, ALONE, numbers) for _ in range(many))
    number = next(numbers)
    return UUID(int=number) if kind is UUID else datetime(1, 1, 1, tzinfo=UTC) + timedelta(number)


def _places(stand_ins: dict[str, Any]) -> Iterator[tuple[Any, Place]]:
    for name, made in stand_ins.items():
        if isinstance(made, tuple):
            yield from ((one, Place(name, at)) for at, one in enumerate(made))
        else:
            yield made, Place(name)
