"""What a rung of a ladder does and what became of it, in words. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from dashboards.due import counted

ACTIONS = {
    "remind": "Remind {}",
    "tell": "Tell {}",
    "page": "Page {}",
    "reassign": "Give it to {}",
    "force-close": "Ask {} to close it by override",
}
RECEIVERS = {
    "owner": "the owner",
    "orderer": "the ordering clinician",
    "supervisor": "the supervisor",
    "on-call": "whoever is on call",
    "leads": "supervisors and managers",
}

CHANNELS = {
    "in-app": "in ClearChart", "email": "by e-mail", "sms": "by text message",
    "voice": "by phone", "webhook": "by webhook", "chat": "by chat",
}  # fmt: skip


def what(action: str, receiver: str, *, name: str = "") -> str:
    """`Page whoever is on call`; `name` where the rung names a person or a role."""
    return ACTIONS[action].format(RECEIVERS.get(receiver) or name or "somebody")


def listed(names: Sequence[str], *, most: int = 3) -> str:
    """`Ana Diaz, Nora Quinn and 2 more`."""
    if len(names) <= most:
        return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + "".join(names[-1:])
    return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"


def became(
    state: str, *, at: datetime | None, seen_at: datetime | None, failure: str, zone: ZoneInfo,
    now: datetime,
) -> tuple[str, str]:  # fmt: skip
    """What became of one saying over one channel, and how good that is."""
    if seen_at is not None:
        return f"seen {clock(seen_at, zone=zone, now=now)}", "good"
    when = f" {clock(at, zone=zone, now=now)}" if at is not None else ""
    if state == "failed":
        return f"failed{': ' + failure if failure else ''}", "bad"
    if state == "pending" and at is not None and at > now:
        return f"waits until {clock(at, zone=zone, now=now)}", "plain"
    said = {
        "pending": ("waits to be sent", "plain"), "sending": ("is being sent", "plain"),
        "sent": (f"sent{when}", "plain"), "delivered": (f"delivered{when}", "good"),
        "unheard": (f"sent{when}, and nobody says that it arrived", "bad"),
        "cancelled": ("called off: nobody needs to hear it any more", "plain"),
    }  # fmt: skip
    return said.get(state, (state, "plain"))


def clock(at: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """`09:01` today, `Nov 18, 09:01` before."""
    local = at.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return f"{local:%H:%M}"
    return f"{local:%b} {local.day}, {local:%H:%M}"


def until(at: datetime, *, now: datetime) -> str:
    """`in 4 min`, or `now` where it is due and about to happen."""
    seconds = (at - now).total_seconds()
    return f"in {counted(seconds)}" if seconds > 0 else "now"
