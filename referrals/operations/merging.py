"""Referrals go with their patient."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from charts.models import Patient
from referrals.models import Referral


@transaction.atomic
def follow_merge(
    *, survivor: Patient, gone: Sequence[Patient], actor: Actor, now: datetime
) -> list[UUID]:
    """The referrals of merged patients become the survivor's; returns which."""
    rows = Referral.objects.filter(patient__in=gone).order_by("pk")
    moved = [row.pk for row in rows.select_for_update(of=("self",)).only("pk")]
    Referral.objects.filter(pk__in=moved).update(patient=survivor)
    log.record_all(
        log.entry("referral.patient-merged", entity=Referral(pk=pk), patient_id=survivor.pk,
                  actor=actor, now=now)
        for pk in moved
    )  # fmt: skip
    return moved
