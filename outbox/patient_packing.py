"""From a claimed intent to a patient to its parcel, or to the reason why none is sent.

What was true when it was written may not be any more: consent, the hour and the words are looked at
once more in the transaction of the claim.
"""

from datetime import datetime

from django.utils.translation import gettext_noop as _

from audit import log
from audit.actors import Actor
from charts.models import Patient
from outbox import addresses
from outbox.channels.outcomes import Busy, Outcome, Parcel, Refused
from outbox.daytime import by_day, is_day
from outbox.linter import Found
from outbox.models import Channel, Intent, PatientMessage
from outbox.patient_wording import found_in
from outbox.patient_words import Template
from outbox.reaching import WAYS, letterhead, objects, said_by, zones
from outbox.wording import BLOCKED


def is_patients(intent: Intent) -> bool:
    """Whether it goes to a patient."""
    return intent.contact is not None and intent.contact.patient_id is not None


def patient_parcel(intent: Intent, *, now: datetime) -> Parcel:
    """What goes out: the words are the thread's."""
    message, head = _message(intent), letterhead()
    assert intent.contact is not None
    assert head is not None
    to_portal = intent.channel == Channel.PORTAL
    return Parcel(
        intent_id=intent.pk, contact_id=head.pk if to_portal else intent.contact_id,
        address=head.portal_address if to_portal else intent.contact.address,
        recipient=intent.contact.address if to_portal else "",
        subject=message.subject, body=message.body, reference="", is_page=False,
        since=intent.created_at, at=now, status_url=addresses.status(intent.pk),
        answer_url=addresses.voice(intent.pk), language=message.language,
    )  # fmt: skip


def patient_instead(intent: Intent, *, actor: Actor, now: datetime) -> Outcome | None:
    """Why it is not sent now; None where it may be."""
    message, patient = _message(intent), _patient(intent)
    if intent.template == Template.ANSWER:
        return None  # to a text of this moment, phone in hand
    if patient.is_deceased:
        return Refused(_("the patient has died"))
    if objects(WAYS[intent.channel], said_by(patient.pk)) is not None:
        return Refused(_("the patient does not want it this way"))
    if found := found_in(message, patient, letterhead()):
        return _blocked(intent, found, actor=actor, now=now)
    assert intent.contact is not None
    where = zones(patient, intent.contact.address if intent.channel == Channel.SMS else "")
    if not is_day(where, now):
        return Busy(_("it is night where the patient is"), until=by_day(where, now))
    return None


def _blocked(intent: Intent, found: list[Found], *, actor: Actor, now: datetime) -> Outcome:
    kinds = sorted({one.kind.value for one in found})
    log.record(BLOCKED, entity=intent, outcome="failed", detail={"kinds": kinds}, actor=actor,
               now=now)  # fmt: skip
    return Refused(_("the words say something about the patient"))


def _message(intent: Intent) -> PatientMessage:
    found: PatientMessage = PatientMessage.objects.get(intent=intent.pk)
    return found


def _patient(intent: Intent) -> Patient:
    assert intent.contact is not None
    assert intent.contact.patient is not None
    patient: Patient = intent.contact.patient
    kept: Patient | None = patient.merged_into
    return kept or patient
