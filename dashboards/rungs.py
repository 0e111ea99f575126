"""What a rung of a ladder does and what became of it, in words. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dashboards.due import counted
from dashboards.words import later, month_day

ACTIONS = {
    "remind": later("Remind {}"),
    "tell": later("Tell {}"),
    "page": later("Page {}"),
    "reassign": later("Give it to {}"),
    "force-close": later("Ask {} to close it by override"),
}
RECEIVERS = {
    "owner": later("the owner"),
    "orderer": later("the ordering clinician"),
    "supervisor": later("the supervisor"),
    "on-call": later("whoever is on call"),
    "leads": later("supervisors and managers"),
}

CHANNELS = {
    "in-app": later("in ClearChart"), "email": later("by e-mail"), "sms": later("by text message"),
    "voice": later("by phone"), "webhook": later("by webhook"), "chat": later("by chat"),
}  # fmt: skip


def what(action: str, receiver: str, *, name: str = "") -> str:
    """`Page whoever is on call`; `name` where the rung names a person or a role."""
    return ACTIONS[action].format(RECEIVERS.get(receiver) or name or _("somebody"))


def listed(names: Sequence[str], *, most: int = 3) -> str:
    """`Ana Diaz, Nora Quinn and 2 more`."""
    if len(names) <= most:
        first, last = ", ".join(names[:-1]), "".join(names[-1:])
        return _("%(names)s and %(last)s") % {"names": first, "last": last} if first else last
    rest = len(names) - most + 1
    return _("%(names)s and %(rest)s more") % {"names": ", ".join(names[: most - 1]), "rest": rest}


def became(
    state: str, *, at: datetime | None, seen_at: datetime | None, failure: str, zone: ZoneInfo,
    now: datetime,
) -> tuple[str, str]:  # fmt: skip
    """What became of one saying over one channel, and how good that is."""
    if seen_at is not None:
        return _("seen %(clock)s") % {"clock": clock(seen_at, zone=zone, now=now)}, "good"
    when = f" {clock(at, zone=zone, now=now)}" if at is not None else ""
    if state == "failed":
        return _("failed: %(why)s") % {"why": failure} if failure else _("failed"), "bad"
    if state == "pending" and at is not None and at > now:
        return _("waits until %(clock)s") % {"clock": clock(at, zone=zone, now=now)}, "plain"
    said = {
        "pending": (_("waits to be sent"), "plain"), "sending": (_("is being sent"), "plain"),
        "sent": (_("sent%(when)s") % {"when": when}, "plain"),
        "delivered": (_("delivered%(when)s") % {"when": when}, "good"),
        "unheard": (_("sent%(when)s, and nobody says that it arrived") % {"when": when}, "bad"),
        "cancelled": (_("called off: nobody needs to hear it any more"), "plain"),
    }  # fmt: skip
    return said.get(state, (state, "plain"))


def clock(at: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """`09:01` today, `Nov 18, 09:01` before."""
    local = at.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return f"{local:%H:%M}"
    return f"{month_day(local.date())}, {local:%H:%M}"


def until(at: datetime, *, now: datetime) -> str:
    """`in 4 min`, or `now` where it is due and about to happen."""
    seconds = (at - now).total_seconds()
    return _("in %(span)s") % {"span": counted(seconds)} if seconds > 0 else _("now")
