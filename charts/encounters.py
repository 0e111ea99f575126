"""Visits as they begin, move and end, and of which type they are."""

from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction

from audit import log
from audit.actors import Actor
from charts import patients
from charts.models import Encounter
from charts.values import PatientDetails, ProviderRef, VisitType

HISTORY = timedelta(days=90)
"""What was to come longer ago than this when we first heard of it is not asked after."""


@transaction.atomic
def record_visit(
    details: PatientDetails, *, source: str, number: str, status: str, location_code: str = "",
    attending: ProviderRef | None = None, started_at: datetime | None = None,
    ended_at: datetime | None = None, visit_type: VisitType | None = None, actor: Actor,
    now: datetime,
) -> Encounter:  # fmt: skip
    """Open or move on a visit; a finished one does not go back to in progress."""
    patient, *_ = patients.find_or_register([details], overwrite=True, actor=actor, now=now)
    encounter, created = Encounter.objects.select_for_update(of=("self",)).get_or_create(
        source=source, number=number[:120], defaults={"patient": patient, "status": status}
    )
    before = "" if created else encounter.status
    if encounter.status not in ("finished", "cancelled") or status in ("finished", "cancelled"):
        encounter.status = status
    if encounter.patient_id == patient.pk:
        encounter.patient = patient
    encounter.location_code = location_code[:80] or encounter.location_code
    encounter.attending = asdict(attending) if attending else encounter.attending
    encounter.started_at = started_at or encounter.started_at
    encounter.ended_at = ended_at or encounter.ended_at
    if visit_type is not None and not encounter.is_type_settled:
        encounter.visit_type = visit_type.value
    _begin_waiting(encounter, finished=encounter.status == "finished" != before, now=now)
    encounter.save(update_fields=["status", "location_code", "attending", "started_at", "ended_at",
                                  "visit_type", "note_awaited_since", "closing_since"])  # fmt: skip
    log.record("encounter.changed", entity=encounter, patient_id=patient.pk, actor=actor, now=now)
    return encounter


@transaction.atomic
def settle_visit_type(
    encounter: Encounter, visit_type: VisitType, *, actor: Actor, now: datetime
) -> None:
    """A person says of which type the visit is; what messages say of it is not heard any more."""
    encounter.visit_type, encounter.is_type_settled = visit_type.value, True
    encounter.save(update_fields=["visit_type", "is_type_settled"])
    log.record("encounter.type-settled", entity=encounter, patient_id=encounter.patient_id,
               detail={"type": visit_type.value}, actor=actor, now=now)  # fmt: skip


def _begin_waiting(encounter: Encounter, *, finished: bool, now: datetime) -> None:
    """A visit that has just finished waits for its note and its checklist; one that ended long ago
    is history."""
    if encounter.status != "finished":
        encounter.note_awaited_since = encounter.closing_since = None
    elif finished:
        ended = min(encounter.ended_at or now, now)
        since = ended if now - ended <= HISTORY else None
        encounter.note_awaited_since = encounter.closing_since = since
