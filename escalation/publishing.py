"""Publish a policy: from then on it never changes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from audit.actors import Actor
from escalation.faults import Fault, faults_of
from escalation.models import Policy
from escalation.operations.waking import wake_open


class CannotPublish(ValueError):
    """Under this policy work could wait unseen; the text says where and what to change."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(" ".join(fault.sentence for fault in faults))
        self.faults = faults


@transaction.atomic
def publish(
    *, policy_id: UUID, clinical_approver: str, effective_at: datetime, begins: bool = False,
    actor: Actor, now: datetime,
) -> Policy:  # fmt: skip
    """Make a draft the policy in force from a moment on; the one before it retires.

    `begins`: a practice is being set up and has no rota and no phones yet. Rungs without anybody
    are passed over, and the last one is proven to reach somebody.

    Raises:
        CannotPublish: with every fault.
    """
    policy = Policy.objects.lock([policy_id]).get()
    if policy.status != Policy.Status.DRAFT:
        raise CannotPublish(Fault(_("This version is published. Make a new one.")))
    if not clinical_approver.strip():
        raise CannotPublish(Fault(_("Name the clinician who approved these targets.")))
    validate(policy, begins=begins, now=now)
    _retire(now)
    policy.status, policy.clinical_approver = Policy.Status.PUBLISHED, clinical_approver.strip()
    policy.effective_at = effective_at
    policy.save(update_fields=["status", "clinical_approver", "effective_at"])
    log.record("policy.published", entity=policy, detail={"version": policy.version},
               actor=actor, now=now)  # fmt: skip
    wake_open(at=max(effective_at, now))
    return policy


def _retire(now: datetime) -> None:
    """The version before; one that has not begun by now never does."""
    before = Policy.objects.exclude(status=Policy.Status.DRAFT)
    before.filter(effective_at__gt=now).update(effective_at=None)
    before.filter(status=Policy.Status.PUBLISHED).update(status=Policy.Status.RETIRED)


def validate(policy: Policy, *, begins: bool = False, now: datetime) -> None:
    """Refuse a policy under which work could wait unseen.

    Raises:
        CannotPublish: with each queue, target, ladder and rung at fault, and what to change.
    """
    if found := faults_of(policy, begins=begins, now=now):
        raise CannotPublish(*found)
