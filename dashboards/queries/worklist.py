"""My queue and Team queue: which tasks, in which order, in which words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.urls import reverse

from accounts.models import Membership
from charts.models import Patient
from charts.values import Priority, Severity
from dashboards import words
from dashboards.queries import sources
from dashboards.queries.desk import Desk, zone_of
from dashboards.queries.sources import Part, Place
from dashboards.queries.values import badge, headline, level_of
from dashboards.rows import Lease, PatientLine, QueueRow
from dashboards.words import Level, Tone
from routing.categories import Category
from routing.models import Queue, RoutingDecision, Task
from routing.operations.moves import UNDO_WITHIN
from routing.states import TaskStatus

PAGE = 50

# What a row reads; a chart item's text and a message's body stay where they are.
FIELDS = (
    "id", "practice", "category", "title", "status", "priority", "severity", "danger",
    "authored_at", "claimed_until", "recheck_date", "ended_at", "outcome", "version", "queue",
    "status_reason", "patient__id", "patient__family", "patient__given", "patient__birth_date",
    "patient__sex", "owner__id", "owner__name", "claimed_by__id", "claimed_by__name",
    "ended_by__id", "ended_by__name", "item__id", "item__kind", "item__status",
    "item__observations", "item__title", "location__id", "location__time_zone",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list."""

    rows: tuple[QueueRow, ...]
    next_place: Place | None
    patients: tuple[UUID, ...]
    """Whose names are on it: for the audit record."""


def in_order(desk: Desk, parts: Sequence[Part], *, after: Place | None, back: str) -> Found:
    """The next page of the parts, most dangerous first, then oldest."""
    places = sources.page(parts, after=after, size=PAGE)
    shown = places[:PAGE]
    tasks = {task.pk: task for task in _tasks(place.pk for place in shown)}
    found = [tasks[place.pk] for place in shown if place.pk in tasks]
    more = shown[-1] if len(places) > PAGE else None
    return Found(rows_of(desk, found, back=back), more, _patients(found))


def _patients(tasks: Sequence[Task]) -> tuple[UUID, ...]:
    return tuple({task.patient_id for task in tasks if task.patient_id})


def done_today(desk: Desk, *, before: datetime | None, back: str) -> Found:
    """What is mine and was closed since midnight here, newest first."""
    ended = _done(desk).order_by("-ended_at")
    if before is not None:
        ended = ended.filter(ended_at__lt=before)
    ids = list(ended.values_list("pk", flat=True)[: PAGE + 1])
    tasks = {task.pk: task for task in _tasks(ids[:PAGE])}
    shown = [tasks[pk] for pk in ids[:PAGE] if pk in tasks]
    more = len(ids) > PAGE and shown[-1].ended_at
    place = Place(0, more, shown[-1].pk) if more else None
    return Found(rows_of(desk, shown, back=back), place, _patients(shown))


def _done(desk: Desk) -> Part:
    today = desk.now.astimezone(desk.zone).date()
    midnight = datetime.combine(today, time.min, tzinfo=desk.zone)
    done = Task.objects.owned_by(desk.member).filter(ended_at__gte=midnight)
    return sources.visible(desk, done)


def counts(desk: Desk, queues: Sequence[Queue]) -> dict[str, int]:
    """The figures on the tabs of My queue."""
    views = ("mine", "critical", "hold")
    lists = [sources.mine(desk, queues, view) for view in views]
    figures = sources.counts([*lists, [_done(desk)]])
    return dict(zip((*views, "done"), figures, strict=True))


def one(desk: Desk, task_id: UUID, *, back: str) -> QueueRow | None:
    """The row of one task, as a list would show it now."""
    rows = rows_of(desk, list(_tasks([task_id])), back=back)
    return rows[0] if rows else None


def next_after(parts: Sequence[Part], task: Task) -> UUID | None:
    """What comes after a task in its list, or before it where it was the last."""
    place = Place(task.danger, task.authored_at, task.pk)
    found = sources.page(parts, after=place, size=1) or sources.page(parts, after=None, size=1)
    return next((place.pk for place in found if place.pk != task.pk), None)


def _tasks(ids: Iterable[UUID]) -> Any:
    return (
        Task.objects.filter(pk__in=list(ids))
        .select_related("patient", "owner", "claimed_by", "ended_by", "item", "location")
        .only(*FIELDS)
    )


def rows_of(desk: Desk, tasks: Sequence[Task], *, back: str) -> tuple[QueueRow, ...]:
    """Tasks as rows, in the order given."""
    reasons = _reasons([task.pk for task in tasks])
    alike = _alike(tasks)
    return tuple(
        _row(desk, task, why=reasons.get(task.pk, ""), alike=task.pk in alike, back=back)
        for task in tasks
    )


def _reasons(ids: Sequence[UUID]) -> dict[UUID, str]:
    """The rule that decided last, for each task."""
    if not ids:
        return {}
    newest = (
        RoutingDecision.objects.filter(task__in=ids)
        .order_by("task_id", "-at")
        .distinct("task_id")
        .values_list("task_id", "rule__name")
    )
    return dict(newest)


def _alike(tasks: Sequence[Task]) -> set[UUID]:
    """Tasks whose patient has nearly the name of another patient in the list."""
    seen: dict[tuple[str, str], set[UUID]] = {}
    for task in tasks:
        if task.patient is not None:
            seen.setdefault(_short_name(task.patient), set()).add(task.patient.pk)
    return {
        task.pk
        for task in tasks
        if task.patient is not None and len(seen[_short_name(task.patient)]) > 1
    }


