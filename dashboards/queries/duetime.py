"""The tester: when would it be due, and who would hear of it when."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dashboards import words
from dashboards.queries.hours import tabs
from dashboards.rows.hours import ClockForecast, DuePage, RungForecast
from dashboards.words import later
from escalation import policies
from escalation.calendar import NeverOpen
from escalation.forecast import Clocked, Forecast, Rung, forecast
from escalation.models import Policy
from escalation.policies import NoPolicy
from routing.models import Queue, Task
from tenants.models import Location

PEOPLE_NAMED = 3
LABELS = {"acknowledge": later("Acknowledge by"), "close": later("Close by")}


def empty() -> DuePage:
    """Before anything was asked."""
    return DuePage(tabs("due_when"))


def page(
    *, queue: Queue, category: str, priority: str, location: Location | None, issued_at: datetime,
    policy: Policy | None, now: datetime,
) -> DuePage:  # fmt: skip
    """What would happen to such a task if nobody did anything."""
    task = Task(
        queue=queue, category=category, priority=priority, location=location, issued_at=issued_at
    )
    try:
        book = policies.load(now=now)
        found = forecast(book, task, policy=policy)
    except NoPolicy:
        return DuePage(tabs("due_when"), nothing=_("No policy is in force yet."))
    except NeverOpen:
        return DuePage(tabs("due_when"), nothing=_("That location never opens: look at its hours."))
    if found is None:
        return DuePage(tabs("due_when"), nothing=_("No target holds for such work."))
    by = policy or book.policy
    said = _("the draft, version") if by.status == Policy.Status.DRAFT else "version"
    return _page(found, _("By %(said)s %(version)s.") % {"said": said, "version": by.version})


def _page(found: Forecast, by: str) -> DuePage:
    zone = ZoneInfo(found.zone)
    return DuePage(
        tabs("due_when"),
        clocks=tuple(_clock(one, zone) for one in found.clocks),
        winner=found.won.winner, because=found.won.because, beaten=found.won.beaten,
        ladder=found.ladder, rungs=tuple(_rung(one, zone) for one in found.rungs),
        zone=found.zone, by=by,
    )  # fmt: skip


def _clock(clock: Clocked, zone: ZoneInfo) -> ClockForecast:
    return ClockForecast(LABELS[clock.kind], clock.aim, at(clock.due_at, zone), clock.reasons)


def _rung(rung: Rung, zone: ZoneInfo) -> RungForecast:
    who = ", ".join(rung.people[:PEOPLE_NAMED])
    if len(rung.people) > PEOPLE_NAMED:
        who += _(" and %(number)s more") % {"number": len(rung.people) - PEOPLE_NAMED}
    nobody = _("Passed over: %(nobody)s.") % {"nobody": rung.nobody} if rung.nobody else ""
    when = (
        _("%(at)s, at once") % {"at": at(rung.at, zone)} if rung.is_at_once else at(rung.at, zone)
    )
    return RungForecast(
        rung.number, when, rung.sentence, nobody or who or _("As the task says."), bool(nobody)
    )


def at(moment: datetime, zone: ZoneInfo) -> str:
    """`Fri Nov 20, 16:50 EST`."""
    local = moment.astimezone(zone)
    day = f"{words.short_weekday(local.date())} {words.month_day(local.date())}"
    return f"{day}, {local:%H:%M} {local.tzname()}"
