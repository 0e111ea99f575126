"""Rungs that reach nobody at some hour of the next month, asked of the engine's own roster."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from escalation import duty
from escalation.duty import Roster, roster
from escalation.models import (
    Absence,
    Action,
    Ladder,
    LadderStep,
    Override,
    Receiver,
    Rotation,
    Target,
)
from escalation.phrases import whom_words
from escalation.receivers import receivers
from outbox.choosing import Reach, reach
from routing.models import Queue, Task
from tenants import dates, scope
from tenants.models import Location, Practice

MONTH = timedelta(days=31)

BY_TASK = frozenset({Receiver.OWNER, Receiver.ORDERER})
"""Who these are depends on the task; they are passed over where there is nobody."""

Rungs = Mapping[UUID, Sequence[LadderStep]]


def unstaffed(
    targets: Sequence[Target], ladders: Sequence[Ladder], steps: Rungs, queues: Sequence[Queue], *,
    now: datetime,
) -> Iterator[tuple[UUID, str]]:  # fmt: skip
    """Each such rung: its ladder, and a sentence that names the first hour."""
    moments = _moments(now)
    rosters = [roster(now=at) for at in moments]
    reachable = reach()
    zone = ZoneInfo(Practice.objects.get(pk=scope.current()).time_zone)
    sites = [None, *Location.objects.order_by("name")]
    for ladder in ladders:
        climbed_by = _climbed_by(ladder, targets, queues)
        for number, step in enumerate(steps.get(ladder.pk, ()), start=1):
            if step.receiver in BY_TASK:
                continue
            probes = _probes(step, climbed_by, sites)
            if said := _first_gap(step, probes, rosters, reachable, zone):
                yield (
                    ladder.pk,
                    _("Rung {number} of “{ladder}”, {said}").format(
                        number=number, ladder=ladder.name, said=said
                    ),
                )


def ambiguous(ladders: Sequence[Ladder], steps: Rungs) -> Iterator[tuple[UUID, str]]:
    """Rungs for whoever is on call that name no rotation, where one place has several."""
    many = _places_with_several()
    for ladder in ladders:
        for number, step in enumerate(steps.get(ladder.pk, ()), start=1):
            if many and step.receiver == Receiver.ON_CALL and step.rotation_id is None:
                yield (
                    ladder.pk,
                    (
                        _(
                            "Rung {number} of “{ladder}” names no rotation, and {place} has "
                            "several. Choose the one that is meant."
                        ).format(number=number, ladder=ladder.name, place=many[0])
                    ),
                )


def _places_with_several() -> list[str]:
    held = Counter(
        Rotation.objects.filter(retired_at__isnull=True).values_list("location__name", flat=True)
    )
    return [name or _("the practice") for name, count in held.items() if count > 1]


def _moments(now: datetime) -> list[datetime]:
    """Every instant of the next month at which somebody comes, goes or hands over."""
    until = now + MONTH
    found = {now}
    for rows in (
        Override.objects.filter(ends_at__gt=now),
        Absence.objects.exclude(ends_at__lte=now),
    ):
        for begins, ends in rows.values_list("begins_at", "ends_at"):
            found |= {at for at in (begins, ends) if at is not None}
    for rotation in Rotation.objects.filter(retired_at__isnull=True):
        found |= set(_turns(rotation, now, until))
    return sorted(at for at in found if now <= at < until)


def _turns(rotation: Rotation, now: datetime, until: datetime) -> Iterator[datetime]:
    turn = max(duty.turn_of(rotation, now), -1) + 1
    while (at := duty.begins(rotation, turn)) < until:
        yield at
        turn += 1


def _climbed_by(
    ladder: Ladder, targets: Iterable[Target], queues: Sequence[Queue]
) -> Sequence[Queue]:
    named = [one.queue_id for one in targets if one.ladder_id == ladder.pk]
    return [one for one in queues if one.pk in named or None in named]


def _probes(
    step: LadderStep, queues: Sequence[Queue], sites: Sequence[Location | None]
) -> list[Task]:
    """Made-up tasks, one for each way in which the rung may be answered."""
    if step.receiver == Receiver.ON_CALL and step.rotation_id is None:
        return [Task(location=site) for site in sites]
    if step.receiver == Receiver.SUPERVISOR:
        return [Task(queue=queue) for queue in queues]
    return [Task()]


def _first_gap(
    step: LadderStep, probes: Sequence[Task], rosters: Sequence[Roster], reachable: Reach,
    zone: ZoneInfo,
) -> str:  # fmt: skip
    for here in rosters:
        for probe in probes:
            people = receivers(step, probe, here).people
            if not people:
                return _("{rung}: nobody from {hour} on.").format(
                    rung=_named(step, probe), hour=_hour(here.at, zone)
                )
            if step.action == Action.PAGE and not any(reachable.can_ring(p.pk) for p in people):
                who = people[0].name if len(people) == 1 else _("none of them")
                return _(
                    "{rung}: {who} has no verified phone or other contact that can ring, {hour}."
                ).format(rung=_named(step, probe), who=who, hour=_hour(here.at, zone))
    return ""


def _named(step: LadderStep, probe: Task) -> str:
    """`whoever is on call at Main Street`."""
    said = whom_words(step)
    if step.receiver == Receiver.SUPERVISOR:
        return _("{said} of {queue}").format(said=said, queue=probe.queue.name)
    site = probe.location if step.receiver == Receiver.ON_CALL else None
    return _("{said} at {site}").format(said=said, site=site.name) if site else said


def _hour(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{dates.week_day(local)}, {local:%H:%M}"
