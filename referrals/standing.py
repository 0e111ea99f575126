"""What stands on each axis after all that was told, and what that says of the loop. Pure.

Facts are taken in the order in which they happened, whatever order they were told in. A fact that
cannot follow what stands by then is held: kept and shown, and counted for nothing until something
told later makes room for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from referrals.states import (
    BEGINNING,
    VALUES,
    Acceptance,
    Answered,
    Appointment,
    Attendance,
    Authorization,
    Axis,
    Closure,
    PatientTold,
    Report,
    Step,
    Transmission,
    Turn,
    may_follow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A fact as the fold takes it."""

    id: UUID
    axis: Axis
    value: str
    at: datetime
    told_at: datetime
    appointment_at: datetime | None = None
    item: UUID | None = None
    """The chart item that holds the report."""
    undoes: UUID | None = None
    """The fact that this one takes back; it says nothing else."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is true on each axis, since when, and which facts are held."""

    on: Mapping[Axis, str] = field(default_factory=lambda: MappingProxyType(dict(BEGINNING)))
    since: Mapping[Axis, datetime] = field(default_factory=dict)
    appointment_at: datetime | None = None
    report: UUID | None = None
    held: Mapping[UUID, str] = field(default_factory=dict)
    """By the fact's id, what stood when it came and would not let it follow."""


def standing(facts: Iterable[Told]) -> Standing:
    """What stands after all these facts."""
    told = list(facts)
    gone = _undone(told)
    counted = [fact for fact in told if fact.undoes is None and fact.id not in gone]
    fold = _Fold()
    for fact in sorted(counted, key=_turn_of):
        fold.take(fact)
    return Standing(
        MappingProxyType(fold.on), fold.since, fold.appointment_at, fold.report, fold.held
    )


def _turn_of(fact: Told) -> tuple[datetime, datetime, int, int]:
    """When it happened, then when it was told; of one instant, as a loop goes on."""
    values = [value.value for value in VALUES[fact.axis]]
    return (fact.at, fact.told_at, list(Axis).index(fact.axis), values.index(fact.value))


def _undone(told: Sequence[Told]) -> set[UUID]:
    """What was taken back, by something that was not taken back itself."""
    gone: set[UUID] = set()
    for fact in sorted(told, key=lambda one: one.told_at, reverse=True):
        if fact.undoes is not None and fact.id not in gone:
            gone.add(fact.undoes)
    return gone


class _Fold:
    def __init__(self) -> None:
        self.on: dict[Axis, str] = dict(BEGINNING)
        self.since: dict[Axis, datetime] = {}
        self.appointment_at: datetime | None = None
        self.report: UUID | None = None
        self.held: dict[UUID, str] = {}

    def take(self, fact: Told) -> None:
        """One fact more, or one more that is held."""
        before = self.on[fact.axis]
        if not may_follow(fact.axis, before, fact.value) or self._lacks_its_report(fact):
            self.held[fact.id] = before
            return
        if before != fact.value:
            self.since[fact.axis] = fact.at
        self.on[fact.axis] = fact.value
        self._begin_again(fact, before)
        self._remember(fact)

    def _lacks_its_report(self, fact: Told) -> bool:
        """A report that was taken back takes none with it that came in its place; and without a
        report nothing is answered."""
        if fact.axis is Axis.REPORT and fact.value == Report.WITHDRAWN:
            return fact.item not in (None, self.report)
        said = fact.axis is Axis.ANSWER and fact.value != Answered.NOT_ASKED
        return said and self.on[Axis.REPORT] not in (Report.INTERIM, Report.RECEIVED)

    def _remember(self, fact: Told) -> None:
        """When the appointment is, and which item is the report."""
        if fact.axis is Axis.APPOINTMENT:
            booked = fact.value == Appointment.BOOKED
            self.appointment_at = (fact.appointment_at or self.appointment_at) if booked else None
        elif fact.axis is Axis.REPORT:
            live = fact.value in (Report.INTERIM, Report.RECEIVED)
            self.report = (fact.item or self.report) if live else None

    def _begin_again(self, fact: Told, before: str) -> None:
        """Another booking gives whoever did not come another chance; with each report that comes or
        goes, whether it answered and whether the patient knows are asked anew."""
        if fact.axis is Axis.APPOINTMENT and fact.value == Appointment.BOOKED:
            moved = before != fact.value or fact.appointment_at != self.appointment_at
            if moved and self.on[Axis.ATTENDANCE] == Attendance.NO_SHOW:
                self._reset(Axis.ATTENDANCE)
        elif fact.axis is Axis.REPORT and before != fact.value and fact.value != Report.INTERIM:
            self._reset(Axis.ANSWER)
            self._reset(Axis.TOLD)

    def _reset(self, axis: Axis) -> None:
        self.on[axis] = BEGINNING[axis]
        self.since.pop(axis, None)


