"""What a specialist replies on a form, and what each part of it says on which axis. Pure.

The parts are independent: whoever gives an appointment has not said yes by that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from referrals.saying import Declining
from referrals.states import Acceptance, Appointment, Attendance, Axis

MOST_WORDS = 1000
"""Of a question, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One form as it was sent; what is None was not spoken of."""

    takes: bool | None = None
    because: Declining | None = None
    """Why not; with `takes` False only."""
    appointment_at: datetime | None = None
    came: bool | None = None
    question: str = field(default="", repr=False)

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing at all."""
        return not self.question and not any(
            part is not None for part in (self.takes, self.appointment_at, self.came)
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One fact of a reply."""

    axis: Axis
    value: str
    appointment_at: datetime | None = None
    detail: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Tells it from any other fact of the same sending."""
        when = f":{self.appointment_at:%Y%m%dT%H%M%z}" if self.appointment_at else ""
        return ":".join((self.axis, self.value, *self.detail.values())) + when


def parts_of(reply: Reply) -> Iterator[Part]:
    """Each fact that it tells."""
    if reply.question:
        yield Part(Axis.ACCEPTANCE, Acceptance.QUESTION)
    if reply.takes:
        yield Part(Axis.ACCEPTANCE, Acceptance.ACCEPTED)
    if reply.takes is False:
        yield Part(
            Axis.ACCEPTANCE,
            Acceptance.DECLINED,
            detail={"reason": reply.because or Declining.OTHER},
        )
    if reply.appointment_at is not None:
        yield Part(Axis.APPOINTMENT, Appointment.BOOKED, reply.appointment_at)
    if reply.came is not None:
        yield Part(Axis.ATTENDANCE, Attendance.SEEN if reply.came else Attendance.NO_SHOW)
