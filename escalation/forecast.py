"""When would it be due? What the engine would do with work that nobody acts on, with reasons.

It asks the engine's own parts: the book of policies, the ladder, the roster.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from escalation import ladder
from escalation.duty import roster
from escalation.ladder import Place
from escalation.models import Calendar, ClockKind, Holiday, LadderStep, Policy, Receiver, Target
from escalation.phrases import aim_words, rung_words
from escalation.policies import Book, Won, why_wins
from escalation.receivers import Reached, receivers
from escalation.reckoning import Teller, reckon
from routing.models import Task


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of a forecast."""

    number: int
    at: datetime
    sentence: str
    people: tuple[str, ...]
    nobody: str
    """Why there is nobody at that hour; it is passed over then. Empty too where it depends on the
    task who it is."""
    is_at_once: bool
    """Its time was over before the work was issued."""


@dataclass(frozen=True, slots=True)
class Clocked:
    """One of the two clocks."""

    kind: ClockKind
    aim: str
    due_at: datetime
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Both clocks, and the ladder that is climbed when nobody acts."""

    won: Won
    ladder: str
    zone: str
    clocks: tuple[Clocked, ...]
    rungs: tuple[Rung, ...]


def forecast(book: Book, task: Task, *, policy: Policy | None = None) -> Forecast | None:
    """For a task that is made up: its queue, kind, priority, location and instant of issue.

    None where no target holds for it.

    Raises:
        NeverOpen: the place is never open again.
    """
    matching = book.matching(task, (policy or book.policy).pk)
    if not matching:
        return None
    target, place = matching[0], book.place_of(task)
    teller = Teller(place, _holidays(task))
    clocks = tuple(_clocks(target, teller, task.issued_at))
    rungs = sorted(_rungs(book, target, place, task, clocks), key=lambda rung: rung.at)
    return Forecast(why_wins(matching), target.ladder.name, place.hours.zone, clocks, tuple(rungs))


def _holidays(task: Task) -> dict[date, str]:
    """What the closed days are called, of the calendar that the task's location keeps."""
    own = Calendar.objects.filter(location=task.location_id).first()
    held = own or Calendar.objects.filter(location=None).first()
    rows = Holiday.objects.filter(calendar=held, approved_by__isnull=False)
    return dict(rows.values_list("day", "name"))


def _clocks(target: Target, teller: Teller, issued_at: datetime) -> Iterator[Clocked]:
    for kind in ClockKind:
        aim = target.aim(kind)
        if aim is not None:
            found = reckon(aim, teller, issued_at)
            yield Clocked(kind, aim_words(aim), found.due_at, found.reasons)


def _rungs(
    book: Book, target: Target, place: Place, task: Task, clocks: tuple[Clocked, ...]
) -> Iterator[Rung]:
    numbers = {step.pk: at for at, step in enumerate(book.steps.get(target.ladder_id, ()), start=1)}
    for clock in clocks:
        for step in book.rungs(target.ladder_id, clock.kind).steps.values():
            at = ladder.round_at(step.timing(), place, clock.due_at, 0)
            yield _rung(step, clock.kind, numbers[step.pk], at, task)


def _rung(step: LadderStep, kind: str, number: int, at: datetime, task: Task) -> Rung:
    if step.receiver == Receiver.ORDERER:
        reached = Reached(reason="")
    else:
        reached = receivers(step, task, roster(now=at))
    return Rung(
        number=number, at=max(at, task.issued_at), sentence=rung_words(step, kind),
        people=tuple(one.name for one in reached.people), nobody=reached.reason,
        is_at_once=at < task.issued_at,
    )  # fmt: skip
