"""A practice says who may close a kind of work, from a day on, by a physician's word."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Membership
from accounts.permissions import CLOSERS, Operation
from accounts.roles import CLINICIANS, Role
from audit import log
from audit.actors import Actor
from routing.categories import Category
from routing.friction import CELLS, Cell
from routing.models import Delegation


class DelegationRefused(ValueError):
    """It cannot be delegated like that; the text says why, `field` of what."""

    def __init__(self, sentence: str, *, field: str) -> None:
        super().__init__(sentence)
        self.field = field


@transaction.atomic
def delegate(
    *, cell: Cell, roles: Collection[Role], valid_from: datetime,
    valid_until: datetime | None = None, delegated_by: UUID, protocol: str = "",
    by: Membership, actor: Actor, now: datetime,
) -> Delegation:  # fmt: skip
    """The roles that may close this work from then on; what was said before of that time yields.

    Raises:
        PermissionRefused: they have no say in who closes what.
        DelegationRefused: it is never delegated, names no role that anybody holds, no physician or
            no protocol, or its time is past.
    """
    permissions.require(by.roles, Operation.DELEGATE)
    _check_time(valid_from, valid_until, now=now)
    physician = _physician(delegated_by, by)
    _check_roles(cell, roles, protocol.strip())
    made = Delegation.objects.create(
        category=cell.category, severity=cell.severity,
        roles=[role.value for role in Role if role in roles], valid_from=max(valid_from, now),
        valid_until=valid_until, delegated_by=physician, protocol=protocol.strip()[:200],
        made_at=now,
    )  # fmt: skip
    detail = {"work": cell.slug, "roles": made.roles, "from": made.valid_from.isoformat(),
              "until": valid_until.isoformat() if valid_until else None,
              "delegated_by": str(physician.pk)}  # fmt: skip
    log.record("closing.delegated", entity=made, detail=detail, actor=actor, now=now)
    return made


def _check_time(begin: datetime, end: datetime | None, *, now: datetime) -> None:
    if end is not None and end <= max(begin, now):
        raise DelegationRefused(_("Choose a last day that is not before the first."), field="until")


def _physician(member_id: UUID, by: Membership) -> Membership:
    """Whose word it is: a physician's own, or that of the one a manager names."""
    found = Membership.objects.filter(
        pk=member_id, is_active=True, roles__contains=[Role.PHYSICIAN.value]
    ).first()
    if found is None:
        raise DelegationRefused(_("Choose the physician who delegates it."), field="delegated_by")
    if by.has(Role.PHYSICIAN) and found.pk != by.pk:
        raise DelegationRefused(_("A physician delegates in their own name."), field="delegated_by")
    return found


def _check_roles(cell: Cell, roles: Collection[Role], protocol: str) -> None:
    if cell not in CELLS:
        raise DelegationRefused(_("This work is not delegated."), field="roles")
    if not roles or not set(roles) <= CLOSERS:
        raise DelegationRefused(_("Choose at least one role."), field="roles")
    held = Membership.objects.filter(is_active=True, roles__overlap=[role.value for role in roles])
    if not held.exists():
        raise DelegationRefused(
            _(
                "Nobody who works here is {who}, so nobody could close {work}. Choose a role "
                "that somebody holds."
            ).format(who=permissions.who(roles), work=cell.words),
            field="roles",
        )
    judged = cell.category == Category.RESULT_REVIEW and not set(roles) <= CLINICIANS
    if judged and not protocol:
        raise DelegationRefused(
            _("Name the protocol under which somebody who is no clinician closes results."),
            field="protocol",
        )
