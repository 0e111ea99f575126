"""A referral goes out: its packet is made and put in line, by the way that its specialist likes
best of those that lead there."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from referrals.models import Carrier, Fact, Packet, Referral, Specialist, Transmission
from referrals.operations.packets import make_packet
from referrals.operations.refusals import Hindrance, NotSent
from referrals.operations.telling import Telling, locked, tell
from referrals.states import Axis, Source
from referrals.ways import CARRIES, SAYS, UNDER_WAY, Passage, Way
from tenants import wake
from tenants.ids import uuid7
from tenants.models import Topic

SOURCES = {Way.DIRECT: Source.DIRECT, Way.FAX: Source.FAX}
A_MOMENT = timedelta(microseconds=1)

Roads = dict[Way, Carrier]
"""The ways that lead to a specialist, the one they like best first, and who carries each."""


@transaction.atomic
def send_referral(
    *, referral_id: UUID, items: Collection[UUID] | None = None, version: int | None = None,
    actor: Actor, now: datetime,
) -> Transmission:  # fmt: skip
    """Make the packet and put it in line; a sweep brings it on its way.

    Args:
        referral_id: what is sent, to the specialist whom it names.
        items: of the chart, as `make_packet` takes them.
        version: of the referral, as whoever sends it saw it.
        actor: who sends it.
        now: the present.

    Raises:
        NoReferral: there is no such referral.
        Overtaken: it is not as whoever sends it saw it.
        NotSent: it cannot go out; `why` says what hinders it.
    """
    referral = locked(referral_id, version)
    if why := hindrance_of(referral):
        raise NotSent(why)
    found = roads(referral.specialist)
    packet = make_packet(referral_id=referral_id, items=items, actor=actor, now=now)
    way = next(iter(found))
    return queue(packet, way, found[way], at=now, actor=actor, now=now)


def hindrance_of(referral: Referral) -> Hindrance | None:
    """What keeps a referral from going out, as far as it is known before its packet is made."""
    specialist: Specialist | None = referral.specialist
    if not referral.is_open:
        return Hindrance.CLOSED
    if specialist is None:
        return Hindrance.NO_SPECIALIST
    if not specialist.is_active:
        return Hindrance.RETIRED
    if Transmission.objects.filter(referral=referral, passage__in=UNDER_WAY).exists():
        return Hindrance.UNDER_WAY
    return None if roads(specialist) else _without_road(specialist)


def roads(specialist: Specialist) -> Roads:
    """By which ways a packet can go to them now."""
    usable = {one.way: one for one in _carriers() if one.is_usable}
    liked = [Way(one) for one in specialist.ways if Way(one) in CARRIES]
    return {way: usable[way] for way in liked if way in usable and specialist.address(way)}


def queue(
    packet: Packet, way: Way, carrier: Carrier, *, at: datetime, actor: Actor, now: datetime
) -> Transmission:
    """Put one attempt in line; the caller holds the referral."""
    pk = uuid7()
    row = Transmission(
        id=pk, referral_id=packet.referral_id, packet=packet, way=way, carrier=carrier,
        number=1 + Transmission.objects.filter(packet=packet).count(),
        to_address=packet.specialist.address(way), message_id=_message_id(pk, carrier),
        queued_at=now, next_at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    wake.call(Topic.CARRY, [(row.pk, at)])
    log.record("transmission.queued", entity=row, actor=actor, now=now,
               detail={"way": way, "packet": str(packet.pk), "number": row.number})  # fmt: skip
    tell_passage(row, actor=actor, now=now)
    return row


def tell_passage(row: Transmission, *, actor: Actor, now: datetime) -> None:
    """Let the referral's axis know where the attempt stands. It says nothing of acceptance.

    What follows something within one instant is told a moment after it.
    """
    told = Fact.objects.filter(referral=row.referral_id, axis=Axis.TRANSMISSION)
    last = max(told.values_list("at", flat=True), default=now - A_MOMENT)
    at = max(now, last + A_MOMENT)
    said = Telling(
        key=f"transmission:{row.pk}:{row.passage}", axis=Axis.TRANSMISSION,
        value=SAYS[Passage(row.passage)], at=at, source=SOURCES[Way(row.way)],
        detail={"transmission": str(row.pk), "way": row.way, "trouble": row.trouble},
    )  # fmt: skip
    tell(referral_id=row.referral_id, tellings=[said], actor=actor, now=now)


def _without_road(specialist: Specialist) -> Hindrance:
    """What is to be done first, so that a way leads there."""
    known = [way for way in CARRIES if way in specialist.ways and specialist.address(way)]
    if not known:
        unsure = Way.FAX in specialist.ways and specialist.fax
        return Hindrance.NOT_VERIFIED if unsure else Hindrance.NO_ADDRESS
    held = [one for one in _carriers() if one.way in known]
    return Hindrance.NO_AGREEMENT if held else Hindrance.NO_CARRIER


def _carriers() -> list[Carrier]:
    """The open accounts; of two that carry one way the one that was opened first."""
    return list(Carrier.objects.filter(closed_at__isnull=True).order_by("-opened_at", "pk"))


def _message_id(pk: UUID, carrier: Carrier) -> str:
    """The same in every try, so that a repeat can be told. It names nobody."""
    domain = carrier.address.rpartition("@")[2] if carrier.way is Way.DIRECT else "fax.invalid"
    return f"{pk.hex}@{domain}"[:120]
