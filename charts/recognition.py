"""By which keys an item is known, and whether a report speaks of a referral by another number.

One referral is told by an order (ORC-2), by REF (RF1-6, beside ORC-2) and by a ServiceRequest
(identifier PLAC): whichever comes first gives the item its key, and the others find it.
"""

import hashlib
from collections.abc import Iterable
from uuid import UUID

from charts.models import ChartItem
from charts.values import ItemKind, ItemReport
from charts.versions import only_answers

Numbers = frozenset[str]
LONGEST = 250


def cut(key: str) -> str:
    """A key as its column holds it; one too long keeps a digest of the rest."""
    if len(key) <= LONGEST:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: LONGEST - len(digest) - 1]}~{digest}"


def referrals_of(patient_ids: Iterable[UUID], held: Iterable[ChartItem]) -> list[ChartItem]:
    """The referrals of these patients, locked; those held already are the same objects."""
    rows = ChartItem.objects.filter(kind=ItemKind.REFERRAL, patient_id__in=set(patient_ids))
    rows = rows.order_by("pk").select_for_update(of=("self",)).prefetch_related("patient")
    here = {item.pk: item for item in held}
    return [here.get(row.pk, row) for row in rows]


def numbers(key: str, placer: str, details: dict[str, str]) -> Numbers:
    """All by which a referral is known."""
    return frozenset({key, placer, details.get("referral_number", "")} - {""})


def recognise(known: Iterable[ChartItem], report: ItemReport, source: str) -> ChartItem | None:
    """The referral among these, all of one patient, that a report is about; one that was sent
    before one of which only answers came."""
    said = numbers(report.key, report.placer, report.details)
    same = [
        item
        for item in known
        if said & numbers(item.key, item.placer, item.details)
        and (item.source == source or _of_one_assigner(item.details, report.details))
    ]
    return min(
        same,
        key=lambda item: (only_answers(item.revision), item.source != source, str(item.pk)),
        default=None,
    )


def _of_one_assigner(held: dict[str, str], said: dict[str, str]) -> bool:
    """Two sources may count alike: between them a number is the same only where both say whose."""
    assigners = (details.get("assigner", "").split() for details in (held, said))
    return bool(frozenset.intersection(*map(frozenset, assigners)))
