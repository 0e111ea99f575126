"""Every screen that the product goes to by name: the rail, the command menu and More read it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Operation, may
from accounts.roles import Role


class Group(Enum):
    WORK = _("Work")
    SEE = _("See")
    SET_UP = _("Set up")


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    """Of its address, and of its icon."""
    label: str | Promise
    group: Group
    go: str = ""
    """The letter after `g`."""
    needs: Operation | None = None
    """None: everybody may open it."""

    @property
    def url(self) -> str:
        return reverse(f"dashboards:{self.name}")


May = Operation
PLACES = (
    Place("queue", _("My queue"), Group.WORK, "q", May.WORK_TASKS),
    Place("team", _("Team queue"), Group.WORK, "t", May.SEE_TEAM),
    Place("referrals", _("Referrals"), Group.WORK, "r", May.SEE_REFERRALS),
    Place("escalations", _("Escalations"), Group.WORK, "e", May.WORK_TASKS),
    Place("coverage", _("My coverage"), Group.WORK, "c", May.WORK_TASKS),
    Place("backlog_board", _("Backlog"), Group.SEE, "b", May.SEE_BACKLOG),
    Place("days", _("Day"), Group.SEE, "y", May.SEE_DAYS),
    Place("referral_report", _("Referral report"), Group.SEE, "n", May.SEE_REFERRAL_REPORTS),
    Place("messages", _("Messages"), Group.SEE, "m", May.SEE_MESSAGES),
    Place("feeds", _("Feeds"), Group.SEE, "i", May.SEE_MESSAGES),
    Place("status", _("System status"), Group.SEE, "p", May.SEE_STATUS),
    Place("emergencies", _("Emergency access"), Group.SEE, "x", May.REVIEW_ACCESS),
    Place("hours", _("SLA and hours"), Group.SET_UP, "h"),
    Place("outcomes", _("Outcomes"), Group.SET_UP, "o", May.NAME_OUTCOMES),
    Place("staff", _("Staff and cover"), Group.SET_UP, "s", May.SEE_TEAM),
    Place("checklists", _("Visit checklists"), Group.SET_UP, "v", May.MANAGE_CHECKLISTS),
    Place("letterhead", _("Letterhead"), Group.SET_UP, needs=May.SET_LETTERHEAD),
    Place("specialists", _("Specialists"), Group.SET_UP, needs=May.MANAGE_SPECIALISTS),
    Place("carriers", _("Direct and fax"), Group.SET_UP, needs=May.MANAGE_CONNECTIONS),
    Place("cadences", _("Referral cadence"), Group.SET_UP, needs=May.MANAGE_HOURS),
    Place("security", _("Security"), Group.SET_UP, needs=May.MANAGE_ACCESS),
    Place("mapping", _("Unmapped"), Group.SET_UP, "u", May.MAP_CODES),
    Place("backlog", _("Backlog import"), Group.SET_UP, needs=May.IMPORT_BACKLOG),
)

LANDING = {
    Role.SUPERVISOR: "escalations",
    Role.PRACTICE_MANAGER: "backlog_board",
    Role.IT: "feeds",
    Role.PRIVACY_OFFICER: "messages",
}
"""The first page of a role, where it is not My queue."""

ON_PHONE = {"queue": _("Queue"), "team": _("Team"), "escalations": _("Escalations")}
"""At the foot of a phone, before Search and More."""


def open_to(roles: Collection[str]) -> tuple[Place, ...]:
    """The places that these roles may open, in the order of the rail."""
    return tuple(one for one in PLACES if one.needs is None or may(roles, one.needs))


def landing(roles: Sequence[str], chosen: str = "") -> Place:
    """Where a member begins: what they chose and may open, else what their first role says."""
    places = {one.name: one for one in open_to(roles)}
    usual = LANDING.get(Role(roles[0]), "queue")
    return places.get(chosen) or places.get(usual) or next(iter(places.values()))
