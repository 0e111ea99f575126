"""The frame: where I may go, who I am, whether data is arriving."""

from django.urls import reverse

from accounts.permissions import Operation, may
from accounts.roles import Role
from dashboards.queries import feeds, notices
from dashboards.queries.desk import Desk
from dashboards.rows import NavGroup, NavLink, PracticeChoice, Shell
from tenants.models import Practice


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
        groups=groups,
        phone=tuple(links[:4]),
        practices=_practices(desk),
        feed_words=state.words,
        feed_status=state.status,
        unseen=notices.capped(unseen),
        feeds_url=reverse("dashboards:feeds") if sees_feeds else "",
    )


def _groups(desk: Desk, here: str) -> tuple[NavGroup, ...]:
    roles = desk.member.roles
    work = []
    if may(roles, Operation.WORK_TASKS):
        work.append(_link("My queue", "queue", here, go_key="q"))
    if may(roles, Operation.SEE_TEAM):
        work.append(_link("Team queue", "team", here, go_key="t"))
    if may(roles, Operation.WORK_TASKS):
        work.append(_link("Escalations", "escalations", here, go_key="e"))
    groups = [NavGroup("Work", tuple(work))] if work else []
    if may(roles, Operation.SEE_MESSAGES):
        links: tuple[NavLink, ...] = (
            _link("Messages", "messages", here, go_key="m"),
            _link("Feeds", "feeds", here, go_key="i"),
        )
        if may(roles, Operation.MAP_CODES):
            links += (_link("Unmapped", "mapping", here, go_key="u"),)
        groups.append(NavGroup("Integrations", links))
    setting_up: tuple[NavLink, ...] = (_link("SLA and hours", "hours", here, go_key="h"),)
    if may(roles, Operation.IMPORT_BACKLOG):
        setting_up += (_link("Backlog import", "backlog", here, go_key="b"),)
    groups.append(NavGroup("Set up", setting_up))
    if may(roles, Operation.SEE_STATUS):
        groups.append(NavGroup("System", (_link("System status", "status", here, go_key="p"),)))
    return tuple(groups)


def _link(label: str, name: str, here: str, *, go_key: str) -> NavLink:
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
