"""Who works here and as what; and what another role would come to, in words."""

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from accounts.permissions import MAY, Operation
from accounts.roles import Role
from dashboards.queries.closing import listed
from dashboards.queries.desk import Desk
from dashboards.rows import Choice
from dashboards.rows.people import PeoplePage, PersonLine, RolesPage
from routing.friction import CELLS

WORDS = {
    Role.PHYSICIAN: gettext_lazy("closes every kind of work, overrides, delegates"),
    Role.NURSE: gettext_lazy("closes results, critical ones too, and all other work"),
    Role.MEDICAL_ASSISTANT: gettext_lazy("closes what is routine or delegated"),
    Role.CARE_COORDINATOR: gettext_lazy("closes what is routine or delegated"),
    Role.SUPERVISOR: gettext_lazy("plans duty, sees every late task, moves work"),
    Role.PRACTICE_MANAGER: gettext_lazy("manages people, hours, rules and who may close what"),
    Role.IT: gettext_lazy("looks after messages and feeds; sees no patient's chart"),
    Role.PRIVACY_OFFICER: gettext_lazy("reads the audit trail and reviews emergency access"),
}
"""What each role is for, by what sets it apart."""


def page(desk: Desk) -> PeoplePage:
    """Everybody who works here, and whoever has left."""
    rows = Membership.objects.select_related("user", "location").order_by("name", "pk")
    lines = [_line(one, desk) for one in rows]
    return PeoplePage(
        here=tuple(one for one in lines if one.is_active),
        gone=tuple(one for one in lines if not one.is_active),
    )


def find(member_id: UUID, *, is_active: bool) -> Membership | None:
    """Somebody who works here, or who has left."""
    return Membership.objects.filter(pk=member_id, is_active=is_active).first()


def roles_page(member: Membership) -> RolesPage:
    """The form of one person."""
    return RolesPage(
        name=member.name,
        now=listed(member.roles),
        url=reverse("dashboards:member_roles", args=[member.pk]),
        choices=tuple(
            Choice(value=role.value, label=role.label, hint=str(WORDS[role])) for role in Role
        ),
    )


def consequences(member: Membership, roles: Sequence[Role], desk: Desk) -> tuple[str, ...]:
    """What is about to be so, to be read before it is."""
    before, after = _operations(member.roles), _operations(roles)
    names = {"name": member.name, "roles": listed(roles)}
    return (
        _("%(name)s will be: %(roles)s.") % names,
        *_said(_("They may then: %(what)s."), after - before),
        *_said(_("They may no longer: %(what)s."), before - after),
        *_orphans(member, roles, desk),
        _("They are signed out everywhere, and sign in again with the new roles."),
    )


def _orphans(member: Membership, roles: Sequence[Role], desk: Desk) -> Iterator[str]:
    """Work that nobody who works here could close any more."""
    others = Membership.objects.filter(is_active=True).exclude(pk=member.pk)
    rest = {role for held in others.values_list("roles", flat=True) for role in held}
    for cell in CELLS:
        closers = desk.authority.closers(cell)
        if closers & set(map(Role, member.roles)) and not closers & {*rest, *roles}:
            yield _("Nobody who works here could then close %(work)s.") % {"work": cell.words}


def _operations(roles: Collection[str]) -> set[Operation]:
    return {operation for operation, allowed in MAY.items() if any(r in allowed for r in roles)}


def _said(sentence: str, operations: Collection[Operation]) -> Iterator[str]:
    if operations:
        named = [operation.value for operation in Operation if operation in operations]
        yield sentence % {"what": "; ".join(named)}


def _line(member: Membership, desk: Desk) -> PersonLine:
    is_me, at = member.pk == desk.member.pk, [member.pk]
    others = member.is_active and not is_me
    return PersonLine(
        name=member.name,
        email=member.user.email,
        roles=", ".join(Role(role).label for role in member.roles),
        where=member.location.name if member.location else _("Every location"),
        is_active=member.is_active,
        is_me=is_me,
        roles_url=reverse("dashboards:member_roles", args=at) if others else "",
        leaving_url=reverse("dashboards:leaving", args=at) if others else "",
        back_url="" if member.is_active else reverse("dashboards:reactivate", args=at),
    )
