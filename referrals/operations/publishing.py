"""Publishing a cadence: a new version for a specialty, an urgency, both, or all."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from audit import log
from audit.actors import Actor
from charts.values import Priority
from referrals.cadence import Row
from referrals.cadences import kept, read
from referrals.models import Cadence, Referral
from referrals.specialties import Specialty
from tenants import wake
from tenants.models import Practice, Topic
from tenants.scope import current


@transaction.atomic
def publish_cadence(
    *,
    specialty: Specialty | None,
    urgency: Priority | None,
    rows: Sequence[Row],
    pauses_booking: bool = False,
    actor: Actor,
    now: datetime,
) -> Cadence:
    """From now on these rows hold for the open referrals of the specialty and urgency; None: of
    every one that has no cadence of its own. No rows: they are not chased.

    What was done before is not done again: rows are known by their names.

    Raises:
        CadenceFault: the rows make no cadence.
    """
    given = read(kept(rows))
    Practice.objects.select_for_update().get(pk=current())  # one version after the other
    named = {"specialty": specialty or "", "urgency": urgency or ""}
    last = Cadence.objects.filter(**named).aggregate(last=Max("version"))["last"] or 0
    cadence = Cadence(
        **named, version=last + 1, rows=kept(given), pauses_booking=pauses_booking,
        published_at=now, published_by_id=actor.membership_id,
    )  # fmt: skip
    cadence.save(force_insert=True)
    log.record("cadence.published", entity=cadence, actor=actor, now=now,
               detail={**named, "version": cadence.version, "rows": len(given)})  # fmt: skip
    _wake(cadence, now=now)
    return cadence


def _wake(cadence: Cadence, *, now: datetime) -> None:
    """The open referrals that it may hold for are looked at anew."""
    concerned = Referral.objects.filter(closed_at__isnull=True)
    if cadence.specialty:
        concerned = concerned.filter(specialty=cadence.specialty)
    if cadence.urgency:
        concerned = concerned.filter(urgency=cadence.urgency)
    wake.call(Topic.CADENCE, ((pk, now) for pk in concerned.values_list("pk", flat=True)))
