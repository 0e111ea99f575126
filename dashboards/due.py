"""By when, in words: the two clocks of a task as people say them. Pure.

A span while it is the same day or nearly (`Close in 12 min`), a weekday and an hour beyond (`Mon
09:30`): nobody adds nights and weekends in their head. Words first, tint and mark after them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboards import words
from dashboards.rows.due import Due
from dashboards.words import DAY, HOUR, MINUTE, Tone

LABELS = {"acknowledge": "Acknowledge", "close": "Close"}
LEFT = {"acknowledge": "Acknowledge in {}", "close": "Close in {}"}
LATE = {"acknowledge": "Late to acknowledge {}", "close": "Overdue {}"}

WORKING_DAY = timedelta(hours=8)
NEAR = timedelta(hours=12)
"""What is due within it is counted; what is due later is named by its day."""

IN_MINUTES = 2 * HOUR
"""Up to here a span is said in minutes: an hour more or less matters."""


@dataclass(frozen=True, slots=True)
class Timer:
    """What a screen knows of one running clock."""

    kind: str
    due_at: datetime
    aim: timedelta | None
    """How long the aim is, in open time; None where nothing says."""
    paused_since: datetime | None = None


def aim_length(amount: int | None, measure: str) -> timedelta | None:
    """How long an aim is, a working day counted as eight hours."""
    if amount is None:
        return None
    if measure in ("clock", "business"):
        return timedelta(minutes=amount)
    return WORKING_DAY * max(amount, 1)


def spell(timer: Timer, *, zone: ZoneInfo, now: datetime) -> Due:
    """One clock in words, on the wall clock of the place."""
    label, exact = LABELS[timer.kind], words.exactly(timer.due_at, zone)
    when = by_words(timer.due_at, zone=zone, now=now)
    by = f"{label} by {when}"
    iso = timer.due_at.astimezone(UTC).isoformat(timespec="seconds")
    if timer.paused_since is not None:
        since = words.exactly(timer.paused_since, zone)
        return Due(
            kind=timer.kind, label=label, words=f"{label} paused", by=f"{label}: paused",
            state="on hold, its time stands still", exact=f"paused since {since}", iso=iso,
            tone=Tone.PAUSED,
        )  # fmt: skip
    left = (timer.due_at - now).total_seconds()
    counts = left < NEAR.total_seconds() or _same_day(timer.due_at, now, zone)
    soon = timer.due_at - (timer.aim or timedelta()) / 4
    return Due(
        kind=timer.kind, label=label, by=by, exact=f"{label} by {exact}", iso=iso,
        words=_short(timer.kind, left) if counts else _day(label, timer.due_at, zone, now),
        state=_state(left) if counts else "",
        tone=Tone.LATE if left <= 0 else Tone.SOON if now >= soon else Tone.PLAIN,
        soon_iso=soon.astimezone(UTC).isoformat(timespec="seconds"),
        counts=counts, left=LEFT[timer.kind], late=LATE[timer.kind],
    )  # fmt: skip


def _same_day(at: datetime, now: datetime, zone: ZoneInfo) -> bool:
    return at.astimezone(zone).date() == now.astimezone(zone).date()


def _short(kind: str, left: float) -> str:
    return LEFT[kind].format(counted(left)) if left > 0 else LATE[kind].format(counted(-left))


def _state(left: float) -> str:
    return f"in {counted(left)}" if left > 0 else f"{counted(-left)} late"


def counted(seconds: float) -> str:
    """A span counted down: minutes up to two hours. `static/js/app.js` counts by the same rule."""
    if seconds < MINUTE:
        return "under 1 min"
    if seconds < IN_MINUTES:
        return f"{int(seconds // MINUTE)} min"
    return f"{int(seconds // HOUR)} h" if seconds < 2 * DAY else f"{int(seconds // DAY)} d"


def by_words(at: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """After `by`: `09:15`, `tomorrow 09:30`, `Monday 09:30`, `Nov 30, 09:30`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    ahead = (local.date() - today).days
    if ahead in (-1, 0, 1):
        day = {-1: "yesterday ", 0: "", 1: "tomorrow "}[ahead]
        return f"{day}{local:%H:%M}"
    if 1 < ahead < 7:
        return f"{local:%A %H:%M}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{words.month_day(local.date())}{year}, {local:%H:%M}"


def _day(label: str, at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """In a narrow column: `Close Mon 09:30`, `Close Nov 30`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if (local.date() - today).days < 7:
        return f"{label} {local:%a %H:%M}"
    if local.year == today.year:
        return f"{label} {words.month_day(local.date())}"
    return f"{label} {words.long_date(local.date())}"
