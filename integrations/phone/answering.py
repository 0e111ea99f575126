"""Who answers from a phone: a member, a patient, or somebody whom nobody here knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit.actors import Actor
from integrations.phone.case import Arrived, caller_of, open_pages
from integrations.phone.operations import work_reply
from outbox import operations as outbox
from outbox.models import Channel
from outbox.patient_replies import Meaning, mean
from outbox.replies import Asked

EVERYWHERE = frozenset({Meaning.STOP, Meaning.START})
"""They hold for the number, whoever has it."""

SAYS_NOTHING = frozenset({Meaning.UNCLEAR, Meaning.NOTED, Meaning.HELP, Meaning.AGREES})
"""As a patient's: where a page is open at the phone, it answers that."""


@dataclass(frozen=True, slots=True)
class Audience:
    """As whose an answer is worked; it may be both."""

    member: bool
    patient: bool
    is_shared: bool = False
    """A member and a patient have this phone."""


@transaction.atomic
def work(
    arrived: Arrived, *, actor: Actor, now: datetime, codes: Sequence[str] = ()
) -> str:  # fmt: skip
    """Work an answer as that of whoever may have given it; returns what a call says back."""
    audience = audience_of(arrived, now=now)
    if audience.patient:
        outbox.hear_patient(
            provider_id=arrived.provider_id, number=arrived.number, body=arrived.body,
            is_members=audience.is_shared, actor=actor, now=now,
        )  # fmt: skip
    return work_reply(arrived, actor=actor, now=now, codes=codes) if audience.member else ""


def audience_of(arrived: Arrived, *, now: datetime) -> Audience:
    """A page that is open at the phone comes first, then what patients say.

    What a stranger writes is read as a patient's, but for an answer to a page.
    """
    if arrived.channel == Channel.VOICE:
        return Audience(member=True, patient=False)
    caller = caller_of(arrived)
    answers = arrived.heard.asked in (Asked.TAKE, Asked.DECLINE)
    if not outbox.is_patients_phone(arrived.number):
        members = bool(caller.contacts) or answers
        return Audience(member=members, patient=not members)
    meaning = mean(arrived.body)
    if meaning in EVERYWHERE:
        return Audience(member=bool(caller.contacts), patient=True, is_shared=bool(caller.active))
    paged = bool(open_pages(caller, now)) and meaning in SAYS_NOTHING
    members = bool(caller.active) and (paged or (answers and bool(arrived.heard.reference)))
    return Audience(member=members, patient=not members, is_shared=bool(caller.active))
