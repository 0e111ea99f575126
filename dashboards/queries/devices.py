"""Where a person is signed in, as they would name it themselves."""

from collections.abc import Iterable

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

from accounts.models import User
from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.rows.security import DeviceLine

BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox/": "Firefox",
    "FxiOS": "Firefox", "CriOS": "Chrome", "Chrome/": "Chrome", "Safari/": "Safari",
}  # fmt: skip
SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "CrOS": "Chromebook",
    "Windows": "Windows", "Macintosh": "Mac", "Linux": "Linux",
}  # fmt: skip
"""What a browser calls itself holds its name, and often that of others: the first that fits."""


def of(user: User) -> list[UserSession]:
    """The sessions that are still open; those that ended otherwise are forgotten."""
    held = UserSession.objects.purge_and_list(user)
    return sorted(held, key=lambda one: one.last_seen_at, reverse=True)


def lines(sessions: Iterable[UserSession], *, here: str | None, desk: Desk) -> list[DeviceLine]:
    """This one first; `here`: its session key."""
    rows = [_line(one, here, desk) for one in sessions]
    return sorted(rows, key=lambda row: not row.is_this)


def named(user_agent: str) -> str:
    """`Chrome on Windows`."""
    browser, system = (
        next((name for sign, name in table.items() if sign in user_agent), "")
        for table in (BROWSERS, SYSTEMS)
    )
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A device that does not say what it is")


def _line(session: UserSession, here: str | None, desk: Desk) -> DeviceLine:
    return DeviceLine(
        id=session.pk,
        words=named(session.user_agent),
        address=session.ip,
        seen=words.moment(session.last_seen_at, zone=desk.zone, now=desk.now),
        began=words.moment(session.created_at, zone=desk.zone, now=desk.now),
        is_this=session.session_key == here,
    )
