"""A referral begins: by an order that a feed told, or by hand; once, by its loop key."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from charts.expecting import DAYS, URGENT
from charts.models import ChartItem, Patient, Wait, WaitLength
from charts.recognition import cut, numbers
from charts.values import Priority
from referrals.models import Referral
from referrals.people import location_at, member_named, name_of
from referrals.specialties import specialty_of
from tenants import scope, wake
from tenants.models import Practice, Topic

BY_HAND = "by-hand"
"""The source of those that no feed told; their number is as somebody wrote it."""


class NotOpened(Exception):
    """What was given makes no referral; the text says what to give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A referral as somebody here tells it."""

    patient_id: UUID
    number: str
    """The number of its order, or one that names it for ever."""
    ordered_at: datetime
    specialty: str = ""
    specialist_name: str = ""
    reason: str = ""
    question: str = ""
    urgency: Priority = Priority.ROUTINE
    expected_on: date | None = None
    referrer_id: UUID | None = None
    location_id: UUID | None = None


TOLD_BY_ITEM = ("patient", "location", "referrer", "referrer_name", "specialist_name", "specialty",
                "reason", "question", "urgency", "ordered_at", "expected_on", "payer")  # fmt: skip
"""What the order says, as it says it last."""


@transaction.atomic
def open_for_item(*, item: ChartItem, actor: Actor, now: datetime) -> tuple[Referral, bool]:
    """The referral of an order that a feed told; whether it is new.

    One that was opened by hand under one of the order's numbers is the same one. The caller holds
    the item locked.
    """
    referral = Referral.objects.select_for_update(of=("self",)).filter(item=item).first()
    referral = referral or _opened_before(item)
    if referral is not None:
        return refresh(referral=referral, item=item, actor=actor, now=now), False
    told = _told_by(item)
    told["urgency"] = told["urgency"] or Priority.ROUTINE
    told["expected_on"] = told["expected_on"] or _expected_on(told["urgency"], told["ordered_at"])
    referral = Referral(item=item, loop_key=loop_key(item.source, item.key), **told)
    return _insert(referral, actor=actor, now=now), True


@transaction.atomic
def refresh(*, referral: Referral, item: ChartItem, actor: Actor, now: datetime) -> Referral:
    """Let the referral, which the caller holds, say what its order says now.

    What the order leaves out stands; and it was ordered when that was told first.
    """
    told = {name: value for name, value in _told_by(item).items() if value not in ("", None)}
    told["ordered_at"] = min(told["ordered_at"], referral.ordered_at)
    if referral.insurance:  # somebody here knows better
        told.pop("payer", None)
    if told.get("urgency", referral.urgency) != referral.urgency:
        told.setdefault("expected_on", _expected_on(told["urgency"], told["ordered_at"]))
    changed = [
        name for name in TOLD_BY_ITEM if name in told and told[name] != getattr(referral, name)
    ]
    if referral.item_id != item.pk:
        referral.item = item
        changed.append("item")
    if not changed:
        return referral
    for name in changed:
        setattr(referral, name, told.get(name, item))
    referral.version += 1
    referral.save(update_fields=[*changed, "version"])
    wake.call(Topic.CADENCE, [(referral.pk, now)])
    log.record("referral.refreshed", entity=referral, patient_id=item.patient_id,
               detail={"item": str(item.pk), "changed": changed}, actor=actor, now=now)  # fmt: skip
    return referral


@transaction.atomic
def open_by_hand(*, opening: Opening, actor: Actor, now: datetime) -> tuple[Referral, bool]:
    """The referral that somebody tells of; whether it is new. Told again, it is the same one.

    Raises:
        NotOpened: it has no number, or its number is another patient's.
    """
    if not opening.number.strip():
        raise NotOpened(_("Give the referral a number, for example that of its order."))
    known = _known(opening)
    if known is not None and known.patient_id != opening.patient_id:
        raise NotOpened(_("This number is already that of another patient's referral."))
    if known is not None:
        return known, False
    referrer = _member(opening.referrer_id)
    referral = Referral(
        patient_id=opening.patient_id, loop_key=loop_key(BY_HAND, opening.number.strip()),
        location_id=opening.location_id, referrer=referrer,
        referrer_name=referrer.name if referrer else "",
        specialist_name=opening.specialist_name[:200],
        specialty=specialty_of(opening.specialty) or "", reason=opening.reason[:250],
        question=opening.question, urgency=opening.urgency, ordered_at=opening.ordered_at,
        expected_on=opening.expected_on or _expected_on(opening.urgency, opening.ordered_at),
    )  # fmt: skip
    try:
        with transaction.atomic():
            return _insert(referral, actor=actor, now=now), True
    except IntegrityError:  # somebody told of it in the same moment
        return open_by_hand(opening=opening, actor=actor, now=now)


def _member(member_id: UUID | None) -> Membership | None:
    found: Membership | None = (
        Membership.objects.filter(pk=member_id).first() if member_id else None
    )
    return found


def loop_key(source: str, number: str) -> str:
    """By which the referral is known for ever."""
    return f"{source}/{cut(number)}"


def _insert(referral: Referral, *, actor: Actor, now: datetime) -> Referral:
    referral.save(force_insert=True)
    wake.call(Topic.CADENCE, [(referral.pk, now)])
    log.record("referral.opened", entity=referral, patient_id=referral.patient_id,
               detail={"item": str(referral.item_id or "")}, actor=actor, now=now)  # fmt: skip
    return referral


def _opened_before(item: ChartItem) -> Referral | None:
    """One of the patient that was opened by hand under a number of this order."""
    known = numbers(item.key, item.placer, item.details)
    keys = [loop_key(BY_HAND, number) for number in known]
    rows = Referral.objects.select_for_update(of=("self",))
    found: Referral | None = rows.filter(
        item__isnull=True, patient_id=item.patient_id, loop_key__in=keys
    ).first()
    return found


def _known(opening: Opening) -> Referral | None:
    """By its own number, or by one under which a feed told of it."""
    number = opening.number.strip()
    by_hand = Referral.objects.filter(loop_key=loop_key(BY_HAND, number)).first()
    if by_hand is not None:
        return by_hand
    theirs = Referral.objects.filter(patient_id=opening.patient_id, item__isnull=False)
    return next(
        (
            one
            for one in theirs.select_related("item")
            if one.item and number in numbers(one.item.key, one.item.placer, one.item.details)
        ),
        None,
    )


def _told_by(item: ChartItem) -> dict[str, Any]:
    details, people = item.details, item.people
    return {
        "patient": Patient(pk=item.patient_id),
        "location": location_at(item.location_code),
        "referrer": member_named(people.get("orderer")),
        "referrer_name": name_of(people.get("orderer"))[:120],
        "specialist_name": name_of(people.get("recipient"))[:200],
        "specialty": specialty_of(details.get("specialty", ""), item.title) or "",
        "reason": details.get("reason", "")[:250],
        "question": details.get("question", ""),
        "urgency": item.priority,
        "ordered_at": item.issued_at or item.received_at,
        "expected_on": item.due_date,
        "payer": details.get("payer", "")[:120],
    }


def _expected_on(urgency: str, ordered_at: datetime) -> date:
    """So many days after it was ordered as the practice waits for a report."""
    wait = Wait.URGENT_REFERRAL if urgency in URGENT else Wait.REFERRAL
    own = WaitLength.objects.filter(wait=wait).first()
    zone = ZoneInfo(Practice.objects.get(pk=scope.current()).time_zone)
    return (ordered_at + timedelta(days=own.days if own else DAYS[wait])).astimezone(zone).date()
