"""The ladders of late tasks as they stand: what fired, what came of it, what comes next.

The clock's own `next_at` and the rows of what fired decide; a rung that is still to come is worked
out from its step, and from who is here now.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import Membership
from dashboards import due, rungs, words
from dashboards.due import Timer
from dashboards.queries.clock_words import ended, more_time
from dashboards.queries.desk import Desk, zone_of
from dashboards.rows.due import Due
from dashboards.rows.ladder import ClockLadder, Rung, Way
from escalation import ladder, policies
from escalation.duty import Roster, roster
from escalation.ladder import Firing, Place
from escalation.models import Action, Clock, Extension, LadderStep, StepFired
from escalation.receivers import Reached, receivers
from outbox.choosing import Reach, reach
from outbox.models import Channel, Intent
from outbox.states import IntentState
from routing.models import Task
from routing.said import spoken

CALLABLE = (Channel.VOICE, Channel.SMS)
SAID = ("key", "member__name", "channel", "state", "next_at", "sent_at", "delivered_at", "seen_at",
        "unheard_at", "failure")  # fmt: skip

Occasion = tuple[UUID, int, int]
"""A clock, the lap of its ladder, and the position of a step."""


@dataclass(frozen=True)
class Sight:
    """All that ladders are drawn from, read once for a page."""

    desk: Desk
    clocks: Mapping[UUID, Sequence[Clock]]
    """By task, in the order in which they began."""
    steps: Mapping[UUID, Sequence[LadderStep]]
    fired: Mapping[UUID, Sequence[StepFired]]
    ways: Mapping[Occasion, Sequence[Mapping[str, Any]]]
    given: Mapping[UUID, Sequence[Extension]]
    places: Mapping[UUID | None, Place] = field(default_factory=dict)

    @cached_property
    def here(self) -> Roster:
        return roster(now=self.desk.now)

    @cached_property
    def reach(self) -> Reach:
        return reach()

    def phone(self, member_id: UUID | None) -> str:
        """A colleague's first number that is verified; empty where there is none."""
        if member_id is None or member_id == self.desk.member.pk:
            return ""
        held = self.reach.contacts.get(member_id, [])
        callable_ = [one for one in held if one.channel in CALLABLE]
        return min(callable_, key=lambda one: one.position).address if callable_ else ""

    def place(self, task: Task) -> Place:
        return self.places.get(task.location_id) or self.places.get(None) or policies.ALWAYS


def sight(desk: Desk, tasks: Sequence[Task], *, ended: bool = False) -> Sight:
    """What is known of the clocks of these tasks; of their ended ones too where asked."""
    running = Clock.objects.filter(task__in=tasks).select_related("target")
    running = running if ended else running.filter(ended_at__isnull=True)
    clocks: dict[UUID, list[Clock]] = defaultdict(list)
    for clock in running.order_by("begun_at", "since_version", "kind"):
        clocks[clock.task_id].append(clock)
    held = [clock for found in clocks.values() for clock in found]
    steps: dict[UUID, list[LadderStep]] = defaultdict(list)
    ladders = {clock.target.ladder_id for clock in held}
    for step in LadderStep.objects.filter(ladder__in=ladders).select_related("member"):
        steps[step.ladder_id].append(step)
    fired: dict[UUID, list[StepFired]] = defaultdict(list)
    rows = StepFired.objects.filter(clock__in=[clock.pk for clock in held])
    for row in rows.select_related("step", "member").order_by("at", "round"):
        fired[row.clock_id].append(row)
    return Sight(desk, clocks, steps, fired, _ways(tasks), _given(held), policies.places())


def _given(clocks: Sequence[Clock]) -> dict[UUID, list[Extension]]:
    """More time that people gave."""
    found: dict[UUID, list[Extension]] = defaultdict(list)
    rows = Extension.objects.filter(clock__in=[clock.pk for clock in clocks])
    for one in rows.select_related("member").order_by("at", "pk"):
        found[one.clock_id].append(one)
    return found


