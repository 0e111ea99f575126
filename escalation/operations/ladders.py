"""Ladders of a draft and their rungs, in order."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from escalation.ladder import Anchor, Measure
from escalation.models import Action, Ladder, LadderStep, Policy, Receiver, Rotation, Target
from escalation.operations.drafts import DraftRefused, NotADraft, locked_draft
from routing.models import Queue

FURTHEST = {Measure.CLOCK: 60 * 24 * 300, Measure.BUSINESS: 60 * 24 * 20}
"""Minutes that a rung may stand from the due instant, or from its last round."""
MOST_REPEATS = 200
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Wish:
    """What a rung is to do."""

    action: Action
    receiver: Receiver
    clock: str = ""
    after_minutes: int | None = None
    """From the due instant, before it where negative; None: at the anchor."""
    after_measure: Measure | None = None
    """What they are counted in; None: as the rung fires, day and night or in business hours."""
    anchor: Anchor | None = None
    member_id: UUID | None = None
    role: str = ""
    rotation_id: UUID | None = None
    queue_id: UUID | None = None
    repeat: int = 0
    until_done: bool = False
    """Repeated without an end, until somebody does what is asked."""
    every_minutes: int | None = None
    day_and_night: bool = False


class RungRefused(DraftRefused):
    """The ladder or rung cannot be kept so."""


@transaction.atomic
def name_ladder(
    *, policy_id: UUID, ladder_id: UUID | None, name: str, actor: Actor, now: datetime
) -> Ladder:
    """Call a ladder of a draft something else, or add an empty one where none is named.

    Raises:
        NotADraft: the version was published, or the ladder is none of it.
        RungRefused: no name, or another ladder has it.
    """
    draft, name = locked_draft(policy_id), name.strip()
    held = Ladder(policy=draft) if ladder_id is None else _ladder(draft, ladder_id)
    others = Ladder.objects.filter(policy=draft, name=name).exclude(pk=held.pk)
    if not 0 < len(name) <= LONGEST_NAME:
        raise RungRefused({"name": _("Say in a few words what the ladder is called.")})
    if others.exists():
        raise RungRefused({"name": _("Another ladder has that name. Choose a different one.")})
    held.name = name
    if ladder_id is None:
        held.save(force_insert=True)
    else:
        held.save(update_fields=["name"])
    log.record("ladder.named", entity=held, detail={"version": draft.version}, actor=actor, now=now)
    return held


@transaction.atomic
def remove_ladder(*, policy_id: UUID, ladder_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a ladder out of a draft.

    Raises:
        NotADraft: the version was published, or the ladder is none of it.
        RungRefused: targets send late work up this ladder.
    """
    draft = locked_draft(policy_id)
    held = _ladder(draft, ladder_id)
    if Target.objects.filter(ladder=held).exists():
        raise RungRefused({"name": _("Targets use this ladder. Give them another one first.")})
    log.record("ladder.removed", entity=held, detail={"version": draft.version}, actor=actor,
               now=now)  # fmt: skip
    LadderStep.objects.filter(ladder=held).delete()
    held.delete()


@transaction.atomic
def set_rung(
    *, policy_id: UUID, ladder_id: UUID, step_id: UUID | None, wish: Wish, actor: Actor,
    now: datetime,
) -> LadderStep:  # fmt: skip
    """Change a rung of a draft, or add one at the top where none is named.

    Raises:
        NotADraft: the version was published, or the rung is none of it.
        RungRefused: with every field at fault.
    """
    draft = locked_draft(policy_id)
    ladder = _ladder(draft, ladder_id)
    if faults := _faults(wish):
        raise RungRefused(faults)
    said = _columns(wish)
    if step_id is None:
        top = LadderStep.objects.filter(ladder=ladder).aggregate(top=Max("position"))["top"]
        position = 0 if top is None else top + 1
        held = LadderStep.objects.create(ladder=ladder, position=position, **said)
    else:
        held = _step(ladder, step_id)
        for name, value in said.items():
            setattr(held, name, value)
        held.save(update_fields=list(said))
    log.record("rung.set", entity=held, detail={"version": draft.version}, actor=actor, now=now)
    return held


