"""Breaches opened and closed once each, and which of them the second route is to be told of."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, QuerySet

from watchdog.audit import Found, Result
from watchdog.models import Breach
from watchdog.obligations import BY_NAME, GRAVE

logger = logging.getLogger(__name__)

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 20, 40, 60))
"""Between one alarm of a breach and the next; the last for as long as it stays open."""

AGAIN = timedelta(seconds=20)
"""While an alarm is being sent, and after it could not be."""

DELAY = timedelta(seconds=10)
"""What is over by then wakes nobody."""

SETTLED = timedelta(minutes=1)
RETURNED = timedelta(minutes=10)
"""A breach that comes back so soon goes on where its alarms were."""

OPEN = """
INSERT INTO watchdog_breach AS b
    (obligation, practice_id, about, rows, since, opened_at, seen_at, pages, next_page_at)
SELECT %(obligation)s, %(practice)s::uuid, %(about)s::uuid, %(rows)s, %(since)s::timestamptz,
       %(now)s, %(now)s, coalesce(e.pages, 0),
       CASE WHEN %(grave)s THEN greatest(%(page)s::timestamptz, e.next_page_at) END
FROM (SELECT 1) AS one LEFT JOIN LATERAL (
    SELECT pages, next_page_at FROM watchdog_breach
    WHERE obligation = %(obligation)s AND practice_id IS NOT DISTINCT FROM %(practice)s::uuid
      AND closed_at > %(lately)s
    ORDER BY closed_at DESC LIMIT 1
) AS e ON true
ON CONFLICT (obligation, practice_id) WHERE closed_at IS NULL DO UPDATE
SET rows = EXCLUDED.rows, about = EXCLUDED.about, since = EXCLUDED.since, seen_at = EXCLUDED.seen_at
RETURNING b.opened_at = b.seen_at
"""


@transaction.atomic
def settle(result: Result, *, now: datetime) -> None:
    """Open what was found, close what holds again; what was not asked stays as it is."""
    for one in result.found:
        if _open(one, now=now):
            logger.error(
                "obligation does not hold", extra={"obligation": one.obligation, "count": one.rows}
            )
    over = running().filter(obligation__in=result.asked, seen_at__lt=now)
    for breach in over:
        logger.info("obligation holds again", extra={"obligation": breach.obligation})
    over.update(closed_at=now)


def _open(one: Found, *, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(OPEN, {
            "obligation": one.obligation, "practice": one.practice_id, "about": one.about,
            "rows": one.rows, "since": one.since, "now": now, "page": now + DELAY,
            "lately": now - RETURNED, "grave": BY_NAME[one.obligation].grave,
        })  # fmt: skip
        return bool(cursor.fetchone()[0])


def running() -> QuerySet[Breach]:
    """Those that are open."""
    return Breach.objects.filter(closed_at__isnull=True)


def grave() -> QuerySet[Breach]:
    """Those that turn readiness red."""
    return running().filter(obligation__in=GRAVE)


@transaction.atomic
def claim_pages(*, now: datetime) -> Sequence[Breach]:
    """Breaches whose alarm is due; another auditor leaves them alone while this one sends."""
    due = grave().filter(next_page_at__lte=now).order_by("pk").select_for_update(skip_locked=True)
    claimed = list(due)
    Breach.objects.filter(pk__in=[one.pk for one in claimed]).update(next_page_at=now + AGAIN)
    return claimed


def paged(claimed: Iterable[Breach], *, now: datetime) -> None:
    """An alarm of these reached the second route; the next one follows later and later."""
    for breach in claimed:
        wait = BACK_OFF[min(breach.pages, len(BACK_OFF) - 1)]
        Breach.objects.filter(pk=breach.pk).update(pages=F("pages") + 1, next_page_at=now + wait)


@transaction.atomic
def claim_ends(*, now: datetime) -> Sequence[Breach]:
    """Breaches that were paged, are over and were not said to be; each is given out once.

    What closed a moment ago may come back: that is waited for.
    """
    still = set(running().values_list("obligation", "practice_id"))
    told = Breach.objects.filter(
        closed_at__lte=now - SETTLED, pages__gt=0, end_told_at__isnull=True
    ).order_by("pk")
    ended = [
        one
        for one in told.select_for_update(skip_locked=True)
        if (one.obligation, one.practice_id) not in still
    ]
    Breach.objects.filter(pk__in=[one.pk for one in ended]).update(end_told_at=now)
    return ended