def _ways(tasks: Sequence[Task]) -> dict[Occasion, list[Mapping[str, Any]]]:
    found: dict[Occasion, list[Mapping[str, Any]]] = defaultdict(list)
    rows = Intent.objects.filter(task__in=tasks, key__startswith="step:").order_by("created_at")
    for row in rows.values(*SAID):
        clock_id, lap, position = row["key"].split(":")[1:4]
        found[UUID(clock_id), int(lap), int(position)].append(row)
    return found


def ladder_of(seen: Sight, task: Task, clock: Clock) -> ClockLadder:
    """One clock with its rungs."""
    zone = zone_of(task.location, seen.desk.member)
    running = clock.ended_at is None
    drawn = _Drawing(seen, task, clock, zone)
    coming = drawn.coming()
    return ClockLadder(
        due=spelled(clock, zone=zone, now=seen.desk.now) if running else None,
        title=clock.get_kind_display(),
        ended="" if running else ended(clock, zone, seen.desk.now),
        late=clock.end == Clock.End.MISSED if not running else clock.due_at <= seen.desk.now,
        rungs=tuple(drawn.rung(step, coming) for step in drawn.steps),
        next_words=drawn.next_words(coming),
        given=tuple(more_time(one, zone, seen.desk.now) for one in seen.given.get(clock.pk, ())),
    )


def spelled(clock: Clock, *, zone: ZoneInfo, now: datetime) -> Due:
    """A running clock in words."""
    amount = getattr(clock.target, f"{clock.kind}_amount")
    measure = getattr(clock.target, f"{clock.kind}_measure")
    length = due.aim_length(amount, measure)
    timer = Timer(clock.kind, clock.due_at, length, clock.paused_since)
    return due.spell(timer, zone=zone, now=now)


