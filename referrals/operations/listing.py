"""Referrals from a list: each line by itself, so that one that is wrong costs no other anything."""

from dataclasses import dataclass
from datetime import datetime, time
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from audit import log
from audit.actors import Actor
from charts.models import Patient, PatientIdentifier
from referrals import sheet
from referrals.operations.opening import NotOpened, Opening, open_by_hand
from referrals.sheet import Column, Fault, Line, Refusal
from tenants import csvfile, scope
from tenants.models import Practice


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row of the list, by the line of the file on which it begins."""

    line: int
    referral_id: UUID | None = None
    is_new: bool = False
    refusal: Refusal | None = None


@transaction.atomic
def open_listed(*, raw: bytes, actor: Actor, now: datetime) -> list[Outcome]:
    """Open what a list tells of, once each.

    Raises:
        Refused: the file cannot be read as CSV.
        UnreadableSheet: it can, and is of no use as a whole.
    """
    shape = csvfile.shape_of(raw)
    records = list(islice(csvfile.records(raw, shape), sheet.MOST_LINES + 1))
    said = sheet.read(shape.headers, (one.cells for one in records))
    zone = ZoneInfo(Practice.objects.get(pk=scope.current()).time_zone)
    patients = _patients([one for one in said if isinstance(one, Line)])
    made = [
        Outcome(record.line, refusal=one)
        if isinstance(one, Refusal)
        else _open(record.line, one, patients, zone, actor=actor, now=now)
        for record, one in zip(records, said, strict=True)
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
