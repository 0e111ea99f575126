"""What time it is when clocks disagree: the median of three. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MOST_SECONDS = 5.0
"""Sources that lie further apart raise an alarm; the median holds meanwhile."""

WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
"""It was no earlier when this ran first."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Sources of time, read at the same moment."""

    database: datetime
    host: datetime
    steady: datetime
    """The instant accepted last, and the time that has passed since by a clock nobody sets."""

    @property
    def now(self) -> datetime:
        """The one in the middle: a single source that jumps moves nothing."""
        return sorted((self.database, self.host, self.steady))[1]

    @property
    def spread(self) -> float:
        """Seconds between the earliest and the latest."""
        read = (self.database, self.host, self.steady)
        return (max(read) - min(read)).total_seconds()

    @property
    def agree(self) -> bool:
        """Whether they lie close enough together."""
        return self.spread <= MOST_SECONDS


def first(*, database: datetime, host: datetime, witness: datetime | None) -> datetime:
    """What a process takes for now before it has accepted anything.

    `witness` is the newest instant that any process accepted: a source that lies before it is
    wrong. Where nobody has accepted any yet, one that lies before this was written is: a host
    without a battery begins long ago. Of the others the earlier wins, so that nothing fires before
    its time.
    """
    earliest = WRITTEN if witness is None else witness - timedelta(seconds=MOST_SECONDS)
    return min((one for one in (database, host) if one >= earliest), default=max(database, host))
