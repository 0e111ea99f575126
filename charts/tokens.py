"""Keeping the tokens by which patients and items are found.

Whatever writes a name, a birth date or a number adds its tokens in the same transaction. `keep`
brings everything about a patient into line, and a sweep does so for all of them, round after round.
"""

import logging
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from charts.folding import day_token, folded, name_tokens
from charts.models import ChartItem, Patient, PatientIdentifier, SearchToken, TokenRound
from tenants import bulk
from tenants.ids import uuid7
from tenants.rounds import each_practice

logger = logging.getLogger(__name__)

ACTOR = Actor.machine("charts.tokens")
BATCH = 500

Key = tuple[str, UUID, UUID | None]
"""(token, patient, item)."""


def add_items(items: Iterable[ChartItem]) -> None:
    """The order and accession numbers of items that are new or may have got another."""
    _add({key for item in items for key in _of_item(item.patient_id, item)})


def keep(patients: Collection[UUID]) -> set[UUID]:
    """Bring the tokens of these patients and of their items into line; returns whose were not."""
    if not patients:
        return set()
    wanted = set(_wanted(patients))
    rows = SearchToken.objects.filter(patient__in=patients)
    held: dict[Key, UUID] = {
        (token, patient, item): pk
        for pk, token, patient, item in rows.values_list("pk", "token", "patient", "item")
    }
    stale, missing = held.keys() - wanted, wanted - held.keys()
    if stale:
        SearchToken.objects.filter(pk__in=[held[key] for key in stale]).delete()
    _add(missing)
    return {patient for _, patient, _ in stale | missing}


def _wanted(patients: Collection[UUID]) -> Iterator[Key]:
    """What should be there; whoever ended in another patient is found by nothing."""
    living = Patient.objects.filter(pk__in=patients, merged_into__isnull=True).in_bulk()
    for patient in living.values():
        words = name_tokens(patient.family) | name_tokens(patient.given)
        if patient.birth_date:
            words.add(day_token(patient.birth_date))
        yield from ((word, patient.pk, None) for word in words)
    for number in PatientIdentifier.objects.filter(patient__in=living):
        if token := folded(number.value):
            yield token, number.patient_id, None
    for item in ChartItem.objects.filter(patient__in=living).only("placer", "filler", "patient"):
        yield from _of_item(item.patient_id, item)


def _of_item(patient_id: UUID, item: ChartItem) -> Iterator[Key]:
    for token in {folded(item.placer), folded(item.filler)} - {""}:
        yield token, patient_id, item.pk


def _add(keys: Collection[Key]) -> None:
    """In one order, so that two transactions never wait for each other's tokens in a ring."""
    bulk.insert_new(
        SearchToken,
        (
            {"id": uuid7(), "token": token, "patient_id": patient, "item_id": item}
            for token, patient, item in sorted(keys, key=str)
        ),
    )


def sweep(*, now: datetime) -> int:
    """Look at the next patients of every practice; returns how many had to be put right."""
    return each_practice(partial(_sweep_practice, now=now))


@transaction.atomic
def _sweep_practice(practice_id: UUID, *, now: datetime) -> int:
    TokenRound.objects.get_or_create(practice_id=practice_id)
    turn = TokenRound.objects.select_for_update(skip_locked=True).first()
    if turn is None:
        return 0
    mended, turn.after = look_on(turn.after)
    turn.save(update_fields=["after"])
    if mended:
        logger.error("search tokens were not what they are made of",
                     extra={"practice": str(practice_id), "count": len(mended)})  # fmt: skip
        log.record("tokens.mended", detail={"patients": [str(one) for one in mended]}, actor=ACTOR,
                   now=now)  # fmt: skip
    return len(mended)


def look_on(after: UUID | None) -> tuple[set[UUID], UUID | None]:
    """Keep the next patients; whose tokens were wrong, and where to go on."""
    ahead = Patient.objects.order_by("pk")
    if after is not None:
        ahead = ahead.filter(pk__gt=after)
    patients = list(ahead.values_list("pk", flat=True)[:BATCH])
    return keep(patients), patients[-1] if len(patients) == BATCH else None
