"""A sweep: what patients answer, and what could not be said to them, moves their referrals.

Each message is read as it is by then, and every fact and every piece of work has a key that names
it: looking twice tells nothing twice.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from audit.actors import Actor
from outbox import operations as outbox
from outbox.models import Direction, PatientMessage
from outbox.patient_replies import Meaning
from outbox.patient_words import Template
from outbox.phones import shown
from outbox.reaching import same_person
from outbox.states import IntentState
from referrals import operations
from referrals.models import Referral
from referrals.operations import Telling
from referrals.states import Appointment, Attendance, Axis, Source
from referrals.sweeping import sweep_topic
from referrals.works import Work
from routing.categories import Category
from routing.operations import Absence, open_absences
from tenants.models import Topic
from tenants.rounds import Swept

ACTOR = Actor.machine("referrals.hearing")
LATELY = timedelta(days=60)
"""An answer is about something that was written of within this time."""

ASKS_NOTHING = frozenset({Meaning.STOP, Meaning.START, Meaning.HELP, Meaning.NOTED})
"""What is asked for by these was done when they came."""

FACTS = {
    Meaning.BOOKED: (Axis.APPOINTMENT, Appointment.BOOKED),
    Meaning.SEEN: (Axis.ATTENDANCE, Attendance.SEEN),
}
WORKS = {
    Meaning.DECLINED: Work.PATIENT_DECLINED, Meaning.CALL_ME: Work.CALL_BACK,
    Meaning.RESCHEDULE: Work.CALL_BACK, Meaning.WRONG_PERSON: Work.CALL_PATIENT,
}  # fmt: skip

READ = _("Read a patient's message")
READ_WHY = _("A patient wrote, and it is about no open referral.")
STRANGER_WHY = _("It came from a phone of nobody here, or of several patients.")
NOT_SENT = _("A message did not reach the patient")
NOT_SENT_WHY = _("Call or mail instead, and correct the number.")


def sweep(*, now: datetime) -> Swept:
    """Every practice with an answer, or with something that did not reach its patient."""
    return sweep_topic(Topic.ANSWERED, hear, now=now)


@transaction.atomic
def hear(message_id: UUID, *, now: datetime) -> bool:
    """Let one message do what it does to its referral; whether it did anything."""
    message = PatientMessage.objects.lock([message_id]).first()
    if message is None:
        return False
    works: Callable[..., bool] = _answered if message.direction == Direction.IN else _unsent
    return works(message, now=now)


def _answered(message: PatientMessage, *, now: datetime) -> bool:
    meaning = Meaning(message.meaning)
    if meaning in ASKS_NOTHING:
        return False
    likely = _likely(message)
    if not likely:
        why = READ_WHY if message.patient_id else STRANGER_WHY
        return _ask_anybody(message, f"{READ}: {_quoted(message)}", why, now=now)
    referral = likely[0]
    if len(likely) > 1:
        return _ask(referral, Work.READ_REPLY, message, now=now)
    message.about_id = referral.pk
    message.save(update_fields=["about_id"])
    if meaning in FACTS:
        _tell(referral, *FACTS[meaning], message, now=now)
        return True
    if meaning is Meaning.CONFIRM and referral.appointment == Appointment.BOOKED:
        return False
    return _ask(referral, WORKS.get(meaning, Work.READ_REPLY), message, now=now)


def _quoted(message: PatientMessage) -> str:
    """Who reads it need not look for it: a stranger has no page."""
    words = " ".join(message.body.split())
    return words if message.patient_id else f"{shown(message.number)}: {words}"


def _likely(message: PatientMessage) -> list[Referral]:
    """The open referrals that a message may be about, the newest first: those that were written of
    lately, else all of the patient's."""
    if message.patient_id is None:
        return []
    people = same_person(message.patient_id)
    rows = Referral.objects.filter(patient__in=people, closed_at__isnull=True)
    open_ones = list(rows.order_by("-ordered_at", "pk"))
    written = set(
        PatientMessage.objects.filter(
            patient__in=people, direction=Direction.OUT, about_id__isnull=False,
            at__gt=message.at - LATELY, at__lte=message.at,
        ).values_list("about_id", flat=True)
    )  # fmt: skip
    return [one for one in open_ones if one.pk in written] or open_ones


def _tell(
    referral: Referral, axis: Axis, value: str, message: PatientMessage, *, now: datetime
) -> None:
    """A booking by any way ends what asks the patient to book."""
    told = Telling(
        key=f"text:{message.pk}", axis=axis, value=value, at=message.at, source=Source.PATIENT
    )
    operations.tell(referral_id=referral.pk, tellings=[told], actor=ACTOR, now=now)
    outbox.call_off_patient(referral.pk, actor=ACTOR, now=now)


def _unsent(message: PatientMessage, *, now: datetime) -> bool:
    """What did not reach the patient, and is still to be said, a person says."""
    intent, contact = message.intent, message.contact
    if intent is None or contact is None or message.template == Template.ANSWER:
        return False
    useless = intent.state == IntentState.CANCELLED and contact.broken_at is not None
    if intent.state != IntentState.FAILED and not useless:
        return False
    if message.about_id is None:
        return _ask_anybody(message, NOT_SENT, NOT_SENT_WHY, now=now)
    referral = Referral.objects.filter(pk=message.about_id, closed_at__isnull=True).first()
    if referral is None or referral.appointment == Appointment.BOOKED:
        return False
    return _ask(referral, Work.CALL_PATIENT, message, now=now)


def _ask(referral: Referral, work: Work, message: PatientMessage, *, now: datetime) -> bool:
    asked = operations.ask(
        referral_id=referral.pk, work=work, key=f"message:{message.pk}", actor=ACTOR, now=now
    )
    return asked is not None


def _ask_anybody(message: PatientMessage, title: str, why: str, *, now: datetime) -> bool:
    """Of no referral: it is work all the same."""
    absence = Absence(
        category=Category.ADMINISTRATIVE_MESSAGE, about_id=message.pk, title=title, reason=why,
        since=message.at, patient_id=message.patient_id,
    )  # fmt: skip
    return bool(open_absences([absence], actor=ACTOR, now=now))
