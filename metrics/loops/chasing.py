"""How much work it took staff to go after referrals. Writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from django.db import connection

from referrals.models import Referral
from routing.categories import Category
from tenants import scope

CHASE = (Category.REFERRAL, Category.MISSING_REPORT, Category.PRIOR_AUTHORIZATION)
"""Of these only what was asked for because something did not come (`Task.about_id`): neither the
order itself nor the reading of its report."""

TAKEN = """
SELECT extract(epoch FROM t.ended_at - taken.at)
FROM routing_task t
LEFT JOIN LATERAL (
    SELECT max(at) AS at FROM routing_tasktransition
    WHERE practice_id = t.practice_id AND task_id = t.id AND member_id = t.ended_by_id
      AND move IN ('claim', 'acknowledge') AND at <= t.ended_at
) taken ON true
WHERE t.practice_id = %(practice)s AND t.category = ANY (%(chase)s) AND t.about_id IS NOT NULL
  AND t.ended_by_id IS NOT NULL
  AND t.ended_at >= %(since)s AND t.ended_at < %(until)s
"""
"""Of each task that a person ended, the seconds since they took it last; NULL: they never did."""


@dataclass(frozen=True, slots=True)
class Chase:
    """What people did in a period, and how many loops came to an end in it."""

    tasks: int
    """Ended by a person. What ended by itself was nobody's work."""
    taken: int
    """Of these, how many were taken first, so that a time is known."""
    minutes: float | None
    """The median from taking to closing. Time that passed, not time at work."""
    closed: int
    """Referrals that were closed, whatever the end."""

    @property
    def each(self) -> float | None:
        """Tasks a closed loop."""
        return self.tasks / self.closed if self.closed else None


def chase(since: datetime, until: datetime) -> Chase:
    """What it took between these instants."""
    scope.require_open()
    asked: dict[str, Any] = {"practice": scope.current(), "since": since, "until": until,
             "chase": [one.value for one in CHASE]}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(TAKEN, asked)
        seconds = [row[0] for row in cursor.fetchall()]
    closed = Referral.objects.filter(closed_at__gte=since, closed_at__lt=until).count()
    return _chase(seconds, closed)


def _chase(seconds: Iterable[float | None], closed: int) -> Chase:
    each = list(seconds)
    known = [float(one) / 60 for one in each if one is not None]
    return Chase(len(each), len(known), median(known) if known else None, closed)
