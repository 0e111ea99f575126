"""A draft of the next policy: begun from the one in force, changed, given up."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from audit import log
from audit.actors import Actor
from escalation.models import Ladder, LadderStep, Policy, Target
from escalation.policies import NoPolicy
from tenants.ids import uuid7


class NotADraft(Exception):
    """Published versions never change; the text says what to do."""


class DraftRefused(ValueError):
    """What was asked for cannot be kept so; nothing was saved. `faults`: a sentence a field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


@transaction.atomic
def begin_draft(*, author: str, actor: Actor, now: datetime) -> Policy:
    """The next version, with everything that the one in force says; the open draft if there is one.

    Raises:
        NoPolicy: there is none to begin from.
    """
    source = (
        Policy.objects.filter(status=Policy.Status.PUBLISHED)
        .select_for_update(of=("self",))
        .first()
    )
    if source is None:
        raise NoPolicy
    held = Policy.objects.filter(status=Policy.Status.DRAFT).order_by("-version").first()
    if held is not None:
        return held
    latest = Policy.objects.aggregate(latest=Max("version"))["latest"]
    draft = Policy.objects.create(version=latest + 1, author=author[:120])
    _copy(source, draft)
    detail = {"version": draft.version, "from": source.version}
    log.record("policy.drafted", entity=draft, detail=detail, actor=actor, now=now)
    return draft


def _copy(source: Policy, draft: Policy) -> None:
    new: dict[UUID, UUID] = {}
    ladders = list(Ladder.objects.filter(policy=source))
    steps = list(LadderStep.objects.filter(ladder__policy=source))
    targets = list(Target.objects.filter(policy=source))
    for ladder in ladders:
        new[ladder.pk] = uuid7()
        ladder.pk, ladder.policy = new[ladder.pk], draft
    for step in steps:
        step.pk, step.ladder_id = uuid7(), new[step.ladder_id]
    for target in targets:
        target.pk, target.ladder_id, target.policy = uuid7(), new[target.ladder_id], draft
    Ladder.objects.bulk_create(ladders)
    LadderStep.objects.bulk_create(steps)
    Target.objects.bulk_create(targets)


@transaction.atomic
def discard_draft(*, policy_id: UUID, actor: Actor, now: datetime) -> None:
    """Give a draft up, with all that it says.

    Raises:
        NotADraft: it was published, or is gone.
    """
    draft = locked_draft(policy_id)
    log.record("policy.discarded", entity=draft, detail={"version": draft.version},
               actor=actor, now=now)  # fmt: skip
    Target.objects.filter(policy=draft).delete()
    LadderStep.objects.filter(ladder__policy=draft).delete()
    Ladder.objects.filter(policy=draft).delete()
    draft.delete()


def locked_draft(policy_id: UUID) -> Policy:
    """The draft, locked: nothing of it changes while it is published.

    Raises:
        NotADraft: it was published, or is gone.
    """
    found = Policy.objects.lock([policy_id]).first()
    if found is None or found.status != Policy.Status.DRAFT:
        raise NotADraft(_("This version was published or given up meanwhile. Begin a new draft."))
    return found
