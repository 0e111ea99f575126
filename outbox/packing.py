"""From a claimed intent to the parcel that a channel takes, or to the reason why none is sent."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop as _

from audit import log
from audit.actors import Actor
from outbox import addresses, limits
from outbox.channels.outcomes import Busy, Moot, Outcome, Parcel, Refused, Unknown
from outbox.models import Channel, Contact, Intent, Urgency
from outbox.operations import Claimed, has_free_way, said_another_way, takes_pin
from outbox.operations.contacts import VERIFIES
from outbox.patient_packing import is_patients, patient_instead, patient_parcel
from outbox.wording import BLOCKED, worded
from tenants.trouble import is_away

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Packed:
    """What to do with a claimed intent: a parcel, or what came of it without sending."""

    claimed: Claimed
    parcel: Parcel | None
    instead: Outcome | None = None


def pack(claimed: Sequence[Claimed], *, actor: Actor, now: datetime) -> list[Packed]:
    """Parcels of what was claimed, in their words; in the transaction of the claim."""
    intents = [one.intent for one in claimed]
    said = said_another_way(row for row in intents if row.urgency == Urgency.PAGE)
    full = limits.full(_contacts(intents), now=now)
    return [_pack(one, one.intent.pk in said, full, actor=actor, now=now) for one in claimed]


def _pack(
    one: Claimed, is_said: bool, full: Mapping[UUID, datetime], *, actor: Actor, now: datetime  # noqa: FBT001
) -> Packed:  # fmt: skip
    """A row that cannot be packed costs itself only: it is tried again, and then another way."""
    try:
        with transaction.atomic():
            if is_patients(one.intent):
                return _to_patient(one, full, actor=actor, now=now)
            parcel = _parcel(one, actor=actor, now=now)
            return Packed(one, parcel, _instead(one.intent, is_said, full, now=now))
    except Exception as error:
        if is_away(error):
            raise
        logger.exception("intent not packed", extra={"entity": str(one.intent.pk)})
        return Packed(one, None, Unknown(_("it could not be packed")))


def _to_patient(
    one: Claimed, full: Mapping[UUID, datetime], *, actor: Actor, now: datetime
) -> Packed:  # fmt: skip
    """Asked after first where nobody knows what came of it: it may be out already."""
    intent = one.intent
    parcel = patient_parcel(intent, now=now)
    until = full.get(intent.contact_id) if intent.contact_id else None
    busy = Busy(_("many messages lately"), until=until) if until else None
    instead = unusable(intent) or patient_instead(intent, actor=actor, now=now) or busy
    return Packed(one, parcel, instead)


def _instead(
    intent: Intent, is_said: bool, full: Mapping[UUID, datetime], *, now: datetime  # noqa: FBT001
) -> Outcome | None:  # fmt: skip
    if is_said:
        return Moot(_("said another way"))
    until = full.get(intent.contact_id) if intent.contact_id else None
    return unusable(intent) or (_full(intent, until, now=now) if until else None)


def unusable(intent: Intent) -> Outcome | None:
    """Why nothing may be sent to its contact; None where it may."""
    contact = intent.contact
    if intent.channel == Channel.IN_APP:
        return None
    if contact is None or contact.removed_at is not None:
        return Refused(_("the contact was removed"))
    if contact.broken_at is not None:
        return Refused(_("the contact does not work"))
    if contact.patient_id is None and contact.verified_at is None and intent.template != VERIFIES:
        return Refused(_("the contact is not verified"))
    return None


def _full(intent: Intent, until: datetime, *, now: datetime) -> Outcome | None:
    """A contact had its share: a page goes another way now, or goes out nonetheless."""
    if intent.task_id is None and intent.urgency != Urgency.PAGE:
        return None  # codes and answers: somebody waits for them, phone in hand
    if intent.urgency != Urgency.PAGE:
        return Busy(_("many messages lately"), until=until)
    return Refused(_("many messages lately")) if has_free_way(intent, now=now) else None


def _contacts(intents: Iterable[Intent]) -> list[Contact]:
    return [row.contact for row in intents if row.contact is not None]


def _parcel(one: Claimed, *, actor: Actor, now: datetime) -> Parcel:
    intent = one.intent
    said = worded(
        intent, names=_names(intent), tasks=_tasks(one),
        takes_pin=intent.channel == Channel.VOICE and takes_pin(intent.member_id),
    )  # fmt: skip
    if said.blocked and intent.attempts == 1:
        log.record(BLOCKED, entity=intent, outcome="failed", detail={"kinds": list(said.blocked)},
                   actor=actor, now=now)  # fmt: skip
    return Parcel(
        intent_id=intent.pk, contact_id=intent.contact_id,
        address=intent.contact.address if intent.contact else "",
        subject=said.subject, body=said.body, reference=intent.reference,
        is_page=intent.urgency == Urgency.PAGE, since=intent.created_at,
        at=now,
        status_url=addresses.status(intent.pk),
        answer_url=addresses.voice(intent.pk),
        link=f"{settings.PUBLIC_URL}/",
        language=intent.member.spoken if intent.member else settings.LANGUAGE_CODE,
    )  # fmt: skip


def _names(intent: Intent) -> list[str]:
    patient = intent.task.patient if intent.task else None
    return [patient.family, patient.given] if patient else []


def _tasks(one: Claimed) -> int:
    return len({row.task_id for row in (one.intent, *one.carried)})
