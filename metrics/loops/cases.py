"""One referral as the numbers take it: when each thing became true, and how it ended. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from referrals.states import Answered, Closure

TAKEN_BACK = frozenset({Closure.WITHDRAWN, Closure.DUPLICATE})
"""These were never to come back, so no number counts them for or against anybody."""


class Stop(StrEnum):
    """Where a referral without a report stands still; each at one place."""

    NEVER_SENT = "never-sent"
    DECLINED = "declined"
    NEVER_BOOKED = "never-booked"
    BOOKED = "booked"
    """A visit was booked, and nobody said what became of it."""
    NO_SHOW = "no-show"
    NO_REPORT = "no-report"
    """The patient was seen, and no report came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is known of a referral. An instant is None while its step is not true."""

    id: UUID
    ordered_at: datetime
    specialty: str = ""
    specialist: str = ""
    closed_because: str = ""
    closed_at: datetime | None = None
    sent_at: datetime | None = None
    accepted_at: datetime | None = None
    is_declined: bool = False
    decline_reason: str = ""
    booked_at: datetime | None = None
    seen_at: datetime | None = None
    is_missed: bool = False
    """The patient was not there, and was not booked or seen again."""
    reported_at: datetime | None = None
    """When the report that stands was here."""
    answered: str = Answered.NOT_ASKED
    told_at: datetime | None = None

    @property
    def is_taken_back(self) -> bool:
        return self.closed_because in TAKEN_BACK

    @property
    def was_sent(self) -> bool:
        """Told to be sent, or answered: whoever answers has got it, whichever way it went."""
        heard = (self.accepted_at, self.is_declined, self.booked_at, self.seen_at, self.is_missed,
                 self.reported_at)  # fmt: skip
        return self.sent_at is not None or any(heard)

    @property
    def begun_at(self) -> datetime:
        """When it was sent; where nobody told when, the day of its order."""
        return self.sent_at or self.ordered_at

    @property
    def stop(self) -> Stop | None:
        """Where it stands still; None with a report, or taken back."""
        if self.reported_at or self.is_taken_back:
            return None
        return next((stop for stop, is_so in self._stops() if is_so), Stop.NEVER_BOOKED)

    def _stops(self) -> Sequence[tuple[Stop, bool]]:
        """The first that is so."""
        return (
            (Stop.NEVER_SENT, not self.was_sent),
            (Stop.NO_REPORT, self.seen_at is not None),
            (Stop.NO_SHOW, self.is_missed),
            (Stop.DECLINED, self.is_declined),
            (Stop.BOOKED, self.booked_at is not None),
        )
