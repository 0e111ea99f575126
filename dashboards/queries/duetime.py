"""The tester: when would it be due, and who would hear of it when."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dashboards import words
from dashboards.queries.hours import tabs
from dashboards.rows.hours import ClockForecast, DuePage, RungForecast
from escalation import policies
from escalation.calendar import NeverOpen
from escalation.forecast import Clocked, Forecast, Rung, forecast
from escalation.models import Policy
from escalation.policies import NoPolicy
from routing.models import Queue, Task
from tenants.models import Location

PEOPLE_NAMED = 3
LABELS = {"acknowledge": "Acknowledge by", "close": "Close by"}


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
        return DuePage(tabs("due_when"), nothing="No policy is in force yet.")
    except NeverOpen:
        return DuePage(tabs("due_when"), nothing="That location never opens: look at its hours.")
    if found is None:
        return DuePage(tabs("due_when"), nothing="No target holds for such work.")
    by = policy or book.policy
    said = "the draft, version" if by.status == Policy.Status.DRAFT else "version"
    return _page(found, f"By {said} {by.version}.")


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
        who += f" and {len(rung.people) - PEOPLE_NAMED} more"
    nobody = f"Passed over: {rung.nobody}." if rung.nobody else ""
    when = f"{at(rung.at, zone)}, at once" if rung.is_at_once else at(rung.at, zone)
    return RungForecast(
        rung.number, when, rung.sentence, nobody or who or "As the task says.", bool(nobody)
    )


def at(moment: datetime, zone: ZoneInfo) -> str:
    """`Fri Nov 20, 16:50 EST`."""
    local = moment.astimezone(zone)
    return f"{local:%a} {words.month_day(local.date())}, {local:%H:%M} {local.tzname()}"
