"""A sweep: visits that ended get their checklist, and its lines that nobody has done become tasks.

The checklists themselves too: a practice without any begins with those of the starter.
"""

from datetime import datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext_noop as _

from audit.actors import Actor
from charts.models import Encounter
from routing.categories import Category
from routing.models import Checklist, Task, VisitLine
from routing.operations import (
    Absence,
    End,
    await_lines,
    begin_chart,
    close_absences,
    install_checklists,
    open_absences,
)
from routing.rulebook import NoRules
from tenants.models import Practice
from tenants.rounds import each_practice

ACTOR = Actor.machine("routing.closing")
BATCH = 200
CANCELLED = End(_("the visit was cancelled"), came=False)


def sweep(*, now: datetime) -> int:
    """Every practice once; returns how many visits and lines were taken up. A practice in trouble
    is alone in it."""
    return each_practice(partial(sweep_practice, now=now), put_off=(NoRules,))


@transaction.atomic
def sweep_practice(practice_id: UUID, *, now: datetime) -> int:
    """One batch of the practice in scope."""
    installed = install_checklists(actor=ACTOR, now=now)
    zone = ZoneInfo(Practice.objects.get(pk=practice_id).time_zone)
    begun = _begin(now=now)
    asked = _ask(zone, now=now)
    return installed + begun + asked + _let_go(now=now)


def _begin(*, now: datetime) -> int:
    """Take up the visits that ended; those from before the first checklist are history."""
    rows = Encounter.objects.filter(closing_since__lte=now).order_by("closing_since")[:BATCH]
    ended = list(rows.select_for_update(of=("self",), no_key=True, skip_locked=True))
    if not ended:
        return 0
    kinds = Checklist.objects.values_list("visit_type").annotate(first=Min("published_at"))
    first = dict(kinds.order_by())
    for visit in ended:
        since = visit.closing_since
        assert since is not None
        if visit.visit_type in first and since >= first[visit.visit_type]:
            chart = begin_chart(visit, actor=ACTOR, now=now)
            await_lines(chart, since=since, actor=ACTOR, now=now)
    Encounter.objects.filter(pk__in=[visit.pk for visit in ended]).update(closing_since=None)
    return len(ended)


def _ask(zone: ZoneInfo, *, now: datetime) -> int:
    """Open the task of each line that is due and not done."""
    due = VisitLine.objects.filter(ask_at__lte=now).order_by("ask_at", "pk")[:BATCH]
    lines = list(
        due.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("line", "chart__encounter")
    )  # fmt: skip
    open_absences([_absence(one, zone) for one in lines], actor=ACTOR, now=now)
    VisitLine.objects.filter(pk__in=[one.pk for one in lines]).update(ask_at=None)
    return len(lines)


def _absence(one: VisitLine, zone: ZoneInfo) -> Absence:
    visit = one.chart.encounter
    assert one.ask_at is not None
    day = (visit.ended_at or visit.started_at or one.chart.begun_at).astimezone(zone)
    when = f"{day:%b} {day.day}"
    return Absence(
        category=Category.VISIT_CHECKLIST, about_id=one.pk, since=one.ask_at,
        title=f"{one.line.title}: visit of {when}",
        reason=f"Visit of {when}; its checklist asks for it.", patient_id=visit.patient_id,
        location_code=visit.location_code, asked_role=one.line.role, recurs=True,
        people={"author": visit.attending} if visit.attending else {},
    )  # fmt: skip


def _let_go(*, now: datetime) -> int:
    """What a visit asked for that was cancelled after all is no work any more."""
    asked = Task.objects.open().filter(category=Category.VISIT_CHECKLIST).values("about_id")
    gone = VisitLine.objects.filter(pk__in=asked, chart__encounter__status="cancelled").values_list(
        "pk", flat=True
    )
    return close_absences(dict.fromkeys(gone, CANCELLED), actor=ACTOR, now=now)
