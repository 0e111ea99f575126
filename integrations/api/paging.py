"""Pages that neither skip nor repeat while tasks come and go: each begins after a place."""

import base64
import binascii
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from integrations.api.problems import Problem
from routing.models import Task

UNUSABLE = "The cursor is not one that this API gave out. Begin again without it."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a task stands in the order of every queue."""

    danger: int
    authored_at: datetime
    id: UUID

    def after(self) -> Q:
        """The tasks behind this place; the first condition lets the index begin there."""
        later = Q(authored_at__gt=self.authored_at) | Q(
            authored_at=self.authored_at, pk__gt=self.id
        )
        return Q(danger__gte=self.danger) & (Q(danger__gt=self.danger) | later)


def cursor_at(task: Task) -> str:
    """The place of a task, opaque to the caller."""
    return write_cursor(task.danger, task.authored_at.isoformat(), str(task.pk))


def place_of(cursor: str) -> Place:
    """The place that a cursor names.

    Raises:
        Problem: it names none.
    """
    with unusable():
        danger, authored_at, pk = read_cursor(cursor)
        place = Place(int(danger), datetime.fromisoformat(authored_at), UUID(pk))
        if not 0 <= place.danger < 100 or place.authored_at.tzinfo is None:
            raise ValueError
    return place


def write_cursor(*parts: str | int) -> str:
    """What says where a list goes on."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> Any:
    """Its parts; inside of `unusable`, for anybody may send anything."""
    raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    return json.loads(raw)


@contextmanager
def unusable() -> Iterator[None]:
    """Whatever is wrong with a cursor is one refusal.

    Raises:
        Problem: something is.
    """
    try:
        yield
    except (binascii.Error, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Problem(400, UNUSABLE, kind="cursor") from error
