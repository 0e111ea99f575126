"""What documents do to other items: one takes another's place, one reports on a referral.

Both are worked out from what is held whenever either side comes, so that it does not matter which
came first; and a report that is taken back gives the referral its work again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from charts.models import ChartItem, ItemVersion
from charts.recognition import numbers, referrals_of
from charts.values import CONSULT_NOTE, ItemKind, ItemStatus
from tenants import bulk, wake
from tenants.models import Topic

_LIVE = frozenset({ItemStatus.FINAL, ItemStatus.AMENDED, ItemStatus.CORRECTED, ItemStatus.UNKNOWN})
"""A report that came, signed or without a word on its signing."""
MATCHED, REFUSED = "matched_report", "refused_report"
"""In the details of a referral: the key of the report that a person, or a number of another system,
says it is; and of one that bears its number and is another's."""
_REPORTS = (ItemKind.DOCUMENT, ItemKind.RESULT)


def settle(
    filed: dict[ChartItem, UUID | None], *, now: datetime
) -> tuple[list[ChartItem], list[ChartItem]]:
    """After these items were filed, each from its message: what was replaced, and the referrals
    whose report came or went."""
    latest = next(reversed(filed.values()), None)
    replaced = _replaced(list(filed))
    _save(replaced, filed, latest, now)
    reported = _reported([*filed, *(item for item in replaced if item not in filed)])
    _save(reported, filed, latest, now)
    return replaced, reported


def _save(
    changed: Sequence[ChartItem],
    messages: dict[ChartItem, UUID | None],
    latest: UUID | None,
    now: datetime,
) -> None:
    for item in changed:
        item.version += 1
    bulk.put(ChartItem, changed, key=["id"], columns=["status", "details", "version"])
    bulk.insert(ItemVersion, (
        ItemVersion(item=item, number=item.version, status=item.status, received_at=now,
                    message_id=messages.get(item, latest), is_current=True)
        for item in changed
    ))  # fmt: skip


def _replaced(filed: Sequence[ChartItem]) -> list[ChartItem]:
    """Withdraw what another document has taken the place of (TXA-13); the changed items, unsaved.

    A replaced document stays so, whatever is still said of it.
    """
    documents = [item for item in filed if item.kind == ItemKind.DOCUMENT]
    replacements = [item for item in documents if item.details.get("replaces")]
    replacements += _replacements_of([item for item in documents if item.version == 1])
    by_key = {(item.details["replaces"], item.source): item for item in replacements}
    held = {item.pk: item for item in [*_originals(by_key, documents), *documents]}
    changed = []
    for item in held.values():
        new = by_key.get((item.key, item.source))
        if new is not None and new.pk != item.pk:
            item.details = {**item.details, "replaced_by": new.key}
        if item.details.get("replaced_by") and item.status != ItemStatus.WITHDRAWN:
            item.status = ItemStatus.WITHDRAWN.value
            changed.append(item)
    return changed


def _replacements_of(fresh: Sequence[ChartItem]) -> list[ChartItem]:
    """Replacements that came before their originals."""
    if not fresh:
        return []
    found = ChartItem.objects.filter(
        kind=ItemKind.DOCUMENT,
        patient_id__in={item.patient_id for item in fresh},
        details__replaces__in=[item.key for item in fresh],
    )
    return list(found)


def _originals(
    by_key: dict[tuple[str, str], ChartItem], documents: Sequence[ChartItem]
) -> Iterable[ChartItem]:
    """The rows that are replaced and not among those filed now, locked."""
    here = {(item.key, item.source) for item in documents}
    wanted = {key for key, source in by_key if (key, source) not in here}
    if not wanted:
        return []
    rows = ChartItem.objects.filter(kind=ItemKind.DOCUMENT, key__in=wanted).order_by("pk")
    rows = rows.select_for_update(of=("self",)).prefetch_related("patient")
    return [item for item in rows if (item.key, item.source) in by_key]


def _reported(filed: Sequence[ChartItem]) -> list[ChartItem]:
    """Note on each referral which consult report came of it, or that it was taken back; the
    changed items, unsaved."""
    referrals = {item.pk: item for item in filed if item.kind == ItemKind.REFERRAL}
    notes = [item for item in filed if is_consult_note(item) and item.placer]
    for item in _named_by(notes, filed):
        referrals.setdefault(item.pk, item)
    if not referrals:
        return []
    reports = _reports_on(referrals.values())
    changed = []
    for referral in referrals.values():
        refused = referral.details.get(REFUSED)
        named = (one.key for one in reports if _answers(one, referral) and one.key != refused)
        key = next(named, "") or referral.details.get(MATCHED, "")
        if key != referral.details.get("reported_by", ""):
            referral.details = {**referral.details, "reported_by": key}
            changed.append(referral)
    return changed


def wake_referrals(items: Iterable[ChartItem], *, now: datetime) -> None:
    """Have those looked at that are a referral, or a report that may answer one."""
    told = {item.pk for item in items if item.kind == ItemKind.REFERRAL or is_consult_note(item)}
    wake.call(Topic.REFERRAL, ((pk, now) for pk in sorted(told)))


def is_live(item: ChartItem) -> bool:
    """Whether a report came and was not taken back."""
    return item.status in _LIVE


def is_consult_note(item: ChartItem) -> bool:
    return item.kind in _REPORTS and item.details.get("document_type") == CONSULT_NOTE


def _named_by(notes: Sequence[ChartItem], held: Sequence[ChartItem]) -> Iterable[ChartItem]:
    """The referrals of their patients, locked: what a note names may be any of their numbers."""
    if not notes:
        return []
    found = referrals_of({note.patient_id for note in notes}, held)
    return [item for item in found if any(_names(note, item) for note in notes)]


def _reports_on(referrals: Iterable[ChartItem]) -> list[ChartItem]:
    """The live consult notes of these patients, the first to come first."""
    found = ChartItem.objects.filter(
        kind__in=_REPORTS,
        patient_id__in={item.patient_id for item in referrals},
        details__document_type=CONSULT_NOTE,
        status__in=_LIVE,
    )
    return list(found.order_by("received_at", "key"))


def _answers(note: ChartItem, referral: ChartItem) -> bool:
    return note.patient_id == referral.patient_id and _names(note, referral)


def _names(note: ChartItem, referral: ChartItem) -> bool:
    """The placer's number is in every message about a referral (TXA-14, OBR-2)."""
    known = numbers(referral.key, referral.placer, referral.details)
    return note.source == referral.source and note.placer in known
