"""What a referral lacks: the facts that a cadence tests, each by what stands. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from referrals.standing import Standing
from referrals.states import (
    Acceptance,
    Appointment,
    Attendance,
    Authorization,
    Axis,
    Closure,
    PatientTold,
    Report,
    Transmission,
)


class Lack(StrEnum):
    """Named by the fact that is not true; each is asked of what stands, never of what was done."""

    SENT = "sent"
    ACCEPTED = "accepted"
    """They said neither yes nor no."""
    BOOKED = "booked"
    DATED = "dated"
    """Booked, and nobody says for when."""
    ATTENDED = "attended"
    """The appointment is, and whether the patient came is not known."""
    REPORTED = "reported"
    """No report, and no appointment ahead that it could come after."""
    TOLD = "told"
    """The report is here, and nobody says that the patient knows."""
    ANOTHER_SPECIALIST = "another-specialist"
    """They declined."""
    OUR_ANSWER = "our-answer"
    """They asked something."""
    AUTHORIZATION = "authorization"
    """The payer is to be asked."""
    PAYERS_WORD = "payers-word"
    """The payer was asked, and says nothing."""
    WAY_ROUND_DENIAL = "way-round-denial"
    """The payer said no."""


@dataclass(frozen=True, slots=True)
class View:
    """A referral as it stands at one moment."""

    stands: Standing
    ordered_at: datetime
    closed: Closure | None
    now: datetime

    def on(self, axis: Axis) -> str:
        """What stands on the axis."""
        return self.stands.on[axis]

    @property
    def is_ahead(self) -> bool:
        """Whether it is booked for a time that has not come."""
        booked_for = self.stands.appointment_at
        return self.is_booked and booked_for is not None and booked_for > self.now

    @property
    def is_booked(self) -> bool:
        """Whether an appointment stands that the patient has not missed."""
        return (
            self.on(Axis.APPOINTMENT) == Appointment.BOOKED
            and self.on(Axis.ATTENDANCE) != Attendance.NO_SHOW
        )

    @property
    def is_seen(self) -> bool:
        """Whether there is nothing left to book."""
        return (
            self.on(Axis.ATTENDANCE) == Attendance.SEEN
            or self.on(Axis.REPORT) in (Report.INTERIM, Report.RECEIVED)
        )  # fmt: skip


def _is(axis: Axis, *values: str) -> Callable[[View], bool]:
    return lambda view: view.on(axis) in values


def _lacks_acceptance(view: View) -> bool:
    """A booking and a visit say yes too."""
    silent = view.on(Axis.ACCEPTANCE) == Acceptance.PENDING
    return silent and not view.is_booked and not view.is_seen


def _lacks_booking(view: View) -> bool:
    refused = view.on(Axis.ACCEPTANCE) == Acceptance.DECLINED
    return not (view.is_booked or view.is_seen or refused)


TESTS: Mapping[Lack, Callable[[View], bool]] = {
    Lack.SENT: lambda view: (
        view.on(Axis.TRANSMISSION) in (Transmission.NONE, Transmission.FAILED)
        and _lacks_acceptance(view)
    ),
    Lack.ACCEPTED: _lacks_acceptance,
    Lack.BOOKED: _lacks_booking,
    Lack.DATED: lambda view: (
        view.is_booked and view.stands.appointment_at is None and not view.is_seen
    ),
    Lack.ATTENDED: lambda view: (
        view.is_booked and view.on(Axis.ATTENDANCE) == Attendance.UNKNOWN and not view.is_seen
    ),
    Lack.REPORTED: lambda view: view.on(Axis.REPORT) != Report.RECEIVED and not view.is_ahead,
    Lack.ANOTHER_SPECIALIST: _is(Axis.ACCEPTANCE, Acceptance.DECLINED),
    Lack.OUR_ANSWER: _is(Axis.ACCEPTANCE, Acceptance.QUESTION),
    Lack.AUTHORIZATION: _is(Axis.AUTHORIZATION, Authorization.NEEDED),
    Lack.PAYERS_WORD: _is(Axis.AUTHORIZATION, Authorization.REQUESTED),
    Lack.WAY_ROUND_DENIAL: _is(Axis.AUTHORIZATION, Authorization.DENIED),
}


def lacks(lack: Lack, view: View) -> bool:
    """Whether it is so now. A closed referral lacks nothing, but that the patient be told."""
    if lack is Lack.TOLD:
        told = view.on(Axis.TOLD) == PatientTold.YES
        return view.closed is Closure.REPORTED and not told
    return view.closed is None and TESTS[lack](view)
