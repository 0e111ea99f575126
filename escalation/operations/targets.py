"""Targets of a draft: by when work of a kind is to be acknowledged and closed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from audit.actors import Actor
from charts.values import Priority
from escalation.ladder import Aim, Measure
from escalation.models import Ladder, Policy, Target
from escalation.operations.drafts import DraftRefused, NotADraft, locked_draft
from escalation.phrases import scope_words
from routing.models import Queue
from tenants.querysets import PracticeQuerySet

LARGEST = {
    Measure.CLOCK: 60 * 24 * 365, Measure.BUSINESS: 60 * 24 * 60, Measure.BUSINESS_DAYS: 250,
    Measure.END_OF_BUSINESS_DAY: 250,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """What a target is to say."""

    ladder_id: UUID | None
    category: str = ""
    priority: str = ""
    queue_id: UUID | None = None
    acknowledge: Aim | None = None
    close: Aim | None = None
    pauses: bool = True
    lapse_minutes: int | None = None
    """How long an acknowledgement holds; None: until the work is closed."""


class TargetRefused(DraftRefused):
    """The target cannot be kept so."""


@transaction.atomic
def set_target(
    *, policy_id: UUID, target_id: UUID | None, wish: Wish, actor: Actor, now: datetime
) -> Target:
    """Change a target of a draft, or add one where none is named.

    Raises:
        NotADraft: the version was published, or the target is none of it.
        TargetRefused: with every field at fault.
    """
    draft = locked_draft(policy_id)
    held = Target(policy=draft) if target_id is None else _held(draft, target_id)
    _apply(held, wish)
    if faults := _faults(draft, held, wish):
        raise TargetRefused(faults)
    fields = [field.name for field in Target._meta.concrete_fields if not field.primary_key]
    if target_id is None:
        held.save(force_insert=True)
    else:
        held.save(update_fields=fields)
    log.record("target.set", entity=held, detail={"version": draft.version}, actor=actor, now=now)
    return held


@transaction.atomic
def remove_target(*, policy_id: UUID, target_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a target out of a draft.

    Raises:
        NotADraft: the version was published, or the target is none of it.
    """
    draft = locked_draft(policy_id)
    held = _held(draft, target_id)
    log.record("target.removed", entity=held, detail={"version": draft.version},
               actor=actor, now=now)  # fmt: skip
    held.delete()


def _held(draft: Policy, target_id: UUID) -> Target:
    found = Target.objects.filter(policy=draft, pk=target_id).first()
    if found is None:
        raise NotADraft(_("This target was removed meanwhile."))
    return found


def _apply(held: Target, wish: Wish) -> None:
    held.category, held.priority = wish.category, wish.priority
    held.queue = Queue.objects.filter(pk=wish.queue_id).first() if wish.queue_id else None
    held.pauses, held.lapse_minutes = wish.pauses, wish.lapse_minutes
    if wish.ladder_id is not None:
        held.ladder_id = wish.ladder_id
    for kind, aim in (("acknowledge", wish.acknowledge), ("close", wish.close)):
        setattr(held, f"{kind}_amount", aim.amount if aim else None)
        setattr(held, f"{kind}_measure", aim.measure.value if aim else "")


def _faults(draft: Policy, held: Target, wish: Wish) -> dict[str, str]:
    faults: dict[str, str] = {}
    if wish.queue_id and held.queue is None:
        faults["queue"] = _("This queue is gone. Choose another.")
    ladders = Ladder.objects.filter(policy=draft).values_list("pk", flat=True)
    if wish.ladder_id not in set(ladders):
        faults["ladder"] = _("Choose the ladder that is climbed when it is late.")
    faults |= _amount_faults(wish)
    if held.priority == Priority.STAT:
        faults |= _critical_faults(wish)
    if _same_scope(held).exists():
        faults["category"] = _("“{work}” has a target already. Change that one.").format(
            work=scope_words(held)
        )
    return faults


def _amount_faults(wish: Wish) -> dict[str, str]:
    faults: dict[str, str] = {}
    if wish.close is None:
        faults["close_amount"] = _(
            "Say by when it is to be closed: a task without it is never late."
        )
    for kind, aim in (("acknowledge", wish.acknowledge), ("close", wish.close)):
        if aim is not None and (said := _amount_fault(aim)):
            faults[f"{kind}_amount"] = said
    if wish.lapse_minutes is not None and not 0 < wish.lapse_minutes <= LARGEST[Measure.BUSINESS]:
        faults["lapse_minutes"] = _("Give a number of minutes, or leave it empty.")
    return faults


def _amount_fault(aim: Aim) -> str:
    lowest = 0 if aim.measure == Measure.END_OF_BUSINESS_DAY else 1
    if lowest <= aim.amount <= LARGEST[aim.measure]:
        return ""
    return _("Give a number from {lowest} to {highest:,}.").format(
        lowest=lowest, highest=LARGEST[aim.measure]
    )


def _critical_faults(wish: Wish) -> dict[str, str]:
    faults = {}
    for kind, aim in (("acknowledge", wish.acknowledge), ("close", wish.close)):
        if aim is None or aim.measure != Measure.CLOCK:
            faults[f"{kind}_amount"] = _("Critical work has both targets, counted day and night.")
    if wish.pauses:
        faults["pauses"] = _("Critical work does not pause on hold.")
    return faults


def _same_scope(held: Target) -> PracticeQuerySet[Target]:
    rows = Target.objects.filter(
        policy=held.policy, category=held.category, priority=held.priority, queue=held.queue
    )
    return rows.exclude(pk=held.pk)