@transaction.atomic
def move_rung(
    *, policy_id: UUID, ladder_id: UUID, step_id: UUID, up: bool, actor: Actor, now: datetime
) -> None:
    """Let a rung change places with the one before it (`up`), or after it; at the end it stays.

    Raises:
        NotADraft: the version was published, or the rung is none of it.
    """
    draft = locked_draft(policy_id)
    ladder = _ladder(draft, ladder_id)
    held = _step(ladder, step_id)
    others = LadderStep.objects.filter(ladder=ladder)
    other = (
        others.filter(position__lt=held.position).last()
        if up
        else others.filter(position__gt=held.position).first()
    )
    if other is None:
        return
    top = others.aggregate(top=Max("position"))["top"]
    places = held.position, other.position
    for step, position in ((held, top + 1), (other, places[0]), (held, places[1])):
        step.position = position
        step.save(update_fields=["position"])
    log.record("rung.moved", entity=held, detail={"version": draft.version}, actor=actor, now=now)


@transaction.atomic
def remove_rung(
    *, policy_id: UUID, ladder_id: UUID, step_id: UUID, actor: Actor, now: datetime
) -> None:
    """Take a rung out of a draft.

    Raises:
        NotADraft: the version was published, or the rung is none of it.
    """
    draft = locked_draft(policy_id)
    held = _step(_ladder(draft, ladder_id), step_id)
    log.record("rung.removed", entity=held, detail={"version": draft.version}, actor=actor, now=now)
    held.delete()


def _ladder(draft: Policy, ladder_id: UUID) -> Ladder:
    found = Ladder.objects.filter(policy=draft, pk=ladder_id).first()
    if found is None:
        raise NotADraft(_("This ladder was removed meanwhile."))
    return found


def _step(ladder: Ladder, step_id: UUID) -> LadderStep:
    found = LadderStep.objects.filter(ladder=ladder, pk=step_id).first()
    if found is None:
        raise NotADraft(_("This rung was removed meanwhile."))
    return found


def _faults(wish: Wish) -> dict[str, str]:
    faults: dict[str, str] = {}
    if (wish.after_minutes is None) == (wish.anchor is None):
        faults["when"] = _("Say when: at a time from the due instant, or at a moment of the day.")
    elif wish.after_minutes is not None and abs(wish.after_minutes) > FURTHEST[_measure(wish)]:
        faults["after"] = _("That is too far from the due time. Write less.")
    if not 0 <= wish.repeat <= MOST_REPEATS:
        faults["repeat"] = _("Repeat it up to {many} times.").format(many=MOST_REPEATS)
    if (wish.repeat or wish.until_done) and not _may_wait(wish.every_minutes):
        faults["every"] = _("Say after how many minutes it is repeated.")
    return faults | _receiver_faults(wish)


def _measure(wish: Wish) -> Measure:
    by_night = Measure.CLOCK if wish.day_and_night else Measure.BUSINESS
    return wish.after_measure or by_night


def _may_wait(minutes: int | None) -> bool:
    return minutes is not None and 0 < minutes <= FURTHEST[Measure.BUSINESS]


def _receiver_faults(wish: Wish) -> dict[str, str]:
    faults: dict[str, str] = {}
    people = Membership.objects.filter(is_active=True).values_list("pk", flat=True)
    if wish.receiver == Receiver.MEMBER and wish.member_id not in set(people):
        faults["member"] = _("Choose somebody who works here.")
    if wish.receiver == Receiver.ROLE and not wish.role:
        faults["role"] = _("Choose a role.")
    if wish.rotation_id and not Rotation.objects.filter(pk=wish.rotation_id).exists():
        faults["rotation"] = _("This rotation is gone. Choose another.")
    if wish.queue_id and not Queue.objects.filter(pk=wish.queue_id).exists():
        faults["queue"] = _("This queue is gone. Choose another.")
    return faults


def _columns(wish: Wish) -> dict[str, object]:
    """As the row holds it; what the receiver does not need is left empty."""
    said = asdict(wish)
    after = said.pop("after_minutes")
    said |= {
        "after_amount": after,
        "after_measure": _measure(wish).value if after is not None else "",
        "anchor": wish.anchor.value if wish.anchor else "",
        "member_id": wish.member_id if wish.receiver == Receiver.MEMBER else None,
        "role": wish.role if wish.receiver == Receiver.ROLE else "",
        "rotation_id": wish.rotation_id if wish.receiver == Receiver.ON_CALL else None,
        "queue_id": wish.queue_id if wish.action == Action.REASSIGN else None,
        "every_minutes": wish.every_minutes if wish.repeat or wish.until_done else None,
    }
    return said
