"""What belongs to a visit: what bears its number, and what answers an order that does.

A laboratory seldom knows the number of the visit; it knows that of the order.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from charts import expecting
from charts.models import ChartItem, Encounter
from charts.values import AWAITING, ItemKind

VisitKey = tuple[UUID, str]
"""A patient and a number: laboratories, EHRs and visits number each for themselves."""

ANSWERING = (ItemKind.RESULT, ItemKind.DOCUMENT)


def items_of(visit: Encounter) -> QuerySet[ChartItem]:
    """Its orders, notes, referrals and refills, and the results and reports that came of them."""
    theirs = ChartItem.objects.filter(patient=visit.patient_id)
    asked = theirs.filter(encounter_number=visit.number, kind__in=AWAITING)
    rows = list(asked.values_list("key", "placer", "filler"))
    placers = {number for key, placer, _ in rows for number in (key, placer) if number}
    fillers = {filler for _, _, filler in rows if filler}
    answers = Q(kind__in=ANSWERING) & (Q(placer__in=placers) | Q(filler__in=fillers))
    return theirs.filter(Q(encounter_number=visit.number) | answers)


def visits_of(items: Collection[ChartItem]) -> dict[VisitKey, ChartItem]:
    """The visits that these belong to, each with one of them."""
    own = {(item.patient_id, item.encounter_number): item for item in items}
    answers = [item for item in items if item.kind in ANSWERING]
    by_placer = {(item.patient_id, item.placer): item for item in answers if item.placer}
    by_filler = {(item.patient_id, item.filler): item for item in answers if item.filler}
    found = {key: item for key, item in own.items() if key[1]}
    for patient_id, visit, key, placer, filler in _asked(by_placer, by_filler):
        item = by_placer.get((patient_id, key)) or by_placer.get((patient_id, placer))
        if item := item or by_filler.get((patient_id, filler)):
            found.setdefault((patient_id, visit), item)
    return found


def _asked(
    placers: Collection[VisitKey], fillers: Collection[VisitKey]
) -> Iterable[tuple[UUID, str, str, str, str]]:
    """The orders with these numbers that bear one of a visit."""
    if not placers and not fillers:
        return ()
    named = Q(key__in={number for _, number in placers})
    named |= Q(placer__in={number for _, number in placers})
    named |= Q(filler__in={number for _, number in fillers})
    patients = {patient_id for patient_id, _ in (*placers, *fillers)}
    orders = ChartItem.objects.filter(named, patient__in=patients, kind__in=AWAITING)
    columns = ("patient_id", "encounter_number", "key", "placer", "filler")
    return orders.exclude(encounter_number="").values_list(*columns)


def has_signed_note(visit: Encounter) -> bool:
    """Whether a note of it is signed, as far as its feed tells of signing."""
    return visit.pk in expecting.answered_visits([visit.pk])
