"""Visits as they are named, and how far the chart of each is, in few words."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from charts.models import Encounter, Patient
from charts.values import VisitType
from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.rows.chart import VisitLink
from routing.models import VisitChart

T = VisitType
SHOWN = 10

TYPES: dict[VisitType, Promise] = {
    T.OFFICE: _l("Office visit"), T.TELEHEALTH: _l("Telehealth visit"),
    T.WELLNESS: _l("Annual wellness visit"), T.PROCEDURE: _l("Procedure visit"),
    T.OTHER: _l("Other visit"),
}  # fmt: skip

STATUSES: dict[str, Promise] = {
    "planned": _l("Planned"), "in-progress": _l("In progress"), "finished": _l("Ended"),
    "cancelled": _l("Cancelled"),
}  # fmt: skip


def title(visit: Encounter, desk: Desk) -> str:
    """`Office visit of Nov 18, 2026`."""
    kind = str(TYPES[VisitType(visit.visit_type)])
    day = visit.started_at or visit.ended_at
    if day is None:
        return kind
    date = words.long_date(day.astimezone(desk.zone).date())
    return _("%(visit)s of %(date)s") % {"visit": kind, "date": date}


def clinician(visit: Encounter) -> str:
    """Whom the visit was with, as its messages name them."""
    person: Mapping[str, Any] = visit.attending
    return " ".join(part for part in (person.get("given"), person.get("family")) if part)


def closed_words(chart: VisitChart, desk: Desk) -> str:
    """`Closed Nov 18, 16:20 by Dr Ana Diaz`; nothing while it is open."""
    if chart.closed_at is None or chart.closed_by is None:
        return ""
    mine = chart.closed_by_id == desk.member.pk
    when = words.at_words(chart.closed_at, zone=desk.zone, now=desk.now)
    who = _("you") if mine else chart.closed_by.name
    return _("Closed %(when)s by %(who)s") % {"when": when, "who": who}


def visit_links(patient: Patient, desk: Desk) -> tuple[VisitLink, ...]:
    """The newest visits of a patient."""
    held = Encounter.objects.filter(patient=patient).order_by("-started_at", "-pk")
    rows = list(held[:SHOWN])
    charts = VisitChart.objects.filter(encounter__in=rows).select_related("closed_by")
    by_visit = {chart.encounter_id: closed_words(chart, desk) or _("Open") for chart in charts}
    return tuple(
        VisitLink(
            title=title(visit, desk),
            url=reverse("dashboards:encounter", args=[visit.pk]),
            who=clinician(visit),
            state=by_visit.get(visit.pk, str(STATUSES[visit.status])),
        )
        for visit in rows
    )