PARTS = {
    "accepted": (Axis.ACCEPTANCE, frozenset({Acceptance.ACCEPTED})),
    "booked": (Axis.APPOINTMENT, frozenset({Appointment.BOOKED})),
    "seen": (Axis.ATTENDANCE, frozenset({Attendance.SEEN})),
    "reported": (Axis.REPORT, frozenset({Report.RECEIVED})),
    "answered": (Axis.ANSWER, frozenset({Answered.YES, Answered.PARTLY})),
    "told": (Axis.TOLD, frozenset({PatientTold.YES})),
}
"""What a whole loop is made of, in its order."""


@dataclass(frozen=True, slots=True)
class Loop:
    """What the axes come to: how far it is, whose turn it is, and what is not known to be true."""

    step: Step
    turn: Turn
    missing: tuple[str, ...]

    @property
    def is_closed(self) -> bool:
        """Whether nobody waits for a report any more; things may be missing all the same."""
        return self.step is Step.CLOSED


def loop(stands: Standing, closed: Closure | None) -> Loop:
    """The loop of a referral that stands so, and is closed for this or open."""
    missing = tuple(part for part, (axis, good) in PARTS.items() if stands.on[axis] not in good)
    if closed is None:
        return Loop(_step(stands), _turn(stands), missing)
    ours = closed is Closure.REPORTED and not {"answered", "told"}.isdisjoint(missing)
    return Loop(Step.CLOSED, Turn.US if ours else Turn.NOBODY, missing)


_STEPS = (
    (Step.ANSWERED, Axis.REPORT, frozenset({Report.RECEIVED})),
    (Step.SEEN, Axis.ATTENDANCE, frozenset({Attendance.SEEN})),
    (Step.BOOKED, Axis.APPOINTMENT, frozenset({Appointment.BOOKED})),
    (Step.ACCEPTED, Axis.ACCEPTANCE, frozenset({Acceptance.ACCEPTED})),
    (Step.SENT, Axis.TRANSMISSION, frozenset({
        Transmission.SENT, Transmission.PROCESSED, Transmission.DELIVERED, Transmission.UNKNOWN,
    })),
)  # fmt: skip
"""The furthest that is true."""


def _step(stands: Standing) -> Step:
    return next((step for step, axis, good in _STEPS if stands.on[axis] in good), Step.ORDERED)


_TURNS: tuple[tuple[Axis, frozenset[str], Turn], ...] = (
    (Axis.REPORT, frozenset({Report.RECEIVED}), Turn.US),
    (Axis.ACCEPTANCE, frozenset({Acceptance.DECLINED, Acceptance.QUESTION}), Turn.US),
    (Axis.ATTENDANCE, frozenset({Attendance.SEEN}), Turn.SPECIALIST),
    (Axis.AUTHORIZATION, frozenset({Authorization.NEEDED, Authorization.DENIED}), Turn.US),
    (Axis.AUTHORIZATION, frozenset({Authorization.REQUESTED}), Turn.PAYER),
    (Axis.ATTENDANCE, frozenset({Attendance.NO_SHOW}), Turn.PATIENT),
    (Axis.APPOINTMENT, frozenset({Appointment.BOOKED, Appointment.CANCELLED}), Turn.PATIENT),
    (Axis.ACCEPTANCE, frozenset({Acceptance.ACCEPTED}), Turn.PATIENT),
    (Axis.TRANSMISSION, frozenset({
        Transmission.SENT, Transmission.PROCESSED, Transmission.DELIVERED,
    }), Turn.SPECIALIST),
)  # fmt: skip
"""The first that is true says whose turn it is; nothing true, and it is ours: to send it."""


def deciding(stands: Standing) -> Axis | None:
    """The axis that says whose turn it is; None where nothing is true yet."""
    return next((axis for axis, good, _ in _TURNS if stands.on[axis] in good), None)


def _turn(stands: Standing) -> Turn:
    return next((turn for axis, good, turn in _TURNS if stands.on[axis] in good), Turn.US)
