"""Where a practice has nobody, in words: on call, who can ring, and for those who are away."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from escalation.coverage import Coverage, Stretch
from outbox.choosing import Reach
from tenants import dates

AHEAD = timedelta(weeks=4)
"""How far ahead gaps are looked for."""


class GapKind(StrEnum):
    NO_ROTATION = "no rotation"
    NOBODY = "nobody"
    SILENT = "silent"
    """Somebody is on call and nothing of theirs can ring."""
    UNCOVERED = "uncovered"


@dataclass(frozen=True, slots=True)
class Gap:
    """Some time without somebody, and the sentence that says it."""

    kind: GapKind
    sentence: str
    begins_at: datetime
    ends_at: datetime | None = None
    rotation_id: UUID | None = None
    member_id: UUID | None = None


def gaps(coverage: Coverage, reach: Reach, *, zone: ZoneInfo) -> list[Gap]:
    """Every gap of the time that was loaded, the soonest first."""
    found = [*_on_call(coverage, reach), *_uncovered(coverage, zone)]
    if not coverage.rotations:
        sentence = _("Nobody is ever on call: there is no rotation. Set one up.")
        found.append(Gap(GapKind.NO_ROTATION, sentence, coverage.since))
    return sorted(found, key=lambda one: one.begins_at)


def _on_call(coverage: Coverage, reach: Reach) -> Iterator[Gap]:
    silent: dict[UUID, list[tuple[datetime, datetime, str]]] = defaultdict(list)
    for rotation in coverage.rotations:
        for begin, end, member_id in _joined(coverage, coverage.stretches(rotation)):
            when = span(begin, end, ZoneInfo(rotation.time_zone), now=coverage.since)
            if member_id is None:
                sentence = _("Nobody is on call {when}: {rotation}.").format(
                    when=when, rotation=rotation.name
                )
                yield Gap(GapKind.NOBODY, sentence, begin, end, rotation.pk)
            elif not reach.can_ring(member_id):
                silent[member_id].append((begin, end, when))
    for member_id, spans in silent.items():
        begin, end, when = min(spans)
        again = {1: "", 2: _(" and once more")}.get(
            len(spans), _(" and {many} times more").format(many=len(spans) - 1)
        )
        name = coverage.members[member_id].name
        sentence = _(
            "{name} is on call {when}{again}, and has no verified contact that can ring."
        ).format(name=name, when=when, again=again)
        yield Gap(GapKind.SILENT, sentence, begin, end, member_id=member_id)


def _joined(
    coverage: Coverage, stretches: list[Stretch]
) -> Iterator[tuple[datetime, datetime, UUID | None]]:
    """Over the borders of turns, for what nobody does or the same person goes on doing."""
    held: tuple[datetime, datetime, UUID | None] | None = None
    for one in stretches:
        begin = max(one.begins_at, coverage.since)
        if begin >= one.ends_at:
            continue
        if held and held[2] == one.member_id:
            held = (held[0], one.ends_at, one.member_id)
            continue
        if held:
            yield held
        held = (begin, one.ends_at, one.member_id)
    if held:
        yield held


def _uncovered(coverage: Coverage, zone: ZoneInfo) -> Iterator[Gap]:
    for one in coverage.absences:
        ended = one.ends_at is not None and one.ends_at <= coverage.since
        member = coverage.members.get(one.member_id)
        begin = max(one.begins_at, coverage.since)
        if ended or member is None or coverage.present(one.cover_id, begin) is not None:
            continue
        until = min(one.ends_at, coverage.until) if one.ends_at else coverage.until
        when = span(begin, until, zone, now=coverage.since)
        sentence = _(
            "{name} is away {when} and nobody covers: new work waits in its queue."
        ).format(name=member.name, when=when)
        yield Gap(GapKind.UNCOVERED, sentence, begin, one.ends_at, member_id=member.pk)


def span(begin: datetime, end: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """`from Sat 08:00 to Sun 08:00`, with the date where it is not of the next six days."""
    near = end - now < timedelta(days=6)
    since = _("now") if begin <= now else _said(begin, zone, near=near)
    return _("from {since} to {until}").format(since=since, until=_said(end, zone, near=near))


def _said(at: datetime, zone: ZoneInfo, *, near: bool) -> str:
    local = at.astimezone(zone)
    day = dates.short_weekday(local) if near else dates.week_day(local)
    return f"{day} {local:%H:%M}"
