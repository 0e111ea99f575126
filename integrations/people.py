"""Who the messages of a batch are about: patients changed, merged and seen, before anything is
filed of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from audit.actors import Actor
from charts import encounters, patients
from charts.models import Patient
from integrations.events import PatientChanged, PatientsMerged, VisitChanged
from integrations.outcomes import Outcome
from referrals import operations as referrals
from routing import operations as routing


def apply(outcomes: Sequence[Outcome], *, actor: Actor, now: datetime) -> set[UUID]:
    """What the messages say of people and their visits.

    Returns:
        Patients of whom something became known that their results are judged by.
    """
    events = [event for outcome in outcomes for event in outcome.reading.events]
    said = [event.patient for event in events if isinstance(event, PatientChanged)]
    told = patients.find_or_register(said, overwrite=True, actor=actor, now=now) if said else []
    joined = {
        patient_id
        for event in events
        if isinstance(event, PatientsMerged)
        for patient_id in _merged(event, actor=actor, now=now)
    }
    seen = [
        _seen(event, outcome, actor=actor, now=now)
        for outcome in outcomes
        for event in outcome.reading.events
        if isinstance(event, VisitChanged)
    ]
    return {patient.pk for patient in (*told, *seen) if patient.risk_is_new} | joined


def _merged(event: PatientsMerged, *, actor: Actor, now: datetime) -> list[UUID]:
    """The survivor, if anybody ended in them."""
    kept, ended = patients.merge(event.survivor, event.gone, actor=actor, now=now)
    routing.follow_merge(survivor=kept, gone=ended, actor=actor, now=now)
    referrals.follow_merge(survivor=kept, gone=ended, actor=actor, now=now)
    return [kept.pk] if ended else []


def _seen(event: VisitChanged, outcome: Outcome, *, actor: Actor, now: datetime) -> Patient:
    visit = encounters.record_visit(
        event.patient,
        source=outcome.message.feed.slug,
        number=event.number,
        status=event.status.value,
        location_code=event.location,
        attending=event.attending,
        started_at=event.started_at,
        ended_at=event.ended_at,
        visit_type=event.visit_type,
        actor=actor,
        now=now,
    )
    patient: Patient = visit.patient
    return patient
