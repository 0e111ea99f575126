"""What every plan of duty shares: one planner at a time, and refusals that say what to change."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Membership
from accounts.permissions import Operation, may
from escalation.gaps import span
from escalation.models import Absence
from escalation.standins import why_not


class DutyRefused(ValueError):
    """The plan would leave work with nobody; the text says what to change, `field` where."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


def locked() -> Mapping[UUID, Membership]:
    """The active members, with no other plan of this practice under way: two absences planned at
    once could cover each other."""
    rows = Membership.objects.order_by("pk").select_for_update(no_key=True, of=("self",))
    return {one.pk: one for one in rows if one.is_active}


def require_own_or_plan(member_id: UUID, by: Membership) -> None:
    """One's own duty is one's own to plan; a colleague's takes the right to.

    Raises:
        PermissionRefused: it is a colleague's, and they plan no duty.
    """
    if member_id != by.pk:
        permissions.require(by.roles, Operation.PLAN_DUTY)


def check_span(begins_at: datetime, ends_at: datetime | None, *, now: datetime) -> None:
    """Refuse a time of no length, or one that is past.

    Raises:
        DutyRefused: either.
    """
    if begins_at < now:
        raise DutyRefused(_("Choose a beginning that is not past."), field="begins_at")
    if ends_at is not None and ends_at <= begins_at:
        raise DutyRefused(_("Choose an end after the beginning."), field="ends_at")


def check_active(
    member_id: UUID, members: Mapping[UUID, Membership], *, field: str = ""
) -> Membership:
    """The member, locked.

    Raises:
        DutyRefused: they no longer work here.
    """
    member = members.get(member_id)
    if member is None:
        raise DutyRefused(_("That person no longer works here; choose another."), field=field)
    return member


def check_may_do_the_work(cover: Membership, member: Membership, *, field: str = "cover") -> None:
    """Refuse a stand-in who could not close what the member may.

    Raises:
        DutyRefused: with the first thing that they may not do.
    """
    reason = why_not(cover, member)
    if reason:
        raise DutyRefused(
            _("{cover} cannot stand in for {name}. {reason}").format(
                cover=cover.name, name=member.name, reason=reason
            ),
            field=field,
        )


def check_may_be_on_call(member: Membership, *, field: str = "members") -> None:
    """Whoever is on call is paged for critical results, and must be able to close them.

    Raises:
        DutyRefused: their roles do not allow it.
    """
    allowed = may(member.roles, Operation.CLOSE_CRITICAL)
    if not allowed:
        raise DutyRefused(
            _("{name} cannot be on call. {reason}").format(name=member.name, reason=allowed.reason),
            field=field,
        )


def check_here(
    member: Membership,
    begins_at: datetime,
    ends_at: datetime | None,
    *,
    zone_name: str,
    now: datetime,
    field: str,
) -> None:
    """Refuse somebody who is away for any of the time.

    Raises:
        DutyRefused: with when they are away.
    """
    away = Absence.objects.overlapping(begins_at, ends_at).filter(member=member).first()
    if away is not None:
        when = when_of(away, zone_name, now=now)
        raise DutyRefused(
            _("{name} is away {when}. Choose somebody who is here.").format(
                name=member.name, when=when
            ),
            field=field,
        )


def when_of(absence: Absence, zone_name: str, *, now: datetime) -> str:
    """`from Sat 08:00 to Sun 08:00`, `for good`."""
    if absence.ends_at is None:
        return _("for good")
    return span(absence.begins_at, absence.ends_at, ZoneInfo(zone_name), now=now)
