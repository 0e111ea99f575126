"""A sweep: the mailbox of each practice's HISP is read, and each message of it taken once.

The place up to which it was taken is written with what came of the message, so that an end at any
line costs nothing and doubles nothing. Nothing is marked or moved in the mailbox, and no report is
ever answered.
"""

import logging
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from audit.actors import Actor
from integrations import receiver
from integrations.cda import reading as cda
from integrations.fhir import body as fhir_body
from integrations.fhir import reading as fhir
from integrations.models import Feed, InboundMessage, MessageState
from integrations.receiver import Arrival
from referrals import credentials
from referrals import operations as referrals
from referrals.lines import hisp
from referrals.models import Carrier
from referrals.ways import Step
from referrals.wire import direct
from referrals.wire.answers import Trouble
from referrals.wire.direct import Arrived
from referrals.wire.documents import Document, Kind
from referrals.wire.mdn import Notification, Word
from tenants import scope
from tenants.rounds import each_practice
from tenants.sealing import SealBroken

logger = logging.getLogger(__name__)

ACTOR = Actor.machine("integrations.mailbox")
TOO_LARGE = b"This message is too large to be read here. Open it in the mailbox of the HISP."
STEPS = {Word.PROCESSED: Step.PROCESS, Word.DISPATCHED: Step.DELIVER, Word.FAILED: Step.FAIL}


def sweep(*, now: datetime) -> int:
    """The mailboxes of all practices; returns how many messages were taken."""
    return each_practice(partial(_sweep_practice, now=now))


def _sweep_practice(_: UUID, *, now: datetime) -> int:
    with transaction.atomic():
        open_ones = Carrier.objects.filter(kind=Carrier.Kind.HISP, closed_at__isnull=True)
        carrier = open_ones.first()
    if carrier is None:
        return 0
    try:
        edge = credentials.edge(carrier)
    except SealBroken:
        post = hisp.Post(carrier.mail_validity, trouble=Trouble.SIGN_IN)
    else:
        post = hisp.collect(edge, validity=carrier.mail_validity, after=carrier.mail_seen)
    if post.trouble is not None:
        _mark(carrier, carrier.mail_validity, carrier.mail_seen, post.trouble.value, now=now)
        return 0
    if post.validity != carrier.mail_validity and not post.messages:
        _mark(carrier, post.validity, 0, "", now=now)
    for number, raw in post.messages:
        _take(carrier, post.validity, number, raw, now=now)
    return len(post.messages)


def _mark(carrier: Carrier, validity: int, seen: int, trouble: str, *, now: datetime) -> None:
    referrals.mark_mailbox(carrier_id=carrier.pk, validity=validity, seen=seen, trouble=trouble,
                           actor=ACTOR, now=now)  # fmt: skip


def _take(carrier: Carrier, validity: int, number: int, raw: bytes, *, now: datetime) -> None:
    """One message, with the place after it, in one transaction. One that breaks its reader is kept
    whole for a person, so that the mailbox goes on behind it."""
    place = f"mail/{validity}/{number}"
    try:
        with transaction.atomic():
            take_in(carrier, raw, place, now=now)
            _mark(carrier, validity, number, "", now=now)
    except Exception:
        logger.exception("mail not taken in", extra={"entity": str(carrier.pk)})
        with transaction.atomic():
            _receive(carrier, place, "", raw or TOO_LARGE, now=now)
            _mark(carrier, validity, number, "", now=now)


def take_in(carrier: Carrier, raw: bytes, place: str, *, now: datetime) -> None:
    """What one message of the mailbox comes to: a receipt, messages of the feed, documents to
    file; one that could not be read is a document to file itself.

    Args:
        carrier: whose mailbox it is.
        raw: the message; empty: it is too large to be fetched.
        place: in the mailbox; names what names itself by nothing.
        now: the present.
    """
    said = direct.read(raw)
    if said.notification is not None:
        _hear(carrier, said.notification, place, now=now)
        return
    feed = Feed.objects.get(slug=carrier.feed_slug)
    name = said.id or place
    named = [(f"{name}/{n}", one) for n, one in enumerate(said.documents, 1)]
    came = [(key, one, _arrival(feed, one, said, key)) for key, one in named]
    taken = [made for *_, made in came if made is not None]
    if taken:
        receiver.store(taken, now=now)
    for key, one, made in came:
        if made is None:
            _receive(carrier, key, said.sender, one.body, now=now)
    if said.faults:
        _receive(carrier, place, said.sender, raw or TOO_LARGE, now=now)


def _hear(carrier: Carrier, report: Notification, place: str, *, now: datetime) -> None:
    name = report.id or place
    step = STEPS.get(report.word)
    trouble = Trouble.REFUSED if step is Step.FAIL else None
    referrals.hear(
        carrier_id=carrier.pk, key=f"{name}/{report.word}", about=report.about, step=step,
        trouble=trouble, actor=ACTOR, now=now,
    )  # fmt: skip


def _receive(carrier: Carrier, key: str, sender: str, body: bytes, *, now: datetime) -> None:
    referrals.receive_paper(carrier_id=carrier.pk, key=key, sender=sender, body=body, actor=ACTOR,
                            now=now)  # fmt: skip


def _arrival(feed: Feed, one: Document, said: Arrived, name: str) -> Arrival | None:
    """The document as a message of the feed; None where a person must look at it."""
    if one.kind not in ARRIVALS:
        return None
    made = ARRIVALS[one.kind](feed, one.body, name)
    made.sender = made.sender or receiver.storable(said.sender)[:200]
    return None if made.state == MessageState.REJECTED else made


def _hl7(feed: Feed, raw: bytes, _: str) -> Arrival:
    return receiver.arrival_of_hl7(raw, practice_id=scope.current(), feed_id=feed.pk)


def _ccda(feed: Feed, raw: bytes, name: str) -> Arrival:
    said = cda.interpret(raw, zone=feed.time_zone, max_bytes=len(raw))
    return receiver.arrival_of_fhir(
        raw, practice_id=scope.current(), feed_id=feed.pk, control_id=name,
        resource_type="ClinicalDocument", order_key=cda.order_key_of(said),
        cause="; ".join(sorted({one.code.value for one in said.refusals})),
        standard=InboundMessage.Standard.CCDA,
    )  # fmt: skip


def _fhir(feed: Feed, raw: bytes, name: str) -> Arrival:
    parsed = fhir_body.parse(raw, max_bytes=len(raw))
    key = ""
    if parsed.is_valid:
        key = fhir.order_key(parsed, zone=feed.time_zone, source=feed.slug)
    faults = sorted({one.code.value for one in parsed.issues if one.is_error})
    return receiver.arrival_of_fhir(
        raw, practice_id=scope.current(), feed_id=feed.pk, control_id=name,
        resource_type=parsed.type, order_key=key,
        cause="" if parsed.is_valid else "; ".join(faults),
    )  # fmt: skip


ARRIVALS = {Kind.HL7: _hl7, Kind.CCDA: _ccda, Kind.FHIR: _fhir}
"""What a machine reads by itself; the rest a person files."""