@dataclass(frozen=True)
class _Drawing:
    """One ladder while it is drawn."""

    seen: Sight
    task: Task
    clock: Clock
    zone: ZoneInfo

    @property
    def now(self) -> datetime:
        return self.seen.desk.now

    @cached_property
    def steps(self) -> list[LadderStep]:
        held = self.seen.steps.get(self.clock.target.ladder_id, ())
        return [step for step in held if step.clock in ("", self.clock.kind)]

    @cached_property
    def fired(self) -> dict[int, list[StepFired]]:
        found: dict[int, list[StepFired]] = defaultdict(list)
        for row in self.seen.fired.get(self.clock.pk, ()):
            if row.lap == self.clock.lap:
                found[row.step.position].append(row)
        return found

    @property
    def place(self) -> Place:
        return self.seen.place(self.task)

    def coming(self) -> Firing | None:
        """What the ladder does next; None where nothing fires any more."""
        if self.clock.next_at is None:
            return None
        timings = {step.position: step.timing() for step in self.steps}
        climbed = {position: rows[-1].round for position, rows in self.fired.items()}
        return ladder.next_after(timings, self.place, self.clock.due_at, climbed)

    def reached(self, step: LadderStep) -> Reached:
        """Whom it would reach now, or why nobody."""
        found = receivers(step, self.task, self.seen.here)
        if step.action == Action.PAGE and found.people:
            people = tuple(one for one in found.people if self.seen.reach.can_page(one.pk))
            return Reached(people, "" if people else _("no verified contact that can ring"))
        return found

    def next_words(self, coming: Firing | None) -> str:
        """`Rung 3 in 4 min: page whoever is on call (Dr Omar Haddad).`"""
        if self.clock.ended_at is not None:
            return ""
        if self.clock.paused_since is not None:
            return _("Paused with the task: no rung fires while it is on hold.")
        if coming is None:
            return _("No rung is left: nobody else will be told.")
        step = next(one for one in self.steps if one.position == coming.step)
        reached = self.reached(step)
        nobody = _("nobody: %(reason)s") % {"reason": spoken(reached.reason)}
        who = rungs.listed([one.name for one in reached.people]) or nobody
        said = rungs.what(step.action, step.receiver, name=named(step))
        again = _(" again") if coming.round else ""
        return _("Rung %(number)s %(when)s: %(said)s%(again)s (%(who)s).") % {
            "number": coming.step + 1, "when": rungs.until(coming.at, now=self.now),
            "said": f"{said[:1].lower()}{said[1:]}", "again": again, "who": who,
        }  # fmt: skip

    def rung(self, step: LadderStep, coming: Firing | None) -> Rung:
        """One step, fired or to come."""
        what = rungs.what(step.action, step.receiver, name=named(step))
        following = coming if coming is not None and coming.step == step.position else None
        if step.position in self.fired:
            return self._told(step, what, following)
        if self.clock.ended_at is not None:
            return Rung(number=step.position + 1, state="coming", what=what, words=_("Not needed"))
        return self._ahead(step, what, following)

    def _ahead(self, step: LadderStep, what: str, following: Firing | None) -> Rung:
        reached = self.reached(step)
        people = [one.name for one in reached.people]
        at = ladder.round_at(step.timing(), self.place, self.clock.due_at, 0)
        nobody = _("Nobody on rung %(number)s: %(reason)s.")
        said = {"number": step.position + 1, "reason": spoken(reached.reason)}
        return Rung(
            number=step.position + 1, state="next" if following else "coming", what=what,
            who=rungs.listed(people),
            phone=self.seen.phone(reached.people[0].pk) if len(people) == 1 else "",
            when=words.moment(at, zone=self.zone, now=self.now),
            nobody="" if people else nobody % said,
        )  # fmt: skip

    def _told(self, step: LadderStep, what: str, following: Firing | None) -> Rung:
        rows = self.fired[step.position]
        told = [row for row in rows if row.result == StepFired.Result.FIRED]
        last = (told or rows)[-1]
        ways = self.seen.ways.get((self.clock.pk, self.clock.lap, step.position), ())
        names = list(dict.fromkeys(row["member__name"] for row in ways if row["member__name"]))
        member: Membership | None = last.member
        return Rung(
            number=step.position + 1, what=what, state=self._state(last),
            who=rungs.listed(names) or (member.name if member else ""),
            phone=self.seen.phone(last.member_id) if len(names) <= 1 else "",
            when=words.moment(last.at, zone=self.zone, now=self.now),
            words=self._answer(last),
            again=self._again(len(told), following),
            ways=tuple(_way(row, zone=self.zone, now=self.now) for row in _latest(ways)),
        )  # fmt: skip

    def _state(self, last: StepFired) -> str:
        if last.result != StepFired.Result.FIRED:
            return last.result
        return "answered" if self._is_answered else "told"

    @property
    def _is_answered(self) -> bool:
        return self.clock.end in (Clock.End.MET, Clock.End.MISSED)

    def _answer(self, last: StepFired) -> str:
        if last.result != StepFired.Result.FIRED:
            why = {"skipped": _("Skipped"), "passed": _("Passed over")}[last.result]
            return f"{why}: {last.reason}" if last.reason else why
        return _("Answered") if self._is_answered else _("Not answered")

    def _again(self, times: int, following: Firing | None) -> str:
        often = _("%(times)s times so far") % {"times": times} if times > 1 else ""
        if following is None:
            return often
        soon = _("again %(until)s") % {"until": rungs.until(following.at, now=self.now)}
        return f"{often}, {soon}" if often else soon


def named(step: LadderStep) -> str:
    """The person or the role that a rung names; empty where it names a part, such as the owner."""
    if step.member is not None:
        return str(step.member.name)
    role = step.get_role_display().lower() if step.role else ""
    return _("every %(role)s") % {"role": role} if role else ""


def _latest(ways: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of rounds over the same channel to the same person, the last."""
    newest = {(row["member__name"], row["channel"]): row for row in ways}
    return list(newest.values())


def _way(row: Mapping[str, Any], *, zone: ZoneInfo, now: datetime) -> Way:
    at = row["delivered_at"] or row["sent_at"] or row["next_at"]
    is_unheard = row["state"] == IntentState.SENT and row["unheard_at"] is not None
    said, tone = rungs.became(
        "unheard" if is_unheard else row["state"], at=at, seen_at=row["seen_at"],
        failure=row["failure"], zone=zone, now=now,
    )  # fmt: skip
    channel = rungs.CHANNELS[row["channel"]]
    return Way(who=row["member__name"] or "", channel=channel, words=said, tone=tone)
