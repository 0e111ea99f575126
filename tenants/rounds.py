"""One pass of a sweep over every practice; a practice in trouble is alone in it."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from tenants import scope
from tenants.models import Practice
from tenants.trouble import is_away

logger = logging.getLogger(__name__)


class Swept(int):
    """How many rows a pass looked at, and how many of them came to something."""

    fired: int

    def __new__(cls, looked: int, *, fired: int) -> Self:
        """An `int` for whoever only asks whether anything was left to do."""
        made = super().__new__(cls, looked)
        made.fired = fired
        return made


@dataclass(slots=True)
class Watch:
    """The instant that a pass was given, and what has gone by since."""

    at: datetime
    began: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self.began)


@contextmanager
def alone(practice_id: UUID) -> Iterator[None]:
    """In the scope of a practice; what fails there costs no other one anything.

    Raises:
        OperationalError: the database is away, and not for one practice alone.
    """
    try:
        with scope.scoped(practice_id):
            yield
    except Exception as error:
        if is_away(error):
            raise
        logger.exception("practice not swept", extra={"practice": str(practice_id)})


def each_practice(work: Callable[[UUID], int], *, put_off: tuple[type[Exception], ...] = ()) -> int:
    """Do it for each active practice, in its scope; returns the sum of what they did.

    Args:
        work: takes the practice's id; opens the transactions that it needs.
        put_off: what means that a practice is not ready yet; said elsewhere, so not here.

    Raises:
        OperationalError: the database is away, and not for one practice alone.
    """
    done = 0
    for practice_id in list(Practice.objects.filter(is_active=True).values_list("pk", flat=True)):
        with alone(practice_id), suppress(*put_off):
            done += work(practice_id)
    return done
