"""Somebody cannot be paged any more, or is gone: the next one is paged, and those who lead hear."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from escalation.duty import Roster, on_duty
from escalation.models import Absence, Rotation
from escalation.operations.telling import tell
from escalation.receivers import last_resort
from outbox import operations as outbox
from outbox.choosing import Reach
from outbox.models import Contact


@transaction.atomic
def page_past(
    member_ids: Iterable[UUID], *, roster: Roster, reach: Reach, actor: Actor, now: datetime
) -> int:
    """Of members whose duty or contacts changed, let those that cannot hear wait for nothing.

    Their open pages are given up, so that the next person is paged; where they hold a turn that
    nobody can be paged for now, those who lead are told at once, once for each time that it comes
    to that. Returns how many pages were given up.
    """
    deaf = [one for one in sorted(set(member_ids)) if not _hears(one, roster, reach)]
    given_up = outbox.give_up_pages(deaf, actor=actor, now=now)
    for member_id in deaf:
        for rotation in _unmanned(member_id, roster, reach):
            _tell_leads(rotation, member_id, roster, reach, actor=actor, now=now)
    return given_up


def _hears(member_id: UUID, roster: Roster, reach: Reach) -> bool:
    is_here = member_id in roster.members and member_id not in roster.away
    return is_here and reach.can_page(member_id)


def _unmanned(member_id: UUID, roster: Roster, reach: Reach) -> Iterator[Rotation]:
    """Rotations whose turn is theirs, or theirs to cover, and for which nobody can be paged now."""
    for rotation in roster.rotations:
        turn = on_duty(rotation, roster.shifts.get(rotation.pk, ()),
                       roster.overrides.get(rotation.pk, ()), roster.at)  # fmt: skip
        here = roster.present(turn)
        is_theirs = member_id == turn or (here is not None and here.pk == member_id)
        if is_theirs and (here is None or not reach.can_page(here.pk)):
            yield rotation


def _tell_leads(
    rotation: Rotation, member_id: UUID, roster: Roster, reach: Reach, *, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Those who lead; where they are the one who cannot be reached, whoever else can be paged."""
    leads = [one for one in last_resort(roster).people if one.pk != member_id]
    tell(
        leads or _others(member_id, roster, reach), "nobody-on-call",
        occasion=f"nobody-on-call:{rotation.pk}:{member_id}:{_since(member_id, now=now)}",
        at_once=True,
        actor=actor, now=now,
    )  # fmt: skip
    log.record("duty.unmanned", entity=rotation, outcome="failed",
               detail={"member": str(member_id)}, actor=actor, now=now)  # fmt: skip


def _others(member_id: UUID, roster: Roster, reach: Reach) -> list[Membership]:
    others = (one for one in roster.members.values() if one.pk != member_id)
    return [one for one in others if reach.can_page(one.pk)]


def _since(member_id: UUID, *, now: datetime) -> str:
    """When it last came to that: a contact was lost, or an absence began; empty: there was none."""
    lost = Contact.objects.filter(member=member_id).aggregate(
        broken=Max("broken_at"), removed=Max("removed_at")
    )
    away = Absence.objects.running(now).filter(member=member_id).aggregate(away=Max("begins_at"))
    instants = [at for at in (*lost.values(), *away.values()) if at is not None]
    return f"{max(instants):%Y%m%d%H%M%S}" if instants else ""