def _short_name(patient: Patient) -> tuple[str, str]:
    return patient.family.casefold(), patient.given[:1].casefold()


def patient_line(patient: Patient | None, desk: Desk) -> PatientLine:
    """Name, birth date with age, sex; never blank."""
    if patient is None:
        return PatientLine(name="No patient", born="")
    today = desk.now.astimezone(desk.zone).date()
    born = patient.birth_date
    return PatientLine(
        name=words.patient_name(patient.family, patient.given),
        born=words.long_date(born) if born else "Birth date not known",
        age=words.age(born, on=today) if born else "",
        sex=patient.sex,
    )


def friction(task: Task, level: Level) -> str:
    """What Done asks for: one key, an outcome, or an outcome and who was told."""
    if task.severity == Severity.CRITICAL:
        return "spoken"
    plain = level is Level.ROUTINE
    return "key" if plain or task.category != Category.RESULT_REVIEW else "outcome"


def _row(desk: Desk, task: Task, *, why: str, alike: bool, back: str) -> QueueRow:
    level = level_of(task.severity)
    value, more, summary = headline(task.item) if task.item else (None, 0, "")
    row = QueueRow(
        id=str(task.pk),
        url=f"{reverse('dashboards:task', args=[task.pk])}?back={back}",
        level=level,
        kind=Category(task.category).label,
        title=task.title,
        patient=replace(patient_line(task.patient, desk), alike=alike),
        waiting=words.waited(task.authored_at, zone=desk.zone, now=desk.now),
        why=_short(why) or task.status_reason,
        value=value,
        more_values=more,
        summary=summary,
        badge=badge(task.item.status) if task.item else "",
        priority=_priority(task, level),
        friction=friction(task, level),
        lease=lease_of(task, desk),
        owner=_owner(task, desk),
        state="hold" if task.status == TaskStatus.ON_HOLD else "open",
    )
    return row if task.is_open else _ended(row, task, desk)


def _priority(task: Task, level: Level) -> str:
    """Why work without a grave result stands so high."""
    if level is not Level.ROUTINE or task.priority == Priority.ROUTINE:
        return ""
    return task.priority.upper() if task.priority == Priority.ASAP else task.priority.capitalize()


def _owner(task: Task, desk: Desk) -> str:
    """A colleague's name; one's own is said by the list."""
    return "" if task.owner is None or task.owner.pk == desk.member.pk else task.owner.name


def _short(rule: str) -> str:
    """`A critical result goes to the clinician who ordered it`: the row says what, not where to."""
    reason = rule.split(" goes ")[0].split(" go ")[0]
    for article in ("A ", "An "):
        reason = reason.removeprefix(article)
    return reason[:1].upper() + reason[1:]


def lease_of(task: Task, desk: Desk) -> Lease | None:
    """Who is doing it now; None when nobody is."""
    if not task.claimed_at(desk.now) or task.claimed_by is None or task.claimed_until is None:
        return None
    mine = task.claimed_by.pk == desk.member.pk
    left = words.span((task.claimed_until - desk.now).total_seconds())
    exact = words.exactly(task.claimed_until, zone_of(task.location, desk.member))
    until = words.Moment(left, f"until {exact}", "", Tone.PLAIN)
    return Lease("You" if mine else task.claimed_by.name, until, mine)


def _ended(row: QueueRow, task: Task, desk: Desk) -> QueueRow:
    assert task.ended_at is not None
    mine = task.ended_by is not None and task.ended_by.pk == desk.member.pk
    who = "you" if mine else task.ended_by.name if task.ended_by else "the EHR"
    verb = "Cancelled" if task.status == TaskStatus.CANCELLED else "Done"
    may_undo = can_undo(task, desk)
    return replace(
        row,
        state="done" if mine else "gone",
        ended=f"{verb} {task.ended_at.astimezone(desk.zone):%H:%M} by {who}",
        undo_url=reverse("dashboards:move", args=[task.pk, "undo"]) if may_undo else "",
        owner="",
        lease=None,
    )


def can_undo(task: Task, desk: Desk) -> bool:
    """One's own Done of the last minutes; a critical one is opened again with a reason instead."""
    mine = task.ended_by_id == desk.member.pk and task.status == TaskStatus.COMPLETED
    grave = task.severity == Severity.CRITICAL
    return mine and not grave and task.ended_at is not None and _recent(task.ended_at, desk)


def _recent(at: datetime, desk: Desk) -> bool:
    return desk.now - at <= UNDO_WITHIN


def last_done(desk: Desk) -> UUID | None:
    """My newest Done that can still be undone."""
    since = desk.now - UNDO_WITHIN
    done = Task.objects.filter(owner=desk.member, ended_by=desk.member, ended_at__gte=since)
    done = done.exclude(severity=Severity.CRITICAL)
    found: UUID | None = done.order_by("-ended_at").values_list("pk", flat=True).first()
    return found


def active_members() -> list[Membership]:
    """Everybody who may own work, by name."""
    return list(Membership.objects.filter(is_active=True).order_by("name"))


def all_queues() -> list[Queue]:
    """Every queue of the practice, by name."""
    return list(Queue.objects.order_by("name"))
