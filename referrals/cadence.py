"""When a referral is chased, for which fact, and how. Pure.

A cadence is a table. Each row names the fact that it tests and what is done while that is not
true, some time after something happened. Branches run beside each other: a patient who has booked
is not nudged, though the specialist is still asked for their word.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from referrals.lacking import Lack, View, lacks
from referrals.states import (
    Acceptance,
    Appointment,
    Attendance,
    Authorization,
    Axis,
    Report,
)
from referrals.works import Work


class Since(StrEnum):
    """What a row counts from."""

    ORDERED = "ordered"
    APPOINTMENT = "appointment"
    """The time that is booked: a row may come before it."""
    UNDATED = "undated"
    """It was booked, and nobody said for when."""
    UNBOOKED = "unbooked"
    """The appointment was missed or cancelled."""
    SEEN = "seen"
    DECLINED = "declined"
    ASKED = "asked"
    AUTHORIZATION = "authorization"
    REPORTED = "reported"


class Branch(StrEnum):
    """Rows of one branch take each other's place; branches know nothing of each other."""

    PATIENT = "patient"
    SPECIALIST = "specialist"
    COORDINATOR = "coordinator"
    PAYER = "payer"


class Nudge(StrEnum):
    """A message to the patient, by its template."""

    BOOK = "nudge-book"
    REMIND = "nudge-remind"
    REBOOK = "nudge-rebook"


@dataclass(frozen=True, slots=True)
class Row:
    """While this lacks so long after that, this is done."""

    name: str
    branch: Branch
    since: Since
    after: timedelta
    tests: Lack
    does: Work | Nudge


@dataclass(frozen=True, slots=True)
class Due:
    """A row that waits for its time, or whose time has come."""

    row: Row
    key: str
    """Names the occasion: another appointment is another one."""
    at: datetime


def _anchors(view: View) -> Mapping[Since, datetime]:
    """What has happened that rows count from, and when."""
    since, stands = view.stands.since, view.stands
    found = {
        Since.APPOINTMENT: stands.appointment_at,
        Since.UNDATED: None if stands.appointment_at
        else _when(view, Axis.APPOINTMENT, Appointment.BOOKED),
        Since.SEEN: _when(view, Axis.ATTENDANCE, Attendance.SEEN),
        Since.DECLINED: _when(view, Axis.ACCEPTANCE, Acceptance.DECLINED),
        Since.ASKED: _when(view, Axis.ACCEPTANCE, Acceptance.QUESTION),
        Since.REPORTED: _when(view, Axis.REPORT, Report.RECEIVED),
        Since.AUTHORIZATION: since.get(Axis.AUTHORIZATION),
        Since.UNBOOKED: _when(view, Axis.ATTENDANCE, Attendance.NO_SHOW)
        or _when(view, Axis.APPOINTMENT, Appointment.CANCELLED),
        Since.ORDERED: view.ordered_at,
    }  # fmt: skip
    return {name: at for name, at in found.items() if at is not None}


def _when(view: View, axis: Axis, value: str) -> datetime | None:
    return view.stands.since.get(axis) if view.on(axis) == value else None


def waiting(
    rows: Iterable[Row], view: View, *, done: Collection[str], pauses_booking: bool = False
) -> list[Due]:
    """The rows whose fact lacks now and that were not done on this occasion, soonest first.

    Args:
        done: the keys of what was done or passed.
        pauses_booking: nobody need book while the payer has not said yes.
    """
    anchors = _anchors(view)
    paused = pauses_booking and _waits_for_payer(view)
    dues = [
        Due(row, _key(row, anchors[row.since]), _due_at(row, anchors, view))
        for row in rows
        if row.since in anchors
        and lacks(row.tests, view)
        and not (paused and row.tests is Lack.BOOKED)
        and not _begun_again(row, anchors)
        and not _is_too_late(row, anchors, view)
    ]
    return sorted((due for due in dues if due.key not in done), key=lambda due: due.at)


def _due_at(row: Row, anchors: Mapping[Since, datetime], view: View) -> datetime:
    """A visit long after the order is no reason to give the report up on its day: from the visit
    on, there is half of that time again."""
    at, visit = anchors[row.since] + row.after, anchors.get(Since.APPOINTMENT)
    from_order = row.since is Since.ORDERED and row.tests is Lack.REPORTED
    if visit is None or not from_order or view.on(Axis.APPOINTMENT) != Appointment.BOOKED:
        return at
    return max(at, visit + row.after / 2)


def _waits_for_payer(view: View) -> bool:
    return view.on(Axis.AUTHORIZATION) in (Authorization.NEEDED, Authorization.REQUESTED)


def _begun_again(row: Row, anchors: Mapping[Since, datetime]) -> bool:
    """Whoever lost an appointment is not nudged as if they had never had one."""
    from_order = row.since is Since.ORDERED and row.tests is Lack.BOOKED
    return from_order and Since.UNBOOKED in anchors


def _is_too_late(row: Row, anchors: Mapping[Since, datetime], view: View) -> bool:
    """What is to be done before an appointment is of no use once its time has come."""
    return row.after < timedelta() and anchors[row.since] <= view.now


def _key(row: Row, anchor: datetime) -> str:
    """There is one order; everything else may happen twice."""
    return row.name if row.since is Since.ORDERED else f"{row.name}@{anchor.isoformat()}"


@dataclass(frozen=True, slots=True)
class Turn:
    """What to do now: at most one row of each branch; what it takes the place of is passed."""

    fires: Sequence[Due]
    passed: Sequence[Due]
    next_at: datetime | None
    """When to look again, if nothing is told before."""


def turn(dues: Sequence[Due], view: View) -> Turn:
    """Of what waits, what is done now. After a long silence the last row that is due is enough."""
    now = [due for due in dues if due.at <= view.now]
    later = [due.at for due in dues if due.at > view.now]
    fires, passed = [], []
    for _branch, group in groupby(sorted(now, key=_by_branch), key=lambda due: due.row.branch):
        *before, last = group
        fires.append(last)
        passed += before
    booked_for = view.stands.appointment_at
    if view.is_ahead and booked_for is not None:
        later.append(booked_for)  # what lacks then may not lack now
    return Turn(fires, passed, min(later, default=None))


def _by_branch(due: Due) -> tuple[str, datetime]:
    return (due.row.branch, due.at)


def before_in_branch(rows: Iterable[Row], fired: Row) -> set[Work]:
    """The work of the other rows of its branch, whose place it takes."""
    return {
        row.does for row in rows
        if row.branch is fired.branch and row.name != fired.name and isinstance(row.does, Work)
    } - {fired.does}  # fmt: skip
