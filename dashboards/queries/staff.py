"""Staff and cover: who is in, who covers, who is on call, and where nobody is."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.permissions import Operation, may
from dashboards.queries import duty_words as said
from dashboards.queries.desk import Desk
from dashboards.queries.staff_week import Week, days_of, grid, monday_of
from dashboards.rows import Choice
from dashboards.rows.duty import (
    AbsenceLine,
    GapLine,
    OverrideLine,
    RotationCard,
    StaffPage,
    TurnLine,
)
from dashboards.words import weekday as weekday_of
from escalation import coverage, policies
from escalation.coverage import Coverage, Stretch
from escalation.duty import begins, turn_of
from escalation.gaps import AHEAD, Gap, GapKind, gaps
from escalation.models import Absence, Override, Rotation
from outbox.choosing import reach

TURNS = 4
"""How many turns ahead a rotation shows."""
FAR = timedelta(days=366)
GAPS = 8
"""Gaps that are said; the rest are counted."""


def page(desk: Desk, monday: date | None) -> StaffPage:
    """One week of it, and the gaps of the next four."""
    may_plan = bool(may(desk.member.roles, Operation.PLAN_DUTY))
    monday = monday or monday_of(desk.today)
    days = days_of(monday, desk.zone)
    shown = coverage.load(since=days[0].begin, until=days[-1].end)
    stretches = [one for rotation in shown.rotations for one in shown.stretches(rotation)]
    ahead = coverage.load(since=desk.now, until=desk.now + AHEAD)
    found = gaps(ahead, reach(ahead.members), zone=desk.zone)
    return StaffPage(
        grid=grid(desk, Week(shown, stretches, policies.places(), days), monday),
        gaps=tuple(_gap(one, may_plan=may_plan) for one in found[:GAPS]),
        more_gaps=len(found[GAPS:]),
        rotations=tuple(card(desk, one) for one in shown.rotations),
        absences=_absences(desk, ahead, may_plan=may_plan),
        may_plan=may_plan, zone=str(desk.zone),
        may_manage=bool(may(desk.member.roles, Operation.MANAGE_PEOPLE)),
    )  # fmt: skip


def card(desk: Desk, rotation: Rotation) -> RotationCard:
    """A rotation with its next turns and what departs from it."""
    zone = ZoneInfo(rotation.time_zone)
    now = turn_of(rotation, desk.now)
    seen = coverage.load(since=desk.now, until=begins(rotation, max(now, 0) + TURNS))
    may_plan = bool(may(desk.member.roles, Operation.PLAN_DUTY))
    weekday = weekday_of(rotation.begins_on)
    return RotationCard(
        id=str(rotation.pk), name=rotation.name,
        where=rotation.location.name if rotation.location else _("Every location"),
        how=said.turns(rotation.turn_days, rotation.handover_minute, weekday),
        turns=tuple(_turn(one, seen, desk.now) for one in seen.stretches(rotation)
                    if one.ends_at > desk.now),
        overrides=_overrides(rotation, zone, desk, may_plan=may_plan),
        url=reverse("dashboards:rotation", args=[rotation.pk]) if may_plan else "",
    )  # fmt: skip


def _turn(one: Stretch, seen: Coverage, now: datetime) -> TurnLine:
    zone = ZoneInfo(one.rotation.time_zone)
    who = seen.members[one.member_id].name if one.member_id else _("Nobody")
    return TurnLine(
        who=who, when=said.between(one.begins_at, one.ends_at, zone), note=stands_in(one, seen),
        is_now=one.begins_at <= now < one.ends_at,
    )  # fmt: skip


def stands_in(one: Stretch, seen: Coverage) -> str:
    """Why it is not whoever has the turn."""
    holder = seen.members.get(one.holder_id) if one.holder_id else None
    if one.holder_id == one.member_id:
        return ""
    return (
        _("for %(holder)s, who is away") % {"holder": holder.name}
        if holder
        else _("whose turn it is no longer works here")
    )


def _overrides(
    rotation: Rotation, zone: ZoneInfo, desk: Desk, *, may_plan: bool
) -> tuple[OverrideLine, ...]:
    ahead = Override.objects.filter(rotation=rotation, ends_at__gt=desk.now)
    rows = ahead.select_related("member").order_by("begins_at", "made_at")
    return tuple(
        OverrideLine(
            id=str(one.pk), who=one.member.name,
            when=said.between(one.begins_at, one.ends_at, zone), note=one.reason,
            end_url=reverse("dashboards:end_override", args=[one.pk])
            if may_plan and one.swap_id is None else "",
        )
        for one in rows
    )  # fmt: skip


def _gap(gap: Gap, *, may_plan: bool) -> GapLine:
    if not may_plan:
        return GapLine(sentence=gap.sentence)
    if gap.kind == GapKind.NO_ROTATION:
        url, action = reverse("dashboards:new_rotation"), _("Set up a rotation")
    elif gap.kind == GapKind.NOBODY and gap.rotation_id:
        url, action = reverse("dashboards:rotation", args=[gap.rotation_id]), _("Fill it")
    elif gap.kind == GapKind.UNCOVERED:
        url, action = "#absences", _("Name a cover")
    else:
        return GapLine(sentence=gap.sentence)
    return GapLine(sentence=gap.sentence, url=url, action=action)


def _absences(desk: Desk, ahead: Coverage, *, may_plan: bool) -> tuple[AbsenceLine, ...]:
    """Of those who work here, running or within the next year."""
    rows = Absence.objects.overlapping(desk.now, desk.now + FAR).filter(member__is_active=True)
    people = list(ahead.members.values())
    return tuple(
        absence_line(one, desk, people if may_plan else ())
        for one in rows.select_related("member", "cover").order_by("begins_at")
    )


def absence_line(one: Absence, desk: Desk, people: Sequence[Membership]) -> AbsenceLine:
    """An absence in words; with the ways to change it where there are people to choose from."""
    choices = tuple(
        Choice(value=str(person.pk), label=person.name)
        for person in sorted(people, key=lambda person: person.name)
        if person.pk not in (one.member_id, one.cover_id)
    )
    gone = _("What the cover has not begun goes back.") if one.goes_back else _("It stays there.")
    return AbsenceLine(
        id=str(one.pk),
        who=one.member.name,
        when=said.between(one.begins_at, one.ends_at, desk.zone),
        cover=_("%(name)s covers") % {"name": one.cover.name}
        if one.cover
        else _("Nobody covers: it waits in its queue"),
        back="" if one.ends_at is None else gone,
        end_url=reverse("dashboards:end_absence", args=[one.pk]) if choices else "",
        cover_url=reverse("dashboards:change_cover", args=[one.pk]) if choices else "",
        choices=choices,
    )


def has_absence(absence_id: UUID, desk: Desk) -> bool:
    """Whether there is one that is not over."""
    return Absence.objects.filter(pk=absence_id).exclude(ends_at__lte=desk.now).exists()


def rotation_of(rotation_id: UUID) -> Rotation | None:
    """One that is not retired."""
    found = Rotation.objects.filter(pk=rotation_id, retired_at__isnull=True)
    return found.select_related("location").first()
