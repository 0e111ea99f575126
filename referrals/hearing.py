"""A sweep: what patients answer, and what could not be said to them, moves their referrals.

Each message is read as it is by then, and every fact and every piece of work has a key that names
it: looking twice tells nothing twice.
"""

import logging
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
from outbox.reaching import same_person
from outbox.states import IntentState
from referrals import operations
from referrals.models import Referral
from referrals.operations import Telling
from referrals.states import Appointment, Attendance, Axis, Source
from referrals.works import Work
from routing.categories import Category
from routing.operations import Absence, open_absences
from routing.rulebook import NoRules
from tenants import wake
from tenants.models import Topic
from tenants.rounds import Swept, alone
from tenants.trouble import is_away

logger = logging.getLogger(__name__)

ACTOR = Actor.machine("referrals.hearing")
BATCH = 200
RETRY_AFTER = timedelta(minutes=1)
LATELY = timedelta(days=60)
"""An answer is about something that was written of within this time."""

ASKS_NOTHING = frozenset({Meaning.STOP, Meaning.START, Meaning.HELP, Meaning.NOTED})
"""What is asked for by these was done when they came."""

FACTS = {
    Meaning.BOOKED: (Axis.APPOINTMENT, Appointment.BOOKED),
    Meaning.SEEN: (Axis.ATTENDANCE, Attendance.SEEN),
}
WORKS = {
    Meaning.DECLINED: Work.PATIENT_DECLINED, Meaning.CALL_ME: Work.CALL_PATIENT,
    Meaning.WRONG_PERSON: Work.CALL_PATIENT,
}  # fmt: skip

READ = _("Read a patient's message")
READ_WHY = _("A patient wrote, and it is about no open referral.")
STRANGER_WHY = _("It came from a phone of nobody here, or of several patients.")
NOT_SENT = _("A message did not reach the patient")
NOT_SENT_WHY = _("Call or mail instead, and correct the number.")


def sweep(*, now: datetime) -> Swept:
    """Every practice with something due; returns how many wakes were taken. A practice in trouble
    is alone in it, and so is a message."""
    taken, fired = 0, 0
    for practice_id in wake.practices_due(Topic.ANSWERED, now=now):
        with alone(practice_id), transaction.atomic():
            ids = wake.claim(Topic.ANSWERED, limit=BATCH, now=now)
            taken += len(ids)
            fired += sum(_alone(pk, now=now) for pk in sorted(ids))
    return Swept(taken, fired=fired)


def _alone(message_id: UUID, *, now: datetime) -> bool:
    """One message; where that fails it costs itself only, and is looked at again in a minute."""
    try:
        with transaction.atomic():
            return hear(message_id, now=now)
    except NoRules:
        wake.call(Topic.ANSWERED, [(message_id, now + RETRY_AFTER)])
    except Exception as error:
        if is_away(error):
            raise
        logger.exception("message not heard", extra={"entity": str(message_id)})
        wake.call(Topic.ANSWERED, [(message_id, now + RETRY_AFTER)])
    return False


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
        return _ask_anybody(message, READ, why, now=now)
    referral = likely[0]
    if len(likely) > 1:
        return _ask(referral, Work.READ_REPLY, message, now=now)
    message.about_id = referral.pk
    message.save(update_fields=["about_id"])
    if meaning in FACTS:
        _tell(referral, *FACTS[meaning], message, now=now)
        return True
    is_booked = referral.appointment == Appointment.BOOKED
    if meaning is Meaning.CONFIRM and is_booked:
        return False
    # What helps to book ends by itself once that is done, and here it is done.
    work = Work.READ_REPLY if is_booked else WORKS.get(meaning, Work.READ_REPLY)
    return _ask(referral, work, message, now=now)


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
