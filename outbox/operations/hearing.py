"""What a patient texts back: kept once, understood where it can be, and told to whoever wrote."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from audit import log
from audit.actors import Actor
from charts.models import Patient
from outbox import patient_words
from outbox.consent import ConsentSource, PatientWay
from outbox.failures import Broken
from outbox.models import Channel, Contact, Direction, PatientMessage
from outbox.operations.consenting import bring_patient_contact, opt_in, opt_out
from outbox.operations.contacts import break_contact
from outbox.operations.writing import send
from outbox.patient_replies import LONGEST, Meaning, mean
from outbox.patient_wording import filled
from outbox.patient_words import Template
from outbox.phones import NotAPhone, e164
from outbox.reaching import language, letterhead, patients_at, survivor
from tenants import bulk, wake
from tenants.models import Topic

LATELY = timedelta(days=30)
"""A text answers what was sent within this time."""
MOST_ANSWERS, WITHIN = 3, timedelta(hours=1)
"""Two machines must not go on talking to each other."""


@dataclass(frozen=True, slots=True)
class Phone:
    """Whose phone it is, as far as we know."""

    number: str
    contacts: Sequence[Contact] = ()
    patient: Patient | None = None
    """Who wrote; None where nobody or several may have."""


@transaction.atomic
def hear_patient(
    *, provider_id: str, number: str, body: str, is_members: bool = False, actor: Actor,
    now: datetime,
) -> PatientMessage | None:  # fmt: skip
    """Keep a text that came in, once, and do what it asks for; None where it was heard before.

    Args:
        is_members: a member answers from this phone too, so a patient must have been written to.
    """
    phone = _phone(number, is_members=is_members, actor=actor, now=now)
    message = PatientMessage(
        key=f"in:{provider_id}", patient=phone.patient, direction=Direction.IN, way=PatientWay.SMS,
        contact=_contact_of(phone), body=body[:LONGEST], number=phone.number[:40],
        meaning=_meaning(phone, body), actor_name=actor.name, at=now,
    )  # fmt: skip
    if not bulk.insert_new(PatientMessage, [message]):
        return None
    log.record("patient.answered", entity=message, detail={"meaning": message.meaning},
               patient_id=phone.patient.pk if phone.patient else None,
               actor=actor, now=now)  # fmt: skip
    if work := WORKS.get(Meaning(message.meaning)):
        work(phone, actor, now)
    _say_back(message, phone, actor=actor, now=now)
    wake.call(Topic.ANSWERED, [(message.pk, now)])
    return message


def is_patients_phone(number: str) -> bool:
    """Whether a patient has this number."""
    return bool(patients_at(number))


def written_lately(number: str, *, now: datetime) -> set[Patient]:
    """The patients who were written to at this number lately."""
    rows = PatientMessage.objects.filter(
        contact__address=number, contact__channel=Channel.SMS, direction=Direction.OUT,
        patient__isnull=False, at__gt=now - LATELY,
    ).exclude(template=Template.ANSWER)  # fmt: skip
    return {survivor(pk) for pk in set(rows.values_list("patient", flat=True)) if pk}


def _phone(number: str, *, is_members: bool, actor: Actor, now: datetime) -> Phone:
    try:
        number = e164(number)
    except NotAPhone:
        return Phone(number)
    known = patients_at(number)
    contacts = [
        bring_patient_contact(
            patient=patient, channel=Channel.SMS, address=number, actor=actor, now=now
        )
        for patient in sorted(known, key=lambda one: one.pk)
        if not _holds(patient, number)
    ]
    held = Contact.objects.filter(
        address=number, channel=Channel.SMS, patient__isnull=False, removed_at__isnull=True
    ).select_related("patient__merged_into")  # fmt: skip
    written = written_lately(number, now=now)
    likely = written if len(known) > 1 or is_members else set(known)
    return Phone(number, list(held) or contacts, likely.pop() if len(likely) == 1 else None)


def _holds(patient: Patient, number: str) -> bool:
    return Contact.objects.filter(
        patient=patient, channel=Channel.SMS, address=number, removed_at__isnull=True
    ).exists()


def _contact_of(phone: Phone) -> Contact | None:
    own = [one for one in phone.contacts if phone.patient and _is_of(one, phone.patient)]
    return next(iter(own), None)


def _is_of(contact: Contact, patient: Patient) -> bool:
    return patient.pk in (contact.patient_id, contact.patient and contact.patient.merged_into_id)


def _meaning(phone: Phone, body: str) -> Meaning:
    """A bare yes means what was asked; to a phone that opted out the network takes it for START."""
    meaning = mean(body)
    if meaning is not Meaning.AGREES:
        return meaning
    if any(one.broken_reason == Broken.OPTED_OUT for one in phone.contacts):
        return Meaning.START
    last = PatientMessage.objects.filter(
        contact__in=phone.contacts, direction=Direction.OUT
    ).order_by("-at", "-pk").first()  # fmt: skip
    asked = last is not None and last.template == Template.CONFIRM
    return Meaning.CONFIRM if asked and phone.patient else Meaning.UNCLEAR


def _stop(phone: Phone, actor: Actor, now: datetime) -> None:
    opt_out(contacts=phone.contacts, source=ConsentSource.REPLY, actor=actor, now=now)


def _start(phone: Phone, actor: Actor, now: datetime) -> None:
    refused = [one for one in phone.contacts if one.broken_reason == Broken.OPTED_OUT]
    opt_in(contacts=refused, source=ConsentSource.REPLY, actor=actor, now=now)


def _not_theirs(phone: Phone, actor: Actor, now: datetime) -> None:
    for contact in phone.contacts:
        break_contact(contact_id=contact.pk, why=Broken.NOT_THEIRS, actor=actor, now=now)


WORKS: dict[Meaning, Callable[[Phone, Actor, datetime], None]] = {
    Meaning.STOP: _stop, Meaning.START: _start, Meaning.WRONG_PERSON: _not_theirs,
}  # fmt: skip

ANSWERS = {
    Meaning.HELP: patient_words.EXPLAINED, Meaning.START: patient_words.BACK_ON,
    Meaning.UNCLEAR: patient_words.WILL_READ, Meaning.CALL_ME: patient_words.WILL_CALL,
    Meaning.RESCHEDULE: patient_words.WILL_CALL, Meaning.DECLINED: patient_words.WILL_CALL,
    Meaning.CONFIRM: patient_words.THANKS, Meaning.BOOKED: patient_words.THANKS,
    Meaning.SEEN: patient_words.THANKS,
}  # fmt: skip
"""To a stop, a wrong number and a thank-you nothing is said."""


def _say_back(message: PatientMessage, phone: Phone, *, actor: Actor, now: datetime) -> None:
    text, head = ANSWERS.get(Meaning(message.meaning)), letterhead()
    contact = _contact_of(phone)
    if text is None or head is None or contact is None or phone.patient is None:
        return
    answered = PatientMessage.objects.filter(
        contact=contact, template=Template.ANSWER, at__gt=now - WITHIN
    )
    if answered.count() >= MOST_ANSWERS or not _is_open(contact):
        return
    spoken = language(phone.patient)
    answer = PatientMessage(
        key=f"answer:{message.pk}", patient=phone.patient, contact=contact,
        direction=Direction.OUT, way=PatientWay.SMS, template=Template.ANSWER,
        body=filled(text, head, spoken), language=spoken, actor_name=actor.name, at=now,
    )  # fmt: skip
    bulk.insert(PatientMessage, [answer])
    send(answer, at=now, actor=actor, now=now)


def _is_open(contact: Contact) -> bool:
    """To whoever opted out nothing more is said, not even that we heard them."""
    return not Contact.objects.filter(pk=contact.pk, broken_at__isnull=False).exists()
