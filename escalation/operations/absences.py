"""Who is away, who covers, and coming back early."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from escalation.models import Absence
from escalation.operations import planning
from escalation.operations.planning import DutyRefused
from escalation.operations.telling import tell
from tenants import wake
from tenants.models import Topic


class AbsenceNotFound(Exception):
    """No absence of this practice has that id."""


@transaction.atomic
def record_absence(
    *, member_id: UUID, cover_id: UUID | None, begins_at: datetime, ends_at: datetime | None,
    moves_open_work: bool = True, goes_back: bool = True, reason: str = "", by: Membership,
    actor: Actor, now: datetime,
) -> Absence:  # fmt: skip
    """Somebody will be away; their work goes to whoever covers, or to its queue.

    Raises:
        PermissionRefused: it is a colleague's, and they plan no duty.
        DutyRefused: no length or past; away already; the cover is away, inactive, covers in a
            circle or may not do the work.
    """
    planning.require_own_or_plan(member_id, by)
    planning.check_span(begins_at, ends_at, now=now)
    members = planning.locked()
    member = planning.check_active(member_id, members)
    _not_away_already(member, begins_at, ends_at, now=now)
    if cover_id is not None:
        _check_cover(member, cover_id, begins_at, ends_at, members, now=now)
    absence = Absence.objects.create(
        member=member, cover_id=cover_id, begins_at=begins_at, ends_at=ends_at,
        moves_open_work=moves_open_work, goes_back=goes_back and ends_at is not None,
        reason=reason.strip()[:120],
    )  # fmt: skip
    _look_again(absence)
    log.record("absence.recorded", entity=absence, detail=_detail(absence), actor=actor, now=now)
    _tell_cover(absence, "cover", by=by, actor=actor, now=now)
    return absence


@transaction.atomic
def change_cover(
    *, absence_id: UUID, cover_id: UUID | None, by: Membership, actor: Actor, now: datetime
) -> Absence:
    """Somebody else covers from now on; what the first one has stays with them.

    Raises:
        AbsenceNotFound: there is none of that id, or it is over.
        PermissionRefused, DutyRefused: as for a new one.
    """
    members = planning.locked()
    absence = _of(absence_id, now=now)
    planning.require_own_or_plan(absence.member_id, by)
    if cover_id is not None:
        begins_at = max(absence.begins_at, now)
        _check_cover(absence.member, cover_id, begins_at, absence.ends_at, members, now=now)
    if cover_id == absence.cover_id:
        return absence
    _tell_cover(absence, "cover-ended", by=by, actor=actor, now=now)
    absence.cover = members[cover_id] if cover_id else None
    absence.save(update_fields=["cover"])
    _tell_cover(absence, "cover", by=by, actor=actor, now=now)
    wake.call(Topic.STAFF, [(absence.member_id, now)])
    log.record("absence.cover-changed", entity=absence, detail=_detail(absence),
               actor=actor, now=now)  # fmt: skip
    return absence


@transaction.atomic
def end_absence(*, absence_id: UUID, by: Membership, actor: Actor, now: datetime) -> None:
    """They are back, early; or they do not go at all.

    Raises:
        AbsenceNotFound: there is none of that id, or it is over.
        PermissionRefused: it is a colleague's, and they plan no duty.
    """
    planning.locked()
    absence = _of(absence_id, now=now)
    planning.require_own_or_plan(absence.member_id, by)
    log.record("absence.ended", entity=absence, detail=_detail(absence), actor=actor, now=now)
    _tell_cover(absence, "cover-ended", by=by, actor=actor, now=now)
    if absence.begins_at >= now:
        absence.delete()
        return
    absence.ends_at = now
    absence.save(update_fields=["ends_at"])
    wake.call(Topic.STAFF, [(absence.member_id, now)])


def _tell_cover(
    absence: Absence, template: str, *, by: Membership, actor: Actor, now: datetime
) -> None:  # fmt: skip
    """Whoever covers hears of it, unless they did it themselves."""
    if absence.cover is not None and absence.cover_id != by.pk:
        occasion = f"{template}:{absence.pk}:{now.isoformat()}"
        tell([absence.cover], template, occasion=occasion, actor=actor, now=now)


def _of(absence_id: UUID, *, now: datetime) -> Absence:
    absence = Absence.objects.lock([absence_id]).exclude(ends_at__lte=now).first()
    if absence is None:
        raise AbsenceNotFound(_("No such absence."))
    return absence


def _not_away_already(
    member: Membership, begins_at: datetime, ends_at: datetime | None, *, now: datetime
) -> None:
    held = Absence.objects.overlapping(begins_at, ends_at).filter(member=member)
    first = held.select_related("cover").first()
    if first is not None:
        when = planning.when_of(first, member.practice.time_zone, now=now)
        whom = (
            _("{name} covers").format(name=first.cover.name) if first.cover else _("nobody covers")
        )
        raise DutyRefused(
            _(
                "{name} is away {when} already and {whom}. End that absence first, or choose "
                "other days."
            ).format(name=member.name, when=when, whom=whom),
            field="begins_at",
        )  # fmt: skip


def _check_cover(
    member: Membership, cover_id: UUID, begins_at: datetime, ends_at: datetime | None,
    members: Mapping[UUID, Membership], *, now: datetime,
) -> None:  # fmt: skip
    if cover_id == member.pk:
        raise DutyRefused(_("Choose somebody else: nobody covers themselves."), field="cover")
    cover = planning.check_active(cover_id, members, field="cover")
    _no_circle(member, cover, begins_at, ends_at)
    planning.check_here(cover, begins_at, ends_at, zone_name=member.practice.time_zone, now=now,
                        field="cover")  # fmt: skip
    planning.check_may_do_the_work(cover, member)


def _no_circle(
    member: Membership, cover: Membership, begins_at: datetime, ends_at: datetime | None
) -> None:
    """Who is away then and covered by whom: from the cover it must not lead back here."""
    then = Absence.objects.overlapping(begins_at, ends_at).values_list("member", "cover")
    away: dict[UUID, set[UUID]] = {}
    for gone, by in then:
        if by is not None:
            away.setdefault(gone, set()).add(by)
    ahead, seen = {cover.pk}, set[UUID]()
    while ahead - seen:
        seen |= ahead
        ahead = {by for one in ahead for by in away.get(one, ())}
    if member.pk in seen:
        raise DutyRefused(
            _(
                "{cover} is away then and {name} covers: the work would go round in a circle. "
                "Choose somebody who is here."
            ).format(cover=cover.name, name=member.name),
            field="cover",
        )  # fmt: skip


def _look_again(absence: Absence) -> None:
    """When it begins, and when it ends."""
    instants = [at for at in (absence.begins_at, absence.ends_at) if at is not None]
    wake.call(Topic.STAFF, [(absence.member_id, at) for at in instants])


def _detail(absence: Absence) -> dict[str, str | bool]:
    return {
        "member": str(absence.member_id), "cover": str(absence.cover_id or ""),
        "begins": absence.begins_at.isoformat(),
        "ends": absence.ends_at.isoformat() if absence.ends_at else "",
        "goes_back": absence.goes_back,
    }  # fmt: skip
