"""Referrals from a list: each line by itself, so that one that is wrong costs no other anything."""

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from audit import log
from audit.actors import Actor
from charts.models import Patient, PatientIdentifier
from referrals import sheet
from referrals.operations.opening import NotOpened, Opening, open_by_hand
from referrals.sheet import Column, Fault, Line, Refusal
from tenants import scope
from tenants.models import Practice


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line of the list; `line` counts the heading as the first."""

    line: int
    referral_id: UUID | None = None
    is_new: bool = False
    refusal: Refusal | None = None


@transaction.atomic
def open_listed(*, raw: bytes, actor: Actor, now: datetime) -> list[Outcome]:
    """Open what a list tells of, once each.

    Raises:
        UnreadableSheet: the file as a whole is of no use.
    """
    said = sheet.read(raw)
    zone = ZoneInfo(Practice.objects.get(pk=scope.current()).time_zone)
    patients = _patients([one for one in said if isinstance(one, Line)])
    made = [
        Outcome(number, refusal=one)
        if isinstance(one, Refusal)
        else _open(number, one, patients, zone, actor=actor, now=now)
        for number, one in enumerate(said, start=2)
    ]
    opened = sum(one.is_new for one in made)
    log.record("referrals.listed", detail={"lines": len(made), "opened": opened},
               actor=actor, now=now)  # fmt: skip
    return made


def _open(
    number: int, line: Line, patients: dict[tuple[str, str], Patient], zone: ZoneInfo, *,
    actor: Actor, now: datetime,
) -> Outcome:  # fmt: skip
    patient = patients.get((line.patient, line.assigner))
    if patient is None:
        return Outcome(number, refusal=Refusal(Fault.NO_PATIENT, Column.PATIENT))
    opening = Opening(
        patient_id=patient.pk, number=line.number, specialty=line.specialty,
        ordered_at=datetime.combine(line.ordered, time.min, tzinfo=zone),
        specialist_name=line.specialist, reason=line.reason, question=line.question,
        urgency=line.urgency, expected_on=line.expected,
    )  # fmt: skip
    try:
        referral, is_new = open_by_hand(opening=opening, actor=actor, now=now)
    except NotOpened:
        return Outcome(number, refusal=Refusal(Fault.OTHER_PATIENT, Column.NUMBER))
    return Outcome(number, referral.pk, is_new)


def _patients(lines: list[Line]) -> dict[tuple[str, str], Patient]:
    """By number and assigner: a bare number is nobody's."""
    rows = PatientIdentifier.objects.filter(value__in={line.patient for line in lines})
    return {(row.value, row.assigner): row.patient for row in rows.select_related("patient")}
