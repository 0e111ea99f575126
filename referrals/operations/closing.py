"""Closing a referral for a reason that is no report, and opening it again. Nothing is deleted."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from audit.actors import Actor
from charts.models import ChartItem
from charts.values import ItemStatus
from referrals.folding import place, stands
from referrals.models import Fact, Referral
from referrals.operations.telling import locked
from referrals.states import Closure
from tenants import wake
from tenants.models import Topic


class ClosingRefused(Exception):
    """The referral cannot be closed or opened so; the text says why."""


@transaction.atomic
def close(
    *, referral_id: UUID, because: Closure, version: int | None = None, actor: Actor,
    now: datetime,
) -> Referral:  # fmt: skip
    """Nobody waits for it any more, for this reason.

    Raises:
        NoReferral: there is no such referral.
        Overtaken: it is not as whoever closes it saw it.
        ClosingRefused: it is closed, or only a report closes it for this reason.
    """
    referral = locked(referral_id, version)
    if because is Closure.REPORTED:
        raise ClosingRefused(_("Only a report closes a referral as reported: file or match one."))
    if not referral.is_open:
        raise ClosingRefused(_("This referral is closed already. Open it again first."))
    return _save(referral, because, "referral.closed", actor=actor, now=now)


@transaction.atomic
def reopen(
    *, referral_id: UUID, version: int | None = None, actor: Actor, now: datetime
) -> Referral:
    """Somebody waits for it again; what was told of it stands.

    Raises:
        NoReferral: there is no such referral.
        Overtaken: it is not as whoever opens it saw it.
        ClosingRefused: it is open.
    """
    referral = locked(referral_id, version)
    if referral.is_open:
        raise ClosingRefused(_("This referral is open."))
    return _save(referral, None, "referral.reopened", actor=actor, now=now)


@transaction.atomic
def follow_order(*, referral_id: UUID, item: ChartItem, actor: Actor, now: datetime) -> Referral:
    """Whoever referred took it back, or refers again: the referral closes, or opens, for that.

    What was closed by a report or by a person stays as it is.

    Raises:
        NoReferral: there is no such referral.
    """
    referral = locked(referral_id)
    withdrawn = item.status == ItemStatus.WITHDRAWN
    if withdrawn and referral.is_open:
        return _save(referral, Closure.WITHDRAWN, "referral.closed", actor=actor, now=now)
    if not withdrawn and referral.closed_because == Closure.WITHDRAWN:
        return _save(referral, None, "referral.reopened", actor=actor, now=now)
    return referral


def _save(
    referral: Referral, because: Closure | None, action: str, *, actor: Actor, now: datetime
) -> Referral:
    was = referral.closed_because
    referral.closed_because, referral.closed_at = (because, now) if because else ("", None)
    place(referral, stands(Fact.objects.filter(referral=referral)))
    referral.version += 1
    columns = ["closed_because", "closed_at", "step", "turn", "version"]
    referral.save(update_fields=columns)
    wake.call(Topic.CADENCE, [(referral.pk, now)])
    log.record(action, entity=referral, patient_id=referral.patient_id,
               detail={"because": because or was}, actor=actor, now=now)  # fmt: skip
    return referral
