"""Finding and registering patients, many in a few statements; merging two that are one person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from charts import tokens
from charts.identity import naming
from charts.models import (
    ChartItem,
    Encounter,
    Patient,
    PatientCode,
    PatientIdentifier,
    ResultValue,
)  # fmt: skip
from charts.values import Identifier, PatientDetails
from tenants import bulk

Key = tuple[str, str]
"""(value, assigner): the order of the unique index, and so of the locks."""

SAME = "family given birth_date phone email address state sex language"
SPOKEN = {one: one for one in SAME.split()} | {
    "deceased": "is_deceased", "restricted": "is_restricted",
}  # fmt: skip


class TwoPatients(Exception):
    """The identifiers point to different patients, and none of them decides: a person must."""


LENGTHS = {field.name: field.max_length for field in Patient._meta.concrete_fields}


@transaction.atomic
def find_or_register(
    said: Sequence[PatientDetails], *, overwrite: bool, actor: Actor, now: datetime
) -> list[Patient]:
    """The patient of each, in the order given; the unknown ones registered.

    `overwrite`: these messages are about the person (ADT), so what they say replaces what is held;
    otherwise they only fill what is empty.

    Raises:
        TwoPatients: identifiers of one of them are known as different patients'.
    """
    known = _known(said)
    fresh: list[Patient] = []
    matched = [_match(details, known, fresh, now) for details in said]
    found = _register(said, matched, fresh, actor=actor, now=now) if fresh else matched
    told = _learn(said, found, known, overwrite=overwrite, actor=actor, now=now)
    new = {was.pk for was in fresh}
    arrived = {one.pk for was, one in zip(matched, found, strict=True) if was.pk in new}
    tokens.keep(arrived | told)
    return found


def _known(said: Sequence[PatientDetails]) -> dict[Key, Patient]:
    values = {identifier.value for details in said for identifier in naming(details)}
    rows = (
        PatientIdentifier.objects.filter(value__in=values).select_related("patient")
        if values
        else []
    )
    return {(row.value, row.assigner): row.patient for row in rows}


def _match(
    details: PatientDetails, known: dict[Key, Patient], fresh: list[Patient], now: datetime
) -> Patient:
    """Whom the identifiers name; where they differ, whom the record numbers (MR) name."""
    named = naming(details)
    if patient := _named(named, known):
        return patient
    patient = Patient(is_unidentified=not named, updated_at=now, **_spoken(details))
    patient.is_news = True
    fresh.append(patient)
    for identifier in named:
        known[identifier.value, identifier.assigner] = patient
    return patient


def _named(named: Sequence[Identifier], known: dict[Key, Patient]) -> Patient | None:
    """Record numbers decide; two of them that differ are never guessed between."""
    hits = [
        (identifier.type == "MR", known[identifier.value, identifier.assigner])
        for identifier in named
        if (identifier.value, identifier.assigner) in known
    ]
    deciding = [patient for is_record, patient in hits if is_record] or [one for _, one in hits]
    if len({patient.pk for patient in deciding}) > 1:
        raise TwoPatients
    return deciding[0] if deciding else None


def candidates(details: PatientDetails) -> list[Patient]:
    """The different patients whom the identifiers point to."""
    return list({patient.pk: patient for patient in _known([details]).values()}.values())


def _register(
    said: Sequence[PatientDetails],
    found: list[Patient],
    fresh: list[Patient],
    *,
    actor: Actor,
    now: datetime,
) -> list[Patient]:
    bulk.insert(Patient, fresh)
    ours = {patient.pk for patient in fresh}
    rows = {
        (identifier.value, identifier.assigner): _identifier(patient, identifier)
        for details, patient in zip(said, found, strict=True)
        if patient.pk in ours
        for identifier in naming(details)
    }
    taken = len(rows) - bulk.insert_new(PatientIdentifier, [rows[key] for key in sorted(rows)])
    log.record_all(
        log.entry("patient.registered", entity=patient, patient_id=patient.pk, actor=actor, now=now)
        for patient in fresh
    )
    return _yield_to_winners(said, found, ours) if taken else found


def _yield_to_winners(
    said: Sequence[PatientDetails], found: list[Patient], ours: set[Any]
) -> list[Patient]:
    """Another worker may have registered the person a moment ago: theirs stands, ours ends."""
    held = _known(
        [details for details, patient in zip(said, found, strict=True) if patient.pk in ours]
    )
    losers: dict[Any, Patient] = {}
    for details, patient in zip(said, found, strict=True):
        if patient.pk in ours:
            for identifier in naming(details):
                winner = held[identifier.value, identifier.assigner]
                if winner.pk != patient.pk:
                    losers.setdefault(patient.pk, winner)
    for loser, winner in losers.items():
        PatientIdentifier.objects.filter(patient_id=loser).update(patient=winner)
        Patient.objects.filter(pk=loser).update(merged_into=winner)
    return [losers.get(patient.pk, patient) for patient in found]


def _identifier(patient: Patient, identifier: Identifier) -> PatientIdentifier:
    return PatientIdentifier(
        patient=patient, value=identifier.value[:120], assigner=identifier.assigner[:120],
        type=identifier.type[:10],
    )  # fmt: skip


def _spoken(details: PatientDetails) -> dict[str, Any]:
    said = {column: getattr(details, name) for name, column in SPOKEN.items()}
    return {
        column: value[: LENGTHS[column]] if isinstance(value, str) else value
        for column, value in said.items()
        if value is not None
    }


def _learn(
    said: Sequence[PatientDetails], found: Sequence[Patient], known: dict[Key, Patient],
    *, overwrite: bool, actor: Actor, now: datetime,
) -> set[UUID]:  # fmt: skip
    """Take what is said; of whom a name, a date or a number may be new."""
    told = set()
    for details, patient in zip(said, found, strict=True):
        changed = [
            column
            for column, value in _spoken(details).items()
            if getattr(patient, column) != value and (overwrite or not getattr(patient, column))
        ]
        if changed:
            for column in changed:
                setattr(patient, column, _spoken(details)[column])
            patient.risk_is_new |= "birth_date" in changed
            patient.updated_at = now
            patient.save(update_fields=[*changed, "updated_at"])
            told.add(patient.pk)
            log.record("patient.changed", entity=patient, patient_id=patient.pk,
                       detail={"fields": changed}, actor=actor, now=now)  # fmt: skip
    _learn_codes(said, found)
    return told | _learn_identifiers(said, found, known)


def _learn_identifiers(
    said: Sequence[PatientDetails], found: Sequence[Patient], known: dict[Key, Patient]
) -> set[UUID]:
    new = {
        (identifier.value, identifier.assigner): _identifier(patient, identifier)
        for details, patient in zip(said, found, strict=True)
        for identifier in naming(details)
        if (identifier.value, identifier.assigner) not in known
    }
    if new:
        bulk.insert_new(PatientIdentifier, [new[key] for key in sorted(new)])
    return {row.patient_id for row in new.values()}


def _learn_codes(said: Sequence[PatientDetails], found: Sequence[Patient]) -> None:
    lists = PatientCode.List
    rows = {
        (patient.pk, name, code.system, code.code): PatientCode(
            patient=patient,
            list=name,
            system=code.system,
            code=code.code[:80],
            display=code.display[:200],
        )
        for details, patient in zip(said, found, strict=True)
        for name, codes in (
            (lists.PROBLEM, details.problems),
            (lists.MEDICATION, details.medications),
        )
        for code in codes
        if code.code
    }
    if rows and bulk.insert_new(PatientCode, [rows[key] for key in sorted(rows, key=str)]):
        for row in rows.values():
            row.patient.risk_is_new = True


@transaction.atomic
def merge(
    survivor: PatientDetails, gone: Sequence[Identifier], *, actor: Actor, now: datetime
) -> tuple[Patient, list[Patient]]:
    """Everything of the patients that `gone` names moves to the survivor; nothing is deleted.

    Their tasks follow by `routing.operations.follow_merge`.

    Returns:
        The survivor, and those who ended in them.
    """
    kept, *_ = find_or_register([survivor], overwrite=True, actor=actor, now=now)
    named = _known([PatientDetails(identifiers=tuple(gone))])
    ended = {patient.pk: patient for patient in named.values() if patient.pk != kept.pk}
    missing = [i for i in naming(PatientDetails(identifiers=tuple(gone)))
               if (i.value, i.assigner) not in named]  # fmt: skip
    _end(ended, kept, actor=actor, now=now)
    bulk.insert_new(PatientIdentifier, [_identifier(kept, i) for i in missing])
    tokens.keep({kept.pk} if missing else set())
    return kept, list(ended.values())


def _end(ended: dict[Any, Patient], kept: Patient, *, actor: Actor, now: datetime) -> None:
    # Whoever files an item of theirs holds their row: we wait for them, then move it too.
    list(Patient.objects.lock([kept.pk, *ended]))
    for patient in sorted(ended.values(), key=lambda patient: patient.pk):
        _move(patient, kept)
        log.record("patient.merged", entity=patient, patient_id=kept.pk, actor=actor, now=now)
    tokens.keep({kept.pk, *ended})


@transaction.atomic
def unite(*, kept: Patient, gone: Sequence[Patient], actor: Actor, now: datetime) -> None:
    """A person says that these are one; their tasks follow by `routing.operations.follow_merge`."""
    ended = {patient.pk: patient for patient in gone if patient.pk != kept.pk}
    _end(ended, kept, actor=actor, now=now)


@transaction.atomic
def hand_over(said: PatientDetails, *, to: Patient, actor: Actor, now: datetime) -> None:
    """A person says that these numbers are this patient's, whoever had them until now."""
    known = _known([said])
    for key, patient in sorted(known.items()):
        if patient.pk != to.pk:
            row = PatientIdentifier.objects.get(value=key[0], assigner=key[1])
            row.patient = to
            row.save(update_fields=["patient"])
            log.record("patient.number-moved", entity=patient, patient_id=to.pk,
                       detail={"identifier": str(row.pk)}, actor=actor, now=now)  # fmt: skip
    tokens.keep({to.pk, *(patient.pk for patient in known.values())})


@transaction.atomic
def confirm(patient: Patient, *, actor: Actor, now: datetime) -> None:
    """A person says that this is somebody of their own."""
    patient.is_unidentified, patient.updated_at = False, now
    patient.save(update_fields=["is_unidentified", "updated_at"])
    log.record("patient.confirmed", entity=patient, patient_id=patient.pk, actor=actor, now=now)


def _move(patient: Patient, kept: Patient) -> None:
    """Rows of one patient to another, and those who ended in the one to the other too."""
    for model in (PatientIdentifier, Encounter, ChartItem, ResultValue):
        model.objects.filter(patient=patient).update(patient=kept)
    held = set(PatientCode.objects.filter(patient=kept).values_list("list", "system", "code"))
    for row in PatientCode.objects.filter(patient=patient):
        if (row.list, row.system, row.code) not in held:
            row.patient = kept
            row.save(update_fields=["patient"])
    Patient.objects.filter(merged_into=patient).update(merged_into=kept)
    patient.merged_into = kept
    patient.save(update_fields=["merged_into"])
