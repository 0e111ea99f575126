"""What an answer from the other side says on which axis. Pure.

The words are those of the readers (`integrations.hl7.referrals`, `integrations.hl7.loops`,
`integrations.fhir.tasks`). A word that is not here says nothing on any axis: it is kept with the
order and shown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from referrals.states import Acceptance, Appointment, Attendance, Axis, Report

WORDS: Mapping[str, tuple[Axis, str]] = {
    "pending": (Axis.ACCEPTANCE, Acceptance.PENDING),
    "accepted": (Axis.ACCEPTANCE, Acceptance.ACCEPTED),
    "rejected": (Axis.ACCEPTANCE, Acceptance.DECLINED),
    "expired": (Axis.ACCEPTANCE, Acceptance.DECLINED),
    "cancelled": (Axis.ACCEPTANCE, Acceptance.DECLINED),
    "scheduled": (Axis.APPOINTMENT, Appointment.BOOKED),
    "appointment-cancelled": (Axis.APPOINTMENT, Appointment.CANCELLED),
    "missed": (Axis.ATTENDANCE, Attendance.NO_SHOW),
    "seen": (Axis.ATTENDANCE, Attendance.SEEN),
    "completed": (Axis.ATTENDANCE, Attendance.SEEN),
    "fulfilled": (Axis.ATTENDANCE, Attendance.SEEN),
    "in-progress": (Axis.REPORT, Report.INTERIM),
}
"""An acceptance may carry text (RRI with OBX): it is an acceptance all the same."""

FULFILLED = "fulfilled"
"""A Task that is completed and names what came of it: that is the report of a social service."""


@dataclass(frozen=True, slots=True)
class Said:
    """One answer on one axis."""

    axis: Axis
    value: str
    word: str
    at: datetime
    appointment_at: datetime | None = None

    @property
    def key(self) -> str:
        """Names its occasion: the same word at the same instant is the same answer."""
        moved = f":{self.appointment_at:%Y%m%dT%H%M%z}" if self.appointment_at else ""
        return f"answer:{self.axis}:{self.word}:{self.at.isoformat()}{moved}"


def said_by(answer: Mapping[str, str]) -> Iterator[Said]:
    """What one answer says, on every axis that it speaks of."""
    word = answer.get("answer") or answer.get("response") or ""
    at = _instant(answer.get("issued_at")) or _instant(answer.get("told_at"))
    if word not in WORDS or at is None:
        return
    axis, value = WORDS[word]
    yield Said(axis, value, word, at, _instant(answer.get("appointment")))
    if word == FULFILLED and answer.get("report"):
        yield Said(Axis.REPORT, Report.RECEIVED, word, at)


def _instant(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
