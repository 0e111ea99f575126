"""One message to one patient, once. By a machine's way it goes out like everything else; a
letter or a call is a person's to carry."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from charts.models import Patient
from outbox.choosing import RANK
from outbox.consent import BY_A_PERSON, PatientWay, WhyNot
from outbox.daytime import by_day
from outbox.models import Channel, Contact, Direction, PatientMessage, Urgency
from outbox.operations.consenting import bring_patient_contact
from outbox.operations.intending import Saying, intend
from outbox.patient_wording import Said, found_in, said
from outbox.patient_words import Template
from outbox.reaching import (
    CHANNELS,
    Known,
    Road,
    known_all,
    known_of,
    language,
    roads,
    survivor,
    zones,
)
from tenants import bulk


@dataclass(frozen=True, slots=True)
class Written:
    """It stands in the thread, and goes out from `at` on."""

    message_id: UUID
    at: datetime
    is_new: bool = True
    """False: it was written before under the same key."""


@dataclass(frozen=True, slots=True)
class NotWritten:
    """Nothing was written."""

    why: WhyNot
    kinds: tuple[str, ...] = ()
    """What the words held, where they were blocked."""


def whom(patient_ids: Collection[UUID]) -> Mapping[UUID, Known]:
    """These patients as they are written to; for whoever has more than one thing to ask."""
    rows = {row.pk: row for row in Patient.objects.filter(pk__in=list(patient_ids))}
    kept = {row.merged_into_id for row in rows.values() if row.merged_into_id} - rows.keys()
    more = Patient.objects.filter(pk__in=list(kept)) if kept else ()
    people = rows | {row.pk: row for row in more}
    return known_all({pk: people[row.merged_into_id or pk] for pk, row in rows.items()})


def ways_to(patient_id: UUID, *, known: Known | None = None) -> tuple[PatientWay, ...]:
    """By which ways they may be written to now, in the practice's order. To call and to write a
    letter a person decides, so these are always among them."""
    known = known or known_of(survivor(patient_id))
    return tuple(way for way, road in known.roads.items() if road.why_not is None)


@transaction.atomic
def write_to_patient(
    *, patient_id: UUID, key: str, way: PatientWay, template: Template,
    about_id: UUID | None = None, words: str = "", known: Known | None = None, actor: Actor,
    now: datetime,
) -> Written | NotWritten:  # fmt: skip
    """Write one message, once by its key, to go out by day where the patient is.

    Args:
        words: a member's own, with `Template.FREE`.
        known: the patient, where the caller has read them (`whom`).

    Raises:
        Patient.DoesNotExist: the practice has no such patient.
    """
    if before := PatientMessage.objects.filter(key=key).first():
        return _before(before)
    known = known or known_of(survivor(patient_id))
    patient, head = known.patient, known.head
    road, contact = _held(known, way, actor=actor, now=now)
    if road.why_not is not None or head is None:
        why = road.why_not or WhyNot.NO_LETTERHEAD
        return _not(patient, way, NotWritten(why), actor=actor, now=now)
    text = said(template, way, head, language(patient), words=words)
    message = _message(patient, key, way, template, text, about_id, contact, actor=actor, now=now)
    if found := found_in(message, patient, head):
        kinds = tuple(sorted({one.kind.value for one in found}))
        return _not(patient, way, NotWritten(WhyNot.BLOCKED, kinds), actor=actor, now=now)
    return _write(message, known, actor=actor, now=now)


def _held(
    known: Known, way: PatientWay, *, actor: Actor, now: datetime
) -> tuple[Road, Contact | None]:
    """The way as it is while its contact is held: whoever opts out waits, or was before us."""
    road = known.roads.get(way) or Road(way, why_not=WhyNot.NO_ADDRESS)
    if road.why_not is not None or way in BY_A_PERSON:
        return road, None
    contact = road.contact or bring_patient_contact(
        patient=known.patient, channel=CHANNELS[way], address=road.address, actor=actor, now=now
    )
    held: Contact = Contact.objects.lock([contact.pk]).get()
    return roads(known)[way], held


def _message(
    patient: Patient, key: str, way: PatientWay, template: Template, text: Said,
    about_id: UUID | None, contact: Contact | None, *, actor: Actor, now: datetime,
) -> PatientMessage:  # fmt: skip
    return PatientMessage(
        key=key, patient=patient, contact=contact, direction=Direction.OUT, way=way,
        template=template, subject=text.subject, body=text.body, language=text.language,
        about_id=about_id, member_id=actor.membership_id, actor_name=actor.name, at=now,
    )  # fmt: skip


def _write(message: PatientMessage, known: Known, *, actor: Actor, now: datetime) -> Written:
    if not bulk.insert_new(PatientMessage, [message]):
        return _before(PatientMessage.objects.get(key=message.key))
    at = now
    if message.contact is not None:
        is_phone = message.contact.channel == Channel.SMS
        number = message.contact.address if is_phone else ""
        where = zones(known.patient, number, time_zone=known.time_zone)
        at = by_day(where, now)
        send(message, at=at, actor=actor, now=now)
    log.record(
        "patient.written-to", entity=message, patient_id=known.patient.pk, actor=actor,
        now=now, detail={"way": message.way, "template": message.template,
                "about": str(message.about_id or "")},
    )  # fmt: skip
    return Written(message.pk, at)


def send(message: PatientMessage, *, at: datetime, actor: Actor, now: datetime) -> None:
    """Have a message of the thread go out, from an instant on."""
    assert message.contact is not None
    saying = Saying(
        key=f"patient:{message.pk}", member_id=None, task_id=None,
        channel=Channel(message.contact.channel), contact_id=message.contact.pk,
        urgency=Urgency.NOTICE, template=message.template, body="", rank=RANK[Urgency.NOTICE],
        at=at,
    )  # fmt: skip
    (intent,) = intend([saying], actor=actor, now=now)
    PatientMessage.objects.filter(pk=message.pk).update(intent=intent)


def _before(message: PatientMessage) -> Written:
    at = message.intent.next_at if message.intent else message.at
    return Written(message.pk, at, is_new=False)


def _not(
    patient: Patient, way: PatientWay, refused: NotWritten, *, actor: Actor, now: datetime
) -> NotWritten:
    log.record("patient.not-written-to", entity=patient, patient_id=patient.pk, outcome="denied",
               detail={"way": way, "why": refused.why, "kinds": list(refused.kinds)},
               actor=actor, now=now)  # fmt: skip
    return refused
