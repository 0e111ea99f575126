"""Many rows in one statement, sent as one JSON document.

PostgreSQL takes the document apart by the table's own column types. Escaping arrays of JSON on
the way out
was four tenths of the time of routing a result (bench/README.md), and an ORM instance a row
another part.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import orjson
from django.db import connections, models

from tenants import scope

Row = Mapping[str, Any]
"""A row by its column names (`item_id`), the practice left out."""


def insert(model: type[models.Model], rows: Iterable[models.Model | Row]) -> None:
    """Insert rows of the practice in scope."""
    _write(model, rows, "")


def insert_new(model: type[models.Model], rows: Iterable[models.Model | Row]) -> int:
    """Insert the rows whose unique keys are not taken, and leave the others as they are; returns
    how many were new."""
    return _write(model, rows, " ON CONFLICT DO NOTHING")


def put(
    model: type[models.Model],
    rows: Iterable[models.Model | Row],
    *,
    key: Sequence[str],
    columns: Sequence[str],
) -> None:
    """Insert rows, or overwrite these columns where the unique key (led by the practice) is
    taken."""
    taken = ", ".join(("practice_id", *key))
    changes = ", ".join(f'"{column}" = EXCLUDED."{column}"' for column in columns)
    _write(model, rows, f" ON CONFLICT ({taken}) DO UPDATE SET {changes}")


def _write(model: type[models.Model], rows: Iterable[models.Model | Row], ending: str) -> int:
    columns = columns_of(model)
    practice_id = scope.current()
    document = [_document(row, columns, practice_id) for row in rows]
    if not document:
        return 0
    scope.require_open()
    connection = connections["default"]
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} "  # noqa: S608 - names of our own columns
            f"FROM json_populate_recordset(NULL::{table}, %s::json){ending}",
            [orjson.dumps(document).decode()],
        )
        return int(cursor.rowcount)


def _document(row: models.Model | Row, columns: Sequence[str], practice_id: Any) -> dict[str, Any]:
    if isinstance(row, models.Model):
        held = row.__dict__
        return {column: held[column] for column in columns}
    return {"practice_id": practice_id, **row}


@cache
def columns_of(model: type[models.Model]) -> tuple[str, ...]:
    """The columns of a model that are written, as its instances name them."""
    return tuple(field.attname for field in model._meta.concrete_fields if not field.generated)
