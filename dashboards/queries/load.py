"""Who has how much: open and overdue work of each person, their own pace, and who is away.

Counting stops at a cap for each person, so it costs the same however much is open.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Membership
from dashboards import words
from dashboards.lists import WorkList
from dashboards.queries.desk import Desk
from dashboards.rows.work_list import Load
from escalation.duty import Roster, roster
from routing.states import TaskStatus
from tenants import scope

CAP = 500
PACE = timedelta(days=14)
WORKING_DAYS = 10
"""Of two weeks."""

LOADS = """
SELECT member.id, held.open, held.late, done.closed
FROM unnest(%s::uuid[]) AS member(id)
CROSS JOIN LATERAL (
  SELECT count(*) AS open, count(*) FILTER (WHERE EXISTS (
    SELECT 1 FROM escalation_clock clock
    WHERE clock.practice_id = %s AND clock.task_id = task.id AND clock.kind = 'close'
      AND clock.ended_at IS NULL AND clock.paused_since IS NULL AND clock.due_at <= %s)) AS late
  FROM (SELECT id FROM routing_task
        WHERE practice_id = %s AND owner_id = member.id AND ended_at IS NULL AND status <> %s
        LIMIT %s) task) held
CROSS JOIN LATERAL (
  SELECT count(*) AS closed
  FROM (SELECT 1 FROM routing_task
        WHERE practice_id = %s AND owner_id = member.id AND ended_at >= %s
        LIMIT %s) closing) done
"""


def loads(desk: Desk, at: WorkList, members: Sequence[Membership]) -> tuple[Load, ...]:
    """Everybody who has work or is away, most overdue first."""
    counted = _counted(desk, members)
    here = roster(now=desk.now)
    rows = [_load(one, counted[one.pk], at, away=_away(here, one)) for one in members]
    shown = [row for row in rows if row.open or row.away or row.here]
    return tuple(sorted(shown, key=lambda row: (-row.late, -row.open, row.name)))


Counted = tuple[int, int, int]


def _counted(desk: Desk, members: Sequence[Membership]) -> Mapping[UUID, Counted]:
    practice = scope.current()
    scope.require_open()
    with connection.cursor() as cursor:
        cursor.execute(LOADS, [
            [one.pk for one in members], practice, desk.now, practice, TaskStatus.ON_HOLD.value,
            CAP, practice, desk.now - PACE, CAP,
        ])  # fmt: skip
        return {pk: (held, late, closed) for pk, held, late, closed in cursor.fetchall()}


def _away(here: Roster, member: Membership) -> str:
    """`Away, Nora Quinn covers`."""
    if member.pk not in here.away:
        return ""
    cover = here.present(member.pk)
    return _("Away, %s covers") % cover.name if cover else _("Away, nobody covers")


def _load(member: Membership, counted: Counted, at: WorkList, *, away: str) -> Load:
    held, late, closed = counted
    pace = round(closed / WORKING_DAYS)
    is_chosen = at.filters.owner == str(member.pk)
    return Load(
        name=member.name,
        open=held,
        late=late,
        words=_words(held, late, pace),
        away=away,
        url=at.narrowed(owner="" if is_chosen else str(member.pk)).url(),
        here=is_chosen,
        bar_late=_width(late, pace),
        bar_all=_width(held, pace),
    )


USUAL = 10
FULL = 3
"""Days of one's own pace that fill the bar."""


def _width(tasks: int, pace: int) -> int:
    """Of a hundred; who closed nothing yet is measured by the usual pace."""
    return min(100, round(100 * tasks / (FULL * (pace or USUAL))))


def _words(held: int, late: int, pace: int) -> str:
    """`12 open, 3 overdue. Closes 8 a day.`"""
    said = _("%s open") % words.count(held, CAP)
    if late:
        said += _(", %s overdue") % words.count(late, CAP)
    return f"{said}. " + (_("Closes %d a day.") % pace if pace else _("Closed none in two weeks."))
