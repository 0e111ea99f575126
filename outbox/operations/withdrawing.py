"""Nobody asks for what was to be said any more: what waits is cancelled, what is on its way is
asked about once more before its socket is written."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from outbox.consent import Basis, ConsentSource, PatientWay, WhyNot
from outbox.failures import Broken
from outbox.models import Consent, Contact, Intent, PatientMessage
from outbox.reaching import WAYS, objects, said_by
from outbox.states import OPEN, IntentState
from tenants import wake
from tenants.models import Topic

ENDED = (IntentState.FAILED, IntentState.CANCELLED)


def hush(intents: Any, *, actor: Actor, now: datetime) -> list[Intent]:
    """Call off these intents; the caller holds what they are about. Locked in the order of ids."""
    open_ones = intents.filter(state__in=list(OPEN), moot_at__isnull=True).order_by("pk")
    rows: list[Intent] = list(open_ones.select_for_update(of=("self",)))
    for row in rows:
        row.moot_at = now
        if row.state == IntentState.PENDING:
            row.state = IntentState.CANCELLED
        row.save(update_fields=["moot_at", "state"])
    log.record_all(log.entry("intent.called-off", entity=row, actor=actor, now=now) for row in rows)
    return rows


def unsent_about(about_ids: Iterable[UUID]) -> set[UUID]:
    """About which of these a message waits to be sent to a patient."""
    waiting = PatientMessage.objects.filter(
        about_id__in=list(about_ids), intent__state__in=list(OPEN), intent__moot_at__isnull=True
    )
    return {pk for pk in waiting.values_list("about_id", flat=True) if pk is not None}


@transaction.atomic
def call_off_patient(about_id: UUID, *, actor: Actor, now: datetime) -> int:
    """What is not yet sent to a patient about this is not sent; returns how much that was."""
    about = PatientMessage.objects.filter(about_id=about_id, intent__isnull=False)
    return len(hush(Intent.objects.filter(pk__in=about.values("intent")), actor=actor, now=now))


def leave_alone(contact: Contact, why: Broken, *, actor: Actor, now: datetime) -> None:
    """A patient's contact is of no more use: nothing that waits goes there, and people hear of it.

    Whoever opted out at the provider has withdrawn their consent by that.
    """
    way, patient_id = WAYS[contact.channel], contact.patient_id
    assert patient_id is not None
    if why is Broken.OPTED_OUT and objects(way, said_by(patient_id)) is not WhyNot.OPTED_OUT:
        withdraw(patient_id, way, ConsentSource.PROVIDER, actor=actor, now=now)
    for row in hush(Intent.objects.filter(contact=contact), actor=actor, now=now):
        follow(row, now=now)


def withdraw(
    patient_id: UUID, way: PatientWay, source: ConsentSource, *, actor: Actor, now: datetime
) -> None:
    """They do not want it this way any more, on whatever basis."""
    bases = [Basis.TREATMENT, *([Basis.TCPA] if way is PatientWay.SMS else [])]
    for basis in bases:
        keep(patient_id, way, basis, given=False, source=source, at=now, actor=actor, now=now)


def keep(
    patient_id: UUID, way: PatientWay, basis: Basis, *, given: bool, source: ConsentSource,
    at: datetime, language: str = "", actor: Actor, now: datetime,
) -> Consent:  # fmt: skip
    """One word of theirs, as it was told."""
    word = Consent(
        patient_id=patient_id, way=way, basis=basis, given=given, source=source,
        language=language[:20], member_id=actor.membership_id, actor_name=actor.name, at=at,
        told_at=now,
    )  # fmt: skip
    word.save(force_insert=True)
    log.record(
        "consent.given" if given else "consent.withdrawn", entity=word, patient_id=patient_id,
        detail={"way": way, "basis": basis, "source": source}, actor=actor, now=now,
    )  # fmt: skip
    return word


def follow(intent: Intent, *, now: datetime) -> None:
    """What could not be said to a patient is looked at by whoever wrote it."""
    if intent.member_id is None and intent.state in ENDED:
        rows = PatientMessage.objects.filter(intent=intent.pk).values_list("pk", flat=True)
        wake.call(Topic.ANSWERED, [(pk, now) for pk in rows])
