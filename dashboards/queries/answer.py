"""For whoever answers a referral without an account: which invitation, and what stands on it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.dateformat import time_format
from django.utils.translation import pgettext

from dashboards import words
from dashboards.rows.answer import Asked, Caller
from dashboards.words import later
from outbox.phones import national
from outbox.reaching import letterhead
from referrals.models import Fact, Invitation, Referral
from referrals.states import Axis
from tenants import scope
from tenants.models import Door, DoorKind, Practice

SAID = {
    (Axis.ACCEPTANCE, "accepted"): later("The patient can be seen."),
    (Axis.ACCEPTANCE, "declined"): later("The patient cannot be seen."),
    (Axis.ACCEPTANCE, "question"): later("There is a question."),
    (Axis.APPOINTMENT, "booked"): later("The appointment is on %(when)s."),
    (Axis.ATTENDANCE, "seen"): later("The patient was seen."),
    (Axis.ATTENDANCE, "no-show"): later("The patient did not come."),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an appointment is, as far as clocks go."""

    zone: ZoneInfo
    today: date


def practice_behind(digest: str) -> UUID | None:
    """The practice that a link or a code leads to."""
    door = Door.objects.filter(
        kind=DoorKind.INVITATION, key=digest, practice__is_active=True
    ).first()
    return door.practice_id if door else None


def caller() -> Caller:
    """Of the practice in scope."""
    head = letterhead()
    number = head.phone if head else ""
    practice = Practice.objects.get(pk=scope.current())
    return Caller(practice=practice.name, phone=number, phone_said=national(number))


def live(invitation_id: UUID, link_digest: str, *, now: datetime) -> Invitation | None:
    """The invitation that was opened with its code, while it is live."""
    row = _one(pk=invitation_id, link_digest=link_digest)
    return row if row is not None and row.is_live(now) else None


def by_link(link_digest: str) -> Invitation | None:
    """The invitation of a link."""
    return _one(link_digest=link_digest)


def by_code(code_digest: str) -> Invitation | None:
    """The invitation of a code, for whoever copies a sheet that came back."""
    return _one(code_digest=code_digest)


def by_id(invitation_id: UUID) -> Invitation | None:
    """One of the practice."""
    return _one(pk=invitation_id)


def _one(**which: object) -> Invitation | None:
    rows = Invitation.objects.filter(**which)
    found: Invitation | None = rows.select_related(
        "referral__patient", "referral__location", "practice"
    ).first()
    return found


def city(zone: ZoneInfo) -> str:
    """By whose clock: `New York`."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def place_of(referral: Referral, *, now: datetime) -> Place:
    """By whose clock its appointments are said."""
    site = referral.location or referral.practice
    zone = ZoneInfo(site.time_zone)
    return Place(zone, now.astimezone(zone).date())


def asked(row: Invitation, *, now: datetime) -> Asked:
    """What the page shows after the code."""
    referral, patient = row.referral, row.referral.patient
    zone = place_of(referral, now=now).zone
    return Asked(
        id=str(row.pk), patient=words.patient_name(patient.family, patient.given),
        born=words.long_date(patient.birth_date) if patient.birth_date else "",
        referrer=referral.referrer_name, reason=referral.reason, question=referral.question,
        place=city(zone),
        until=words.long_date(row.expires_at.astimezone(zone).date()),
        said=_said(row, zone),
    )  # fmt: skip


def _said(row: Invitation, zone: ZoneInfo) -> tuple[str, ...]:
    """Their own words only; what others told of the referral is not theirs to see."""
    facts = Fact.objects.filter(
        referral=row.referral, detail__invitation=str(row.pk), undoes__isnull=True,
        undone_by__isnull=True,
    )  # fmt: skip
    last = {(fact.axis, fact.value == "question"): fact for fact in facts.order_by("told_at", "pk")}
    return tuple(
        SAID[Axis(fact.axis), fact.value] % {"when": _when(fact, zone)} for fact in last.values()
    )


def _when(fact: Fact, zone: ZoneInfo) -> str:
    at = fact.appointment_at
    if at is None:
        return ""
    local = at.astimezone(zone)
    clock = time_format(local.time(), pgettext("format of a time", "g:i A"))
    return f"{words.weekday(local.date())}, {words.long_date(local.date())}, {clock}"
