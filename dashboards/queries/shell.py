"""The frame: where I may go, who I am, whether data is arriving."""

from django.urls import reverse

from accounts.permissions import Operation, may
from accounts.roles import Role
from dashboards.queries import emergency, feeds, notices
from dashboards.queries.desk import Desk
from dashboards.rows import NavGroup, NavLink, PracticeChoice, Shell
from tenants.models import Practice

May = Operation

NAV: tuple[tuple[str, tuple[tuple[str, str, str, Operation | None], ...]], ...] = (
    ("Work", (
        ("My queue", "queue", "q", May.WORK_TASKS),
        ("Team queue", "team", "t", May.SEE_TEAM),
        ("Escalations", "escalations", "e", May.WORK_TASKS),
        ("My coverage", "coverage", "c", May.WORK_TASKS),
    )),
    ("Integrations", (
        ("Messages", "messages", "m", May.SEE_MESSAGES),
        ("Feeds", "feeds", "i", May.SEE_MESSAGES),
        ("Unmapped", "mapping", "u", May.MAP_CODES),
    )),
    ("Set up", (
        ("Staff and cover", "staff", "s", May.SEE_TEAM),
        ("SLA and hours", "hours", "h", None),
        ("Backlog import", "backlog", "b", May.IMPORT_BACKLOG),
    )),
    ("System", (
        ("System status", "status", "p", May.SEE_STATUS),
        ("Emergency access", "emergencies", "x", May.REVIEW_ACCESS),
    )),
)  # fmt: skip
"""Every screen that the rail names: label, address, key, and who may open it (None: everybody)."""

TABS = 5
"""Links at the foot of a phone."""


def landing(roles: list[str]) -> str:
    """The first page of a role."""
    role = Role(roles[0])
    if role is Role.SUPERVISOR:
        return reverse("dashboards:escalations")
    if role is Role.PRACTICE_MANAGER:
        return reverse("dashboards:team")
    if role is Role.IT:
        return reverse("dashboards:feeds")
    return reverse("dashboards:messages" if role is Role.PRIVACY_OFFICER else "dashboards:queue")


def shell(desk: Desk, *, here: str) -> Shell:
    """The frame for one member; `here` is the name of the screen."""
    groups = _groups(desk, here)
    links = [link for group in groups for link in group.links]
    sees_feeds = bool(may(desk.member.roles, Operation.SEE_MESSAGES))
    state = feeds.summary(desk, beside=notices.counted(desk))
    unseen = notices.unseen(desk) if state.beside is None else state.beside
    return Shell(
        person=desk.member.name,
        initials=_initials(desk.member.name),
        role=desk.member.role.label,
        practice=desk.member.practice.name,
        here=here,
        groups=groups,
        phone=tuple(links[:TABS]),
        practices=_practices(desk),
        feed_words=state.words,
        feed_status=state.status,
        unseen=notices.capped(unseen),
        emergencies=emergency.banners(desk),
        feeds_url=reverse("dashboards:feeds") if sees_feeds else "",
    )


def _groups(desk: Desk, here: str) -> tuple[NavGroup, ...]:
    roles = desk.member.roles
    groups = (
        NavGroup(
            group,
            tuple(_link(label, name, key, here) for label, name, key, needs in links
                  if needs is None or may(roles, needs)),
        )
        for group, links in NAV
    )  # fmt: skip
    return tuple(group for group in groups if group.links)


def _link(label: str, name: str, go_key: str, here: str) -> NavLink:
    return NavLink(
        label=label, url=reverse(f"dashboards:{name}"), icon=name, here=name == here, go_key=go_key
    )


def _practices(desk: Desk) -> tuple[PracticeChoice, ...]:
    if len(desk.practices) < 2:
        return ()
    practices = Practice.objects.filter(pk__in=desk.practices).order_by("name")
    return tuple(
        PracticeChoice(str(one.pk), one.name, one.pk == desk.member.practice_id)
        for one in practices
    )


def _initials(name: str) -> str:
    parts = [part for part in name.split() if part not in {"Dr", "Dr."}]
    return "".join(
        part[:1].upper() for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)
    )
