"""Elm Street with a letterhead, a patient who may be texted, and a provider that only pretends."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from audit.actors import Actor
from charts.models import Patient, PatientIdentifier
from outbox import delivery, operations
from outbox.consent import Basis, ConsentSource, PatientWay
from outbox.models import Intent, PatientMessage
from outbox.patient_words import Template
from tenants.rounds import Watch
from tests.outbox.sending.conftest import provider

__all__ = ["provider"]

NOON = datetime(2026, 11, 16, 17, 0, tzinfo=UTC)
"""In New York."""
MOBILE = "+12025550177"
ACTOR = Actor.machine("tests.patients")
BOTH = (Basis.TREATMENT, Basis.TCPA)


@pytest.fixture
def elm(elm_street):
    with elm_street.scoped():
        yield elm_street


@pytest.fixture
def head(elm):
    return operations.set_letterhead(
        name="Elm Street Family Medicine", phone="(202) 555-0100", address="1 Elm St\nTroy, NY",
        portal_address="https://portal.example/messages", actor=ACTOR, now=NOON,
    )  # fmt: skip


def somebody(**more) -> Patient:
    held = {
        "family": "Marsh", "given": "Hana", "phone": "(202) 555-0177", "language": "en",
        "state": "NY", "email": "hana@example.com", "updated_at": NOON,
    } | more  # fmt: skip
    with transaction.atomic():
        patient = Patient.objects.create(**held)
        PatientIdentifier.objects.create(
            patient=patient, assigner="ELM", value=f"{patient.pk.int % 10**6}", type="MR"
        )
    return patient


def agrees(patient, way=PatientWay.SMS, *, given=True, bases=None, now=NOON):
    bases = bases or (BOTH if way is PatientWay.SMS else [Basis.TREATMENT])
    return operations.record_consent(
        patient_id=patient.pk, way=way, bases=bases, given=given, source=ConsentSource.FORM,
        at=now, actor=ACTOR, now=now,
    )  # fmt: skip


@pytest.fixture
def hana(head):
    patient = somebody()
    agrees(patient)
    return patient


def nudge(patient, *, key="nudge:1", way=PatientWay.SMS, now=NOON, about=None, **more):
    return operations.write_to_patient(
        patient_id=patient.pk, key=key, way=way, about_id=about or uuid4(),
        template=more.pop("template", Template.NUDGE), actor=ACTOR, now=now, **more,
    )  # fmt: skip


def texts(body, *, number=MOBILE, sid="SM1", now=NOON + timedelta(hours=1), **more):
    return operations.hear_patient(
        provider_id=sid, number=number, body=body, actor=ACTOR, now=now, **more
    )


def message(written) -> PatientMessage:
    with transaction.atomic():
        return PatientMessage.objects.select_related("intent", "contact").get(pk=written.message_id)


def intent(written) -> Intent:
    found = message(written).intent
    assert found is not None
    return found


def deliver(now=NOON) -> int:
    watch, done = Watch(now), 0
    while taken := delivery.sweep(now=watch.now()):
        done += taken
    return done
