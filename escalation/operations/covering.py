"""Work that follows its owner's absence: to whoever covers, to its queue, and back again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q, Subquery

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from escalation.duty import Roster, roster
from escalation.models import Absence, CoveredTask
from routing import authority
from routing import operations as routing
from routing.models import Task, TaskTransition
from routing.models.task import TaskQuerySet
from routing.states import Move, TaskStatus
from tenants import bulk, wake
from tenants.bulk import Row
from tenants.models import Topic

AT_ONCE = 100
"""Tasks that one transaction moves; the rest are looked at again at once."""

COMES = (Move.CREATE, Move.ASSIGN, Move.REROUTE, Move.REOPEN)
"""Moves by which work comes to somebody."""

LEFT = "no longer works here"


@dataclass(slots=True)
class Tray:
    """What one call needs, and the rows that it is about to write."""

    roster: Roster
    actor: Actor
    now: datetime
    covered: list[CoveredTask] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)


@transaction.atomic
def divert(task_ids: Iterable[UUID], *, actor: Actor, now: datetime) -> int:
    """Of tasks that changed, pass on those that came to somebody who is away; returns how many."""
    gone = Q(owner__is_active=False) | Exists(
        Absence.objects.running(now).filter(member=OuterRef("owner"))
    )
    theirs = Task.objects.open().filter(gone, pk__in=list(task_ids))
    owners = set(theirs.values_list("owner", flat=True))
    if not owners:
        return 0
    tray = Tray(roster(now=now), actor, now)
    for absence in _absences(owners, actor=actor, now=now):
        _pass_on(tray, absence, _of_absent(absence).filter(pk__in=theirs.values("pk")))
    return _write(tray)


@transaction.atomic
def settle(member_ids: Iterable[UUID], *, actor: Actor, now: datetime) -> int:
    """Bring the work of members into line with their absences; returns how many tasks moved.

    A function of what is written, not of how often it is asked.
    """
    members = sorted(set(member_ids))
    tray = Tray(roster(now=now), actor, now)
    for absence in _absences(members, actor=actor, now=now):
        _pass_on(tray, absence, _of_absent(absence))
    over = Absence.objects.filter(member__in=members, settled_at__isnull=True, ends_at__lte=now)
    for absence in over.order_by("pk").select_for_update(of=("self",)).select_related("member"):
        _give_back(tray, absence)
    return _write(tray)


def _absences(
    member_ids: Iterable[UUID], *, actor: Actor, now: datetime
) -> Iterator[Absence]:  # fmt: skip
    """The running absence of each; whoever left is away without an end, by rule."""
    found = Absence.objects.running(now).filter(member__in=list(member_ids))
    running = {
        one.member_id: one
        for one in found.order_by("pk").select_for_update(of=("self",)).select_related("member")
    }
    yield from (one for one in running.values() if one.member.is_active)
    left = Membership.objects.filter(pk__in=list(member_ids), is_active=False)
    for member in left.order_by("pk"):
        yield _left(member, running.get(member.pk), actor=actor, now=now)


def _left(
    member: Membership, absence: Absence | None, *, actor: Actor, now: datetime
) -> Absence:  # fmt: skip
    """An absence without an end: the one that runs goes on, or a new one begins."""
    if absence is not None and absence.ends_at is None:
        return absence
    if absence is None:
        absence = Absence.objects.create(
            member=member, cover=None, begins_at=now, goes_back=False, reason=LEFT
        )
    else:
        absence.ends_at, absence.goes_back = None, False
        absence.save(update_fields=["ends_at", "goes_back"])
    Absence.objects.filter(member=member, begins_at__gt=now).delete()
    log.record("absence.recorded", entity=absence, detail={"member": str(member.pk), "left": True},
               actor=actor, now=now)  # fmt: skip
    return absence


def _of_absent(absence: Absence) -> TaskQuerySet:
    """Their open tasks that are to move, the most dangerous first."""
    tasks = Task.objects.open().filter(owner=absence.member_id).most_dangerous_first()
    if absence.ends_at is None:
        return tasks
    theirs = TaskTransition.objects.filter(owner=absence.member_id, at__gte=absence.begins_at)
    came = TaskTransition.objects.filter(task=OuterRef("task"), move__in=COMES)
    came = came.exclude(member=absence.member_id).order_by("-version")
    # Who is away and takes a task in hand all the same keeps it, until it comes to them again.
    took = theirs.filter(member=absence.member_id, version__gt=Subquery(came.values("version")[:1]))
    tasks = tasks.exclude(Exists(took.filter(task=OuterRef("pk"))))
    if not absence.moves_open_work:
        tasks = tasks.filter(Exists(theirs.filter(task=OuterRef("pk"), move__in=COMES)))
    return tasks


def _pass_on(tray: Tray, absence: Absence, tasks: TaskQuerySet) -> None:
    theirs_to_end = Q(claimed_until__gt=tray.now) & ~Q(claimed_by=absence.member_id)
    ids = list(tasks.exclude(theirs_to_end).values_list("pk", flat=True)[: AT_ONCE + 1])
    ends = tasks.filter(theirs_to_end).aggregate(first=Min("claimed_until"))["first"]
    if len(ids) > AT_ONCE or ends is not None:
        wake.call(Topic.STAFF, [(absence.member_id, tray.now if len(ids) > AT_ONCE else ends)])
    cover, held = tray.roster.present(absence.cover_id), authority.load(now=tray.now)
    for task in Task.objects.lock(ids[:AT_ONCE]).prefetch_related("queue"):
        if not task.is_open or task.owner_id != absence.member_id:
            continue
        if _is_held_by_another(task, absence.member_id, tray.now):
            wake.call(Topic.STAFF, [(absence.member_id, task.claimed_until or tray.now)])
            continue
        to = cover if cover and held.may_close_task(cover.roles, task) else None
        routing.pass_on(task, to=to, reason=_why(absence, to), actor=tray.actor, now=tray.now)
        tray.covered.append(CoveredTask(absence=absence, task=task, to=to, at=tray.now))
        _note(tray, "task.covered", task, absence, to)


def _is_held_by_another(task: Task, member_id: UUID, now: datetime) -> bool:
    """Nobody's work is taken out of their hands."""
    return task.claimed_at(now) and task.claimed_by_id != member_id


