"""Tasks as rows: every word of a list is chosen here."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop as noop

from charts.models import Patient, PatientIdentifier
from charts.values import Priority, Severity
from dashboards import words
from dashboards.queries.clocks import dues_of
from dashboards.queries.desk import Desk, zone_of
from dashboards.queries.listed import Listed, Names
from dashboards.queries.values import badge, headline, level_of
from dashboards.rows import Dues, Lease, PatientLine, QueueRow
from dashboards.rows.due import UNDATED
from dashboards.words import Level, Tone
from dashboards.words import said as _
from routing.categories import Category
from routing.models import RoutingDecision, Task
from routing.operations.moves import UNDO_WITHIN
from routing.said import spoken, title_of
from routing.states import TaskStatus
from tenants.compiled import Compiled

SOMEBODY = UUID(int=0)
"""Stands for an id in an address that is made once for many rows."""

PRIORITIES = {Priority.URGENT: noop("Urgent"), Priority.ASAP: "ASAP", Priority.STAT: noop("Stat")}
GOES = (noop(" goes "), noop(" go "))
ARTICLES = (noop("A "), noop("An "))
"""In the name of a rule."""


def rows_of(desk: Desk, tasks: Sequence[Listed], *, back: str) -> tuple[QueueRow, ...]:
    """Tasks as rows, in the order given."""
    reasons = dict(REASONS.rows(ids=tuple(task.pk for task in tasks)))
    alike, dues = _alike(tasks), dues_of(desk, tasks)
    address = f"{reverse('dashboards:task', args=[SOMEBODY])}?back={back}"
    return tuple(
        _row(
            desk,
            task,
            url=address.replace(str(SOMEBODY), str(task.pk), 1),
            why=reasons.get(task.pk, ""),
            alike=task.pk in alike,
            dues=dues.get(task.pk, UNDATED),
        )
        for task in tasks
    )


def _newest_of(ids: tuple[UUID, ...]) -> Any:
    made = RoutingDecision.objects.filter(task__in=ids).order_by("task_id", "-at")
    return made.distinct("task_id").values_list("task_id", "rule__name")


REASONS = Compiled(_newest_of)
"""The rule that decided last, for each task."""


def _alike(tasks: Sequence[Listed]) -> set[UUID]:
    """Tasks whose patient has nearly the name of another patient in the list."""
    seen: dict[tuple[str, str], set[UUID]] = {}
    named = [(task.pk, task.patient) for task in tasks if task.patient is not None]
    for _pk, patient in named:
        seen.setdefault(_short_name(patient), set()).add(patient.pk)
    return {pk for pk, patient in named if len(seen[_short_name(patient)]) > 1}


def _short_name(patient: Names) -> tuple[str, str]:
    return patient.family.casefold(), patient.given[:1].casefold()


def patient_line(patient: Patient | Names | None, desk: Desk) -> PatientLine:
    """Name, birth date with age, sex; never blank."""
    if patient is None:
        return PatientLine(name=_("No patient"), born="")
    if patient.is_restricted and not desk.opens(patient):
        return PatientLine(name=_("Restricted chart"), born=_("For the care team"))
    born = patient.birth_date
    return PatientLine(
        name=(words.initials if desk.hides_names else words.patient_name)(
            patient.family, patient.given
        ),
        born=words.long_date(born) if born else _("Birth date not known"),
        age=words.age(born, on=desk.today) if born else "",
        sex=patient.sex,
    )


def record_numbers(held: Sequence[PatientIdentifier]) -> str:
    """The numbers by which others know the patient: those of records, where there are any; the
    address of a resource is one only where nothing else is."""
    by_kind = [[one.value for one in held if one.type == kind] for kind in ("MR", "")]
    numbers = next(filter(None, by_kind), [one.value for one in held])
    return ", ".join(dict.fromkeys(numbers))


def friction(category: str, severity: str) -> str:
    """What Done asks for: one key, an outcome, or an outcome and who was told."""
    if severity == Severity.CRITICAL:
        return "spoken"
    plain = level_of(severity) is Level.ROUTINE
    return "key" if plain or category != Category.RESULT_REVIEW else "outcome"


def _row(desk: Desk, task: Listed, *, url: str, why: str, alike: bool, dues: Dues) -> QueueRow:
    level = level_of(task.severity)
    value, more, summary = headline(task.item) if task.item else (None, 0, "")
    patient = patient_line(task.patient, desk)
    row = QueueRow(
        id=str(task.pk),
        url=url,
        level=level,
        kind=Category(task.category).label,
        title=title_of(task.category, task.title),
        patient=replace(patient, alike=True) if alike else patient,
        waiting=words.waited(task.authored_at, zone=desk.zone, now=desk.now),
        dues=dues,
        why=_short(why) or spoken(task.status_reason),
        value=value,
        more_values=more,
        summary=summary,
        badge=badge(task.item.status) if task.item else "",
        priority=_priority(task, level),
        friction=friction(task.category, task.severity),
        lease=lease_of(task, desk),
        owner=_owner(task, desk),
        note_from="" if task.note_from == desk.member.name else task.note_from,
        state="hold" if task.status == TaskStatus.ON_HOLD else "open",
    )
    return row if task.is_open else _ended(row, task, desk)


def _priority(task: Listed, level: Level) -> str:
    """Why work without a grave result stands so high."""
    if level is not Level.ROUTINE or task.priority == Priority.ROUTINE:
        return ""
    return _(PRIORITIES[Priority(task.priority)])


def _owner(task: Listed, desk: Desk) -> str:
    """A colleague's name; one's own is said by the list."""
    return "" if task.owner is None or task.owner.pk == desk.member.pk else task.owner.name


def _short(rule: str) -> str:
    """`A critical result goes to the clinician who ordered it`: the row says what, not where to."""
    reason = spoken(rule)
    for goes in GOES:
        reason = reason.split(_(goes))[0]
    for article in ARTICLES:
        reason = reason.removeprefix(_(article))
    return reason[:1].upper() + reason[1:]


def lease_of(task: Task | Listed, desk: Desk) -> Lease | None:
    """Who is doing it now; None when nobody is."""
    if not task.claimed_at(desk.now) or task.claimed_by is None or task.claimed_until is None:
        return None
    mine = task.claimed_by.pk == desk.member.pk
    left = words.span((task.claimed_until - desk.now).total_seconds())
    exact = words.exactly(task.claimed_until, zone_of(task.location, desk.member))
    until = words.Moment(left, _("until %(exact)s") % {"exact": exact}, "", Tone.PLAIN)
    return Lease(_("You") if mine else task.claimed_by.name, until, mine)


def _ended(row: QueueRow, task: Listed, desk: Desk) -> QueueRow:
    assert task.ended_at is not None
    mine = task.ended_by_id == desk.member.pk
    who = "you" if mine else task.ended_by.name if task.ended_by else _("the EHR")
    verb = _("Cancelled") if task.status == TaskStatus.CANCELLED else _("Done")
    undo = reverse("dashboards:move", args=[task.pk, "undo"]) if can_undo(task, desk) else ""
    return replace(
        row,
        state="done" if mine else "gone",
        ended=_("%(verb)s %(time)s by %(who)s")
        % {"verb": verb, "time": f"{task.ended_at.astimezone(desk.zone):%H:%M}", "who": who},
        undo_url=undo,
        owner="",
        lease=None,
    )


def can_undo(task: Task | Listed, desk: Desk) -> bool:
    """One's own Done of the last minutes; a critical one is opened again with a reason instead."""
    mine = task.ended_by_id == desk.member.pk and task.status == TaskStatus.COMPLETED
    if not mine or task.severity == Severity.CRITICAL or task.ended_at is None:
        return False
    return desk.now - task.ended_at <= UNDO_WITHIN
