"""The chart of a patient: why it is open, what is next and whose turn it is, what closed lately."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from charts.models import ChartItem, Patient, PatientIdentifier
from dashboards import words
from dashboards.because import sentence
from dashboards.queries.desk import Desk, zone_of
from dashboards.queries.listing import patient_line, record_numbers
from dashboards.queries.open_things import found, grouped
from dashboards.queries.visits import visit_links
from dashboards.rows.chart import ChartPage, ClosedThing
from dashboards.rows.queue import PatientLine
from routing.categories import Category
from routing.models import Outcome, Task
from routing.said import spoken, title_of
from routing.states import TaskStatus

LATELY = timedelta(days=90)
CLOSED_SHOWN = 10


def find(patient_id: UUID) -> Patient | None:
    """The patient of that id, of this practice."""
    return Patient.objects.filter(pk=patient_id).first()


def page(patient: Patient, desk: Desk) -> ChartPage:
    """Everything the chart of a patient shows."""
    tasks = Task.objects.filter(patient=patient)
    things = found(desk, tasks, ChartItem.objects.filter(patient=patient))
    return ChartPage(
        patient=banner(patient, desk),
        messages_url=reverse("dashboards:patient_messages", args=[patient.pk]),
        flags=flags(patient),
        sentence=sentence(one.cause for one in things),
        groups=grouped(things),
        visits=visit_links(patient, desk),
        closed=closed_lately(tasks, desk),
        printed=words.exactly(desk.now, desk.zone),
    )


def banner(patient: Patient, desk: Desk) -> PatientLine:
    """Who it is, with the record numbers by which others know them."""
    held = PatientIdentifier.objects.filter(patient=patient).order_by("pk")
    return replace(patient_line(patient, desk), mrn=record_numbers(list(held)))


def flags(patient: Patient) -> tuple[str, ...]:
    """What must be seen beside the name."""
    said = {_("Died"): patient.is_deceased, _("Not identified"): patient.is_unidentified}
    return tuple(word for word, holds in said.items() if holds)


def closed_lately(tasks: QuerySet[Task], desk: Desk) -> tuple[ClosedThing, ...]:
    """What ended in the last months, the newest first."""
    ended = tasks.filter(ended_at__gte=desk.now - LATELY).order_by("-ended_at", "pk")
    rows = ended.select_related("ended_by", "location")[:CLOSED_SHOWN]
    return tuple(_closed(task, desk) for task in rows)


def _closed(task: Task, desk: Desk) -> ClosedThing:
    assert task.ended_at is not None
    mine = task.ended_by_id == desk.member.pk
    who = _("you") if mine else task.ended_by.name if task.ended_by else _("the EHR")
    how = Outcome(task.outcome).label if task.outcome else _("Done")
    if task.status == TaskStatus.CANCELLED:
        how = _("Cancelled: %(reason)s") % {"reason": spoken(task.status_reason)}
    return ClosedThing(
        title=title_of(task.category, task.title),
        url=reverse("dashboards:task", args=[task.pk]),
        kind=Category(task.category).label,
        how=_("%(how)s, by %(who)s") % {"how": how, "who": who},
        when=words.moment(task.ended_at, zone=zone_of(task.location, desk.member), now=desk.now),
    )
