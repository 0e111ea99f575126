"""What became of a clock, and who gave it more time, in a sentence each."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dashboards import due, rungs
from escalation.models import Clock, Extension


def more_time(one: Extension, zone: ZoneInfo, now: datetime) -> str:
    """`Sam Ortiz gave 60 min more, 09:12: the lab calls back at ten`."""
    return _("%(name)s gave %(minutes)s min more, %(when)s: %(reason)s") % {
        "name": one.member.name, "minutes": one.minutes, "reason": one.reason,
        "when": rungs.clock(one.at, zone=zone, now=now),
    }  # fmt: skip


def ended(clock: Clock, zone: ZoneInfo, now: datetime) -> str:
    """`in time, 09:12`; `2 h late, Nov 18, 09:12`."""
    assert clock.ended_at is not None
    when = rungs.clock(clock.ended_at, zone=zone, now=now)
    if clock.end == Clock.End.MISSED:
        by = due.counted((clock.ended_at - clock.due_at).total_seconds())
        return _("%(by)s late, %(when)s") % {"by": by, "when": when}
    met = clock.end == Clock.End.MET
    return (_("in time, %(when)s") if met else _("no longer asked, %(when)s")) % {"when": when}
