"""What one step of an attempt brings with it: the axis, the audit, the next way, or a person."""

from datetime import datetime, timedelta
from uuid import UUID

from audit import log
from audit.actors import Actor
from referrals.models import Carrier, Transmission
from referrals.operations.asking import ask, end_work
from referrals.operations.directory import doubt_fax
from referrals.operations.sending import queue, roads, tell_passage
from referrals.operations.telling import locked
from referrals.ways import (
    FINAL,
    HEARD_BY,
    UNDER_WAY,
    Passage,
    Step,
    Tried,
    Way,
    after,
    onward,
)
from referrals.wire.answers import Trouble
from referrals.works import Work
from tenants import wake
from tenants.models import Topic
from tenants.querysets import PracticeQuerySet

ASK_EVERY = timedelta(minutes=30)
"""How often a fax service is asked after a fax of which it told nothing."""
LEFT_US = frozenset({Passage.SENT, Passage.PROCESSED, Passage.DELIVERED, Passage.UNKNOWN})
NOWHERE = frozenset({Passage.FAILED, Passage.UNKNOWN})
MOVED = ("passage", "trouble", "next_at", "lease_until", "sent_at", "heard_at", "ended_at",
         "provider_id")  # fmt: skip


def hold(transmission_id: UUID) -> Transmission | None:
    """The attempt with its carrier and its referral, locked in that order; None: there is none."""
    known = Transmission.objects.filter(pk=transmission_id)
    found = known.values_list("carrier_id", "referral_id").first()
    if found is None:
        return None
    list(Carrier.objects.lock([found[0]]))
    locked(found[1])
    rows = Transmission.objects.lock([transmission_id])
    return rows.select_related("carrier", "referral", "packet__specialist").get()


def take(
    row: Transmission, step: Step, *, trouble: Trouble | None = None, heard: bool = False,
    actor: Actor, now: datetime,
) -> bool:  # fmt: skip
    """One step of a row that the caller holds, with all that follows; False: it leads nowhere."""
    passage = after(step, Passage(row.passage))
    if passage is None or passage == row.passage or _is_overtaken(row, passage):
        return False
    was_out = row.sent_at is not None
    row.passage, row.lease_until = passage.value, None
    row.trouble = trouble or (Trouble.OTHER if passage in NOWHERE else "")
    row.heard_at = now if heard else row.heard_at
    if passage in LEFT_US:
        row.sent_at = row.sent_at or now
    row.ended_at = now if passage in FINAL else None
    row.next_at = look_at(row)
    row.save(update_fields=MOVED)
    if row.next_at is not None:
        wake.call(Topic.CARRY, [(row.pk, row.next_at)])
    _record(row, was_out=was_out, actor=actor, now=now)
    _follow(row, actor=actor, now=now)
    return True


def _is_overtaken(row: Transmission, passage: Passage) -> bool:
    """Whether it would be under way again, while another one is."""
    others = Transmission.objects.filter(referral=row.referral_id, passage__in=UNDER_WAY)
    return passage is Passage.PROCESSED and others.exclude(pk=row.pk).exists()


def look_at(row: Transmission) -> datetime | None:
    """When it is next asked after, or missed."""
    limit = missed_at(row)
    if limit is None or row.way != Way.FAX or row.sent_at is None:
        return limit
    return min(limit, row.sent_at + ASK_EVERY)


def missed_at(row: Transmission) -> datetime | None:
    """By when the next receipt should be here; None: none is awaited."""
    patience = HEARD_BY.get((Way(row.way), Passage(row.passage)))
    return row.sent_at + patience if patience and row.sent_at else None


def _record(row: Transmission, *, was_out: bool, actor: Actor, now: datetime) -> None:
    """The step; with the one by which the packet left us, what was disclosed, to whom and why."""
    detail = {"way": row.way, "trouble": row.trouble, "packet": str(row.packet_id)}
    log.record(f"transmission.{row.passage}", entity=row, detail=detail, actor=actor, now=now)
    if was_out or row.sent_at is None:
        return
    packet = row.packet
    told = [
        {"kind": one.kind, "item": str(one.item_id or ""), "count": one.count}
        for one in packet.parts.order_by("pk")
    ]
    log.record(
        "referral.disclosed", entity=row.referral, patient_id=row.referral.patient_id,
        actor=actor, now=now, detail={
            "packet": str(packet.pk), "to": str(packet.specialist_id), "way": row.way,
            "transmission": str(row.pk), "purpose": packet.purpose, "parts": told,
            "is_certain": row.passage != Passage.UNKNOWN,
        },
    )  # fmt: skip


def _follow(row: Transmission, *, actor: Actor, now: datetime) -> None:
    """What was overtaken by a later attempt tells of the referral only what is better."""
    lost = row.passage in NOWHERE
    is_last = not _later(row).exists()
    if is_last or not lost:
        tell_passage(row, actor=actor, now=now)
    if row.trouble == Trouble.NO_SUCH_ADDRESS and row.way == Way.FAX:
        _doubt(row, actor=actor, now=now)
    if row.passage == Passage.DELIVERED:
        _arrived(row, actor=actor, now=now)
    elif lost and is_last and row.trouble != Trouble.NOT_NEEDED:
        go_on(row, actor=actor, now=now)


def _doubt(row: Transmission, *, actor: Actor, now: datetime) -> None:
    """The number is no fax machine's: nothing more goes to it."""
    specialist = row.packet.specialist
    if specialist.fax == row.to_address and specialist.is_active:
        doubt_fax(specialist_id=specialist.pk, actor=actor, now=now)
        specialist.fax_verified_at = None


def _arrived(row: Transmission, *, actor: Actor, now: datetime) -> None:
    """Nobody need ask whether it came, and what still waited to go another way need not go."""
    works = (Work.SEND, Work.SEND_FAILED, Work.CALL_TO_CONFIRM)
    end_work(referral_id=row.referral_id, works=works, actor=actor, now=now)
    waiting = _later(row).filter(passage=Passage.QUEUED, packet=row.packet_id)
    for other in waiting.order_by("pk").select_for_update(of=("self",)):
        take(other, Step.FAIL, trouble=Trouble.NOT_NEEDED, actor=actor, now=now)


def go_on(row: Transmission, *, actor: Actor, now: datetime) -> None:
    """The same way again after a while, else the next one, else a person."""
    if not row.referral.is_open:
        return
    packet = row.packet
    attempts = list(packet.transmissions.filter(passage__in=NOWHERE).order_by("number"))
    tried = [Tried(Way(one.way), Trouble(one.trouble)) for one in attempts]
    leading = roads(packet.specialist)
    found = onward(tried, list(leading))
    if found is not None:
        queue(packet, found.way, leading[found.way], at=now + found.wait, actor=actor, now=now)
        return
    silent = any(one.passage == Passage.UNKNOWN for one in attempts)
    work = Work.CALL_TO_CONFIRM if silent else Work.SEND_FAILED
    ask(referral_id=row.referral_id, work=work, key=f"{work}:{packet.pk}", actor=actor, now=now)


def _later(row: Transmission) -> PracticeQuerySet[Transmission]:
    """The attempts to send the referral that were begun after it."""
    return Transmission.objects.filter(referral=row.referral_id, pk__gt=row.pk)
