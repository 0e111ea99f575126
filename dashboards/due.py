"""By when, in words: the two clocks of a task as people say them. Pure.

A span while it is the same day or nearly (`Close in 12 min`), a weekday and an hour beyond (`Mon
09:30`): nobody adds nights and weekends in their head. Words first, tint and mark after them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboards import words
from dashboards.rows.due import Due
from dashboards.words import DAY, HOUR, MINUTE, Tone, later

LABELS = {"acknowledge": later("Acknowledge"), "close": later("Close")}
LEFT = {"acknowledge": later("Acknowledge in {}"), "close": later("Close in {}")}
LATE = {"acknowledge": later("Late to acknowledge {}"), "close": later("Overdue {}")}
BY = {"acknowledge": later("Acknowledge by %(when)s"), "close": later("Close by %(when)s")}
PAUSED = {"acknowledge": later("Acknowledge paused"), "close": later("Close paused")}
PAUSED_BY = {"acknowledge": later("Acknowledge: paused"), "close": later("Close: paused")}

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
    iso = timer.due_at.astimezone(UTC).isoformat(timespec="seconds")
    if timer.paused_since is not None:
        return _paused(timer, timer.paused_since, iso, zone)
    by = BY[timer.kind] % {"when": by_words(timer.due_at, zone=zone, now=now)}
    left = (timer.due_at - now).total_seconds()
    counts = left < NEAR.total_seconds() or _same_day(timer.due_at, now, zone)
    soon = timer.due_at - (timer.aim or timedelta()) / 4
    return Due(
        kind=timer.kind,
        label=label,
        by=by,
        exact=BY[timer.kind] % {"when": exact},
        iso=iso,
        words=_short(timer.kind, left) if counts else _day(label, timer.due_at, zone, now),
        state=_state(left) if counts else "",
        tone=Tone.LATE if left <= 0 else Tone.SOON if now >= soon else Tone.PLAIN,
        soon_iso=soon.astimezone(UTC).isoformat(timespec="seconds"),
        counts=counts,
        left=LEFT[timer.kind],
        late=LATE[timer.kind],
    )


def _paused(timer: Timer, since: datetime, iso: str, zone: ZoneInfo) -> Due:
    return Due(
        kind=timer.kind, label=LABELS[timer.kind], words=PAUSED[timer.kind],
        by=PAUSED_BY[timer.kind], state=_("on hold, its time stands still"),
        exact=_("paused since %(since)s") % {"since": words.exactly(since, zone)},
        iso=iso, tone=Tone.PAUSED,
    )  # fmt: skip


def _same_day(at: datetime, now: datetime, zone: ZoneInfo) -> bool:
    return at.astimezone(zone).date() == now.astimezone(zone).date()


def _short(kind: str, left: float) -> str:
    return LEFT[kind].format(counted(left)) if left > 0 else LATE[kind].format(counted(-left))


def _state(left: float) -> str:
    if left > 0:
        return _("in %(span)s") % {"span": counted(left)}
    return _("%(span)s late") % {"span": counted(-left)}


def counted(seconds: float) -> str:
    """A span counted down: minutes up to two hours. `static/js/app.js` counts by the same rule."""
    if seconds < MINUTE:
        return _("under 1 min")
    if seconds < IN_MINUTES:
        return f"{int(seconds // MINUTE)} min"
    return f"{int(seconds // HOUR)} h" if seconds < 2 * DAY else f"{int(seconds // DAY)} d"


def by_words(at: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """After `by`: `09:15`, `tomorrow 09:30`, `Monday 09:30`, `Nov 30, 09:30`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    ahead = (local.date() - today).days
    if ahead in (-1, 0, 1):
        day = {-1: _("yesterday"), 0: "", 1: _("tomorrow")}[ahead]
        return f"{day} {local:%H:%M}".lstrip()
    if 1 < ahead < 7:
        return f"{words.weekday(local.date())} {local:%H:%M}"
    if local.year == today.year:
        return f"{words.month_day(local.date())}, {local:%H:%M}"
    return pgettext("date", "%(month)s %(day)s %(year)s, %(time)s") % {
        "month": words.month(local.date()), "day": local.day, "year": local.year,
        "time": f"{local:%H:%M}",
    }  # fmt: skip


def _day(label: str, at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """In a narrow column: `Close Mon 09:30`, `Close Nov 30`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if (local.date() - today).days < 7:
        return f"{label} {words.short_weekday(local.date())} {local:%H:%M}"
    if local.year == today.year:
        return f"{label} {words.month_day(local.date())}"
    return f"{label} {words.long_date(local.date())}"