def _why(absence: Absence, to: Membership | None) -> str:
    gone = LEFT if absence.ends_at is None else "is away"
    return f"{absence.member.name} {gone}: {f'{to.name} covers' if to else 'back to its queue'}"


def _give_back(tray: Tray, absence: Absence) -> None:
    """What the cover has not begun, where they wished so and are here."""
    member = absence.member
    if absence.goes_back and tray.roster.present(member.pk) == member:
        _return(tray, absence)
    absence.settled_at = tray.now
    absence.save(update_fields=["settled_at"])


def _return(tray: Tray, absence: Absence) -> None:
    moved = absence.covered.values_list("task", flat=True)
    tasks = Task.objects.lock(list(moved)).prefetch_related("queue")
    latest = CoveredTask.objects.filter(task__in=list(moved)).order_by("at", "pk")
    last_to = {row.task_id: row.to_id for row in latest}
    for task in tasks:
        begun = task.status == TaskStatus.IN_PROGRESS or task.claimed_at(tray.now)
        if task.is_open and not begun and task.owner_id == last_to[task.pk]:
            reason = f"{absence.member.name} is back"
            routing.pass_on(task, to=absence.member, reason=reason, actor=tray.actor, now=tray.now)
            _note(tray, "task.returned", task, absence, absence.member)


def _note(
    tray: Tray, action: str, task: Task, absence: Absence, to: Membership | None
) -> None:  # fmt: skip
    tray.entries.append(
        log.entry(action, entity=task, patient_id=task.patient_id,
                  detail={"absence": str(absence.pk), "to": str(to.pk) if to else "queue"},
                  actor=tray.actor, now=tray.now)
    )  # fmt: skip


def _write(tray: Tray) -> int:
    bulk.insert(CoveredTask, tray.covered)
    log.record_all(tray.entries)
    return len(tray.entries)
