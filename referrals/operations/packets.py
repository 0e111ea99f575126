"""A packet is made: from the chart as it is at that moment, and never changed."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from charts.models import Attachment, ChartItem
from charts.values import ItemKind
from referrals import packing
from referrals.models import Packet, PacketPart, Part, Referral, Specialist
from referrals.operations.inviting import invite, revoke_former
from referrals.operations.refusals import Hindrance, NotSent
from referrals.operations.telling import locked
from referrals.packet.contents import AnswerBy, Contents
from referrals.packet.pages import PacketTooLarge, Pages, lay_out
from tenants.ids import uuid7

OF_KIND = {ItemKind.RESULT: Part.RESULT, ItemKind.DOCUMENT: Part.NOTE}


@transaction.atomic
def make_packet(
    *, referral_id: UUID, items: Collection[UUID] | None = None, actor: Actor, now: datetime
) -> Packet:
    """Put together what the specialist gets. Its cover invites them to answer; what earlier covers
    and links invited to is revoked.

    `items`: the results and notes that go along, of those that `packing.offered` names; None: the
    recent ones, of a restricted chart none.

    Raises:
        NoReferral: there is no such referral.
        NotSent: it names no specialist, is closed, or does not fit (TOO_LARGE).
    """
    referral = locked(referral_id)
    specialist = referral.specialist
    if specialist is None:
        raise NotSent(Hindrance.NO_SPECIALIST)
    if not referral.is_open:
        raise NotSent(Hindrance.CLOSED)
    going = packing.chosen(packing.offered(referral, now=now), items)
    answer_by = _answer_by(referral, actor=actor, now=now)
    pages = _pages(referral, specialist, going, answer_by, now)
    packet = _packet(referral, pages, actor=actor, now=now)
    packet.save(force_insert=True)
    printed = _printed(going, pages.contents)
    attached = packing.documents(printed)
    PacketPart.objects.bulk_create(_parts(packet, pages.contents, printed, attached))
    log.record("packet.made", entity=packet, patient_id=referral.patient_id, actor=actor, now=now,
               detail={"referral": str(referral.pk), "pages": packet.pages})  # fmt: skip
    return packet


def _answer_by(referral: Referral, *, actor: Actor, now: datetime) -> AnswerBy:
    revoke_former(referral_id=referral.pk, actor=actor, now=now)
    invited = invite(referral_id=referral.pk, actor=actor, now=now)
    until = invited.until.astimezone(packing.zone_of(referral)).date()
    return AnswerBy(invited.address, invited.code, until)


def _packet(referral: Referral, pages: Pages, *, actor: Actor, now: datetime) -> Packet:
    return Packet(
        id=uuid7(), referral=referral, specialist=referral.specialist, pdf=pages.pdf,
        digest=hashlib.sha256(pages.pdf).hexdigest(), pages=pages.count, size=len(pages.pdf),
        left_out=pages.contents.left_out, made_at=now, member_id=actor.membership_id,
        actor_name=actor.name,
    )  # fmt: skip


def _pages(
    referral: Referral,
    specialist: Specialist,
    going: Sequence[ChartItem],
    answer_by: AnswerBy,
    now: datetime,
) -> Pages:
    try:
        return lay_out(packing.contents(referral, specialist, going, answer_by=answer_by, now=now))
    except PacketTooLarge:
        raise NotSent(Hindrance.TOO_LARGE) from None


def _printed(going: Sequence[ChartItem], kept: Contents) -> list[ChartItem]:
    """Those that fitted: the pages keep the first of each kind."""
    room = {ItemKind.RESULT: len(kept.results), ItemKind.DOCUMENT: len(kept.notes)}
    return [
        item
        for kind, most in room.items()
        for item in [one for one in going if one.kind == kind][:most]
    ]


def _parts(
    packet: Packet, kept: Contents, printed: Sequence[ChartItem], attached: Sequence[Attachment]
) -> list[PacketPart]:
    counts = {
        Part.DEMOGRAPHICS: 1, Part.QUESTION: int(bool(kept.question or kept.reason)),
        Part.INSURANCE: int(bool(kept.insurance)), Part.PROBLEM: len(kept.problems),
        Part.MEDICATION: len(kept.medications),
    }  # fmt: skip
    parts = [PacketPart(packet=packet, kind=kind, count=n) for kind, n in counts.items() if n]
    parts += [
        PacketPart(packet=packet, kind=OF_KIND[ItemKind(item.kind)], item=item,
                   version=item.version)
        for item in printed
    ]  # fmt: skip
    parts += [
        PacketPart(packet=packet, kind=Part.DOCUMENT, item_id=one.item_id, attachment=one)
        for one in attached
    ]
    return parts
