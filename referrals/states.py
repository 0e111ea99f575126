"""The axes of a referral, and on each what may follow what. Pure.

A referral has no one status: that it was delivered, accepted, booked, attended, reported and told
are facts of their own, each true or not whatever the others say.
"""

from collections.abc import Mapping
from enum import StrEnum


class Axis(StrEnum):
    TRANSMISSION = "transmission"
    ACCEPTANCE = "acceptance"
    APPOINTMENT = "appointment"
    ATTENDANCE = "attendance"
    REPORT = "report"
    ANSWER = "answer"
    """Whether the clinical question was answered, as whoever asked it says."""
    TOLD = "told"
    """Whether the patient was told what came of it."""
    AUTHORIZATION = "authorization"


class Transmission(StrEnum):
    """Where the packet is. Delivered is not accepted."""

    NONE = "none"
    QUEUED = "queued"
    SENT = "sent"
    PROCESSED = "processed"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Sent, and nothing was heard of it for too long."""


class Acceptance(StrEnum):
    PENDING = "pending"
    QUESTION = "question"
    """The specialist asks something before they say yes or no."""
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Appointment(StrEnum):
    NONE = "none"
    BOOKED = "booked"
    CANCELLED = "cancelled"


class Attendance(StrEnum):
    UNKNOWN = "unknown"
    SEEN = "seen"
    NO_SHOW = "no-show"


class Report(StrEnum):
    NONE = "none"
    INTERIM = "interim"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"


class Answered(StrEnum):
    NOT_ASKED = "not-asked"
    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class PatientTold(StrEnum):
    NO = "no"
    YES = "yes"


class Authorization(StrEnum):
    """What the payer asks for and says."""

    UNKNOWN = "unknown"
    NOT_NEEDED = "not-needed"
    NEEDED = "needed"
    REQUESTED = "requested"
    APPROVED = "approved"
    DENIED = "denied"


VALUES: Mapping[Axis, type[StrEnum]] = {
    Axis.TRANSMISSION: Transmission, Axis.ACCEPTANCE: Acceptance, Axis.APPOINTMENT: Appointment,
    Axis.ATTENDANCE: Attendance, Axis.REPORT: Report, Axis.ANSWER: Answered,
    Axis.TOLD: PatientTold, Axis.AUTHORIZATION: Authorization,
}  # fmt: skip
"""The first value of each axis is where it begins."""

BEGINNING: Mapping[Axis, str] = {axis: next(iter(values)).value for axis, values in VALUES.items()}


Table = Mapping[Axis, Mapping[str, frozenset[str]]]


def _table(axis: Axis, moves: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Value by value what may follow it; each may be said again."""
    return {
        value.value: frozenset({value.value, *moves.get(value.value, "").split()})
        for value in VALUES[axis]
    }


TRANSITIONS: Table = {
    Axis.TRANSMISSION: _table(Axis.TRANSMISSION, {
        "none": "queued sent",
        "queued": "sent processed delivered failed unknown",
        "sent": "queued processed delivered failed unknown",
        "processed": "queued delivered failed unknown",
        "delivered": "queued",
        "failed": "queued sent processed delivered",
        "unknown": "queued sent processed delivered failed",
    }),
    Axis.ACCEPTANCE: _table(Axis.ACCEPTANCE, {
        "pending": "question accepted declined",
        "question": "pending accepted declined",
        "accepted": "declined",
        "declined": "pending accepted",
    }),
    Axis.APPOINTMENT: _table(Axis.APPOINTMENT, {
        "none": "booked cancelled",
        "booked": "cancelled",
        "cancelled": "booked",
    }),
    Axis.ATTENDANCE: _table(Axis.ATTENDANCE, {
        "unknown": "seen no-show",
        "no-show": "unknown seen",
    }),
    Axis.REPORT: _table(Axis.REPORT, {
        "none": "interim received",
        "interim": "received withdrawn",
        "received": "withdrawn",
        "withdrawn": "interim received",
    }),
    Axis.ANSWER: _table(Axis.ANSWER, {
        "not-asked": "yes partly no",
        "yes": "not-asked partly no",
        "partly": "not-asked yes no",
        "no": "not-asked yes partly",
    }),
    Axis.TOLD: _table(Axis.TOLD, {"no": "yes"}),
    Axis.AUTHORIZATION: _table(Axis.AUTHORIZATION, {
        "unknown": "not-needed needed requested approved denied",
        "not-needed": "needed requested",
        "needed": "not-needed requested approved denied",
        "requested": "not-needed approved denied",
        "approved": "needed requested denied",
        "denied": "not-needed requested approved",
    }),
}  # fmt: skip
"""Late and out-of-order facts are put in their order first (`referrals.standing`): what is still
not allowed then is kept, and held out of what stands."""


def may_follow(axis: Axis, before: str, value: str) -> bool:
    """Whether the value may follow the other on its axis."""
    return value in TRANSITIONS[axis][before]


class Source(StrEnum):
    """By which way a fact was told."""

    ORDER = "order"
    MESSAGE = "message"
    DIRECT = "direct"
    FAX = "fax"
    FORM = "form"
    PATIENT = "patient"
    STAFF = "staff"
    UPLOAD = "upload"
    ENGINE = "engine"


class Closure(StrEnum):
    """Why a referral is closed. Acceptance and delivery are none of these."""

    REPORTED = "reported"
    WITHDRAWN = "withdrawn"
    """Whoever referred took it back."""
    PATIENT_DECLINED = "patient-declined"
    SPECIALIST_DECLINED = "specialist-declined"
    UNREACHABLE = "unreachable"
    """The patient could not be reached."""
    SEEN_ELSEWHERE = "seen-elsewhere"
    NO_LONGER_NEEDED = "no-longer-needed"
    DUPLICATE = "duplicate"
    DECEASED = "deceased"


BY_ITSELF = frozenset({Closure.REPORTED, Closure.WITHDRAWN})
"""What the product closes for, and opens again when the cause is gone; a person's word stands."""


class Step(StrEnum):
    """How far it has come, for a list; the axes say what is true."""

    ORDERED = "ordered"
    SENT = "sent"
    ACCEPTED = "accepted"
    BOOKED = "booked"
    SEEN = "seen"
    ANSWERED = "answered"
    CLOSED = "closed"


class Turn(StrEnum):
    """Who must act next."""

    US = "us"
    SPECIALIST = "specialist"
    PATIENT = "patient"
    PAYER = "payer"
    NOBODY = "nobody"
