"""A page reached nobody: whoever would be paged next is paged now, and those who lead are told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from accounts.languages import speaking_to
from accounts.models import Membership
from audit import log
from audit.actors import Actor
from escalation.duty import Roster
from escalation.models import Action, Clock, ClockKind, LadderStep, StepFired
from escalation.operations.clocks import climbed_of
from escalation.policies import Book
from escalation.receivers import last_resort, receivers
from escalation.words import words
from outbox import operations as outbox
from outbox.choosing import RANK, Reach
from outbox.models import Channel, Intent, Reply, Urgency
from outbox.operations import Saying
from routing.models import Task
from tenants import bulk
from tenants.ids import uuid7

KIND = {
    Intent.Until.ACKNOWLEDGED: ClockKind.ACKNOWLEDGE, Intent.Until.ENDED: ClockKind.CLOSE
}  # fmt: skip

WHY = _("before its time: the page before it reached nobody")


@dataclass(slots=True)
class Tray:
    """What a pass needs, and the rows that it is about to write."""

    book: Book
    roster: Roster
    reach: Reach
    now: datetime
    climbed: Mapping[UUID, Mapping[int, int]] = field(default_factory=dict)
    rows: list[dict[str, object]] = field(default_factory=list)
    events: list[bulk.Row] = field(default_factory=list)
    sayings: list[Saying] = field(default_factory=list)


@transaction.atomic
def page_on(
    intent_ids: Iterable[UUID], *, book: Book, roster: Roster, reach: Reach, actor: Actor,
    now: datetime,
) -> int:  # fmt: skip
    """For pages that no way to their person got through; returns how many others are paged.

    Steps that page are taken before their time, each once; the others wait for theirs. Lock order:
    task, then clock, then intent.
    """
    missed = list(Intent.objects.filter(pk__in=list(intent_ids), task__isnull=False))
    tasks = {one.pk: one for one in Task.objects.lock(sorted({one.task_id for one in missed}))}
    rows = Clock.objects.filter(task__in=list(tasks), ended_at__isnull=True).order_by("pk")
    clocks = {
        (clock.task_id, clock.kind): clock
        for clock in rows.select_for_update(of=("self",))
    }  # fmt: skip
    tray = Tray(book, roster, reach, now, climbed_of(clocks.values()))
    for one in missed:
        task = tasks[one.task_id or one.pk]
        clock = clocks.get((task.pk, KIND.get(Intent.Until(one.until or "ended"), "")))
        if clock is not None and _is_asked(clock, task):
            _page_on(tray, one, clock, task, actor=actor)
    bulk.insert(StepFired, tray.rows)
    outbox.intend(tray.sayings, actor=actor, now=now)
    log.record_all(tray.events)
    return len(tray.sayings)


def _is_asked(clock: Clock, task: Task) -> bool:
    seen = clock.kind == ClockKind.ACKNOWLEDGE and task.acknowledged_at is not None
    return task.ended_at is None and not seen


def _page_on(tray: Tray, missed: Intent, clock: Clock, task: Task, *, actor: Actor) -> None:
    tray.sayings += _told(tray, missed, task)
    for step in _steps_left(tray, clock):
        people = _who_can_ring(tray, receivers(step, task, tray.roster).people, missed)
        if people:
            tray.rows.append(_fired(tray, clock, step, people[0]))
            tray.events.append(
                log.entry("step.fired", entity=clock, patient_id=task.patient_id, actor=actor,
                          now=tray.now, detail={"step": step.position, "round": 0, "reason": WHY})
            )  # fmt: skip
            occasion = f"step:{clock.pk}:{clock.lap}:{step.position}:0"
            tray.sayings += _pages(tray, missed, task, people, occasion)
            return
    lap = f"unreached:{clock.pk}:{clock.lap}:"
    leads = _leads_left(tray, missed, task, lap)
    tray.sayings += _pages(tray, missed, task, leads, f"{lap}{missed.pk}")
    if not leads and _was_declined(missed):
        tray.sayings += _still_theirs(tray, missed, task)


def _leads_left(tray: Tray, missed: Intent, task: Task, lap: str) -> list[Membership]:
    """Those who lead, but whoever was called so in this lap and could not be reached: two of them
    must not be called by turns for ever."""
    tried = Intent.objects.filter(
        task=task.pk, key__startswith=lap, unreached_at__isnull=False
    ).values_list("member_id", flat=True)
    left = _who_can_ring(tray, last_resort(tray.roster).people, missed)
    gone = set(tried)
    return [one for one in left if one.pk not in gone]


def _was_declined(missed: Intent) -> bool:
    """Whether its person said no, over this way or another."""
    about = Q(intent=missed.pk) | Q(intent__origin=missed.pk)
    return Reply.objects.filter(about, meaning=Reply.Meaning.DECLINE).exists()


def _still_theirs(tray: Tray, missed: Intent, task: Task) -> Iterator[Saying]:
    """They were told that somebody else is looked for, so they must hear that there is nobody."""
    with speaking_to(missed.member):
        said = words("still-yours", reference=missed.reference)
    ways = tray.reach.pages(missed.member_id, now=tray.now) if missed.member_id else []
    for way in ways:
        yield Saying(
            key=f"still:{missed.pk}:{way.channel.value}", member_id=missed.member_id,
            task_id=task.pk, channel=way.channel, contact_id=way.contact_id, urgency=Urgency.PAGE,
            until=missed.until, template="still-yours", subject=said.subject, body=said.body,
            reference=missed.reference, rank=RANK[Urgency.PAGE] + task.danger, at=way.at,
        )  # fmt: skip


def _steps_left(tray: Tray, clock: Clock) -> Iterator[LadderStep]:
    """Steps that page and have not fired in this lap, in their order."""
    target = tray.book.target(clock.target_id)
    steps = tray.book.rungs(target.ladder_id, clock.kind).steps
    climbed = tray.climbed.get(clock.pk) or {}
    for position in sorted(steps):
        if steps[position].action == Action.PAGE and position not in climbed:
            yield steps[position]


def _who_can_ring(
    tray: Tray, people: Iterable[Membership], missed: Intent
) -> tuple[Membership, ...]:
    return tuple(
        one for one in people if one.pk != missed.member_id and tray.reach.can_page(one.pk)
    )


def _fired(tray: Tray, clock: Clock, step: LadderStep, to: Membership) -> dict[str, object]:
    return {
        "id": uuid7(), "clock_id": clock.pk, "step_id": step.pk, "lap": clock.lap, "round": 0,
        "due_at": tray.now, "at": tray.now, "result": StepFired.Result.FIRED.value, "reason": WHY,
        "member_id": to.pk,
    }  # fmt: skip


def _pages(
    tray: Tray, missed: Intent, task: Task, people: Sequence[Membership], occasion: str
) -> Iterator[Saying]:
    for person in people:
        reference = outbox.reference()
        with speaking_to(person):
            said = words(Action.PAGE, reference=reference)
        for way in tray.reach.pages(person.pk, now=tray.now):
            yield Saying(
                key=f"{occasion}:{person.pk}:{way.channel.value}", member_id=person.pk,
                task_id=task.pk, channel=way.channel, contact_id=way.contact_id,
                urgency=Urgency.PAGE, until=missed.until, template=Action.PAGE,
                subject=said.subject, body=said.body, reference=reference,
                rank=RANK[Urgency.PAGE] + task.danger, at=way.at,
            )  # fmt: skip


def _told(tray: Tray, missed: Intent, task: Task) -> Iterator[Saying]:
    """Those who lead see it in the product, whatever else works."""
    for person in last_resort(tray.roster).people:
        with speaking_to(person):
            said = words("unreached")
        yield Saying(
            key=f"told:{missed.pk}:{person.pk}", member_id=person.pk, task_id=task.pk,
            channel=Channel.IN_APP, contact_id=None, urgency=Urgency.NOTICE, until=missed.until,
            template="unreached", subject=said.subject, body=said.body,
            rank=RANK[Urgency.NOTICE] + task.danger, at=tray.now,
        )  # fmt: skip
