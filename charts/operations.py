"""Filing what was reported: items opened, revised and withdrawn, many in a few statements."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from charts import patients, versions
from charts.identity import naming
from charts.models import Attachment, ChartItem, Encounter, ItemVersion, Patient, ResultValue
from charts.values import ItemKind, ItemReport, ItemStatus, PatientDetails, ProviderRef
from tenants import bulk
from tenants.bulk import Row
from tenants.ids import uuid7

ItemKey = tuple[str, str, str]
"""(key, kind, source)."""


class Change(StrEnum):
    OPENED = "opened"
    REVISED = "revised"
    LATE = "late"
    """An older report than the one held: kept as a version, changes nothing that routes."""
    UNCHANGED = "unchanged"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Filing:
    """One report to file, from one message of one source."""

    patient: PatientDetails
    report: ItemReport
    source: str
    message_id: UUID | None = None


@dataclass(slots=True)
class Filed:
    """What became of it."""

    item: ChartItem
    patient: Patient
    change: Change
    message_id: UUID | None = None
    news: bool = True
    """Whether a value, a flag or what was withdrawn differs from what was held."""


WRITTEN = (
    "status", "code", "code_system", "alternate_code", "title", "severity", "priority", "placer", "filler",
    "encounter_number", "location_code", "people", "issued_at", "effective_at", "due_date", "observations",
    "details", "text", "revision", "version",
)  # fmt: skip


@transaction.atomic
def file_reports(filings: Sequence[Filing], *, actor: Actor, now: datetime) -> list[Filed]:
    """File reports in the order given; two reports of one item in one call are applied one after the other."""
    items = _held(filings)
    owners = _patients(filings, items, actor=actor, now=now)
    new: dict[ItemKey, ChartItem] = {}
    changed: dict[ItemKey, ChartItem] = {}
    rows: list[ItemVersion] = []
    filed: list[Filed] = []
    for filing, patient in zip(filings, owners, strict=True):
        key = _key(filing)
        item = items.get(key)
        if item is None:
            item = items[key] = new[key] = ChartItem(
                patient=patient, source=filing.source, kind=filing.report.kind.value,
                key=filing.report.key[:250], version=0, received_at=now,
            )  # fmt: skip
            change = Change.OPENED
        else:
            change = _change(item, filing.report)
        before = _gist(item)
        if change != Change.UNCHANGED:
            rows.append(_apply(item, filing, change, now))
            changed[key] = item
        filed.append(Filed(item, patient, change, filing.message_id, news=_gist(item) != before))
    _write(new, changed, rows, filings, items, now)
    filed += _replace(filings, now=now)
    log.record_all(
        log.entry(f"item.{one.change.value}", entity=one.item, patient_id=one.patient.pk,
                  detail={"version": one.item.version, "message": str(one.message_id)},
                  actor=actor, now=now)
        for one in filed
    )  # fmt: skip
    return filed


def _key(filing: Filing) -> ItemKey:
    return (filing.report.key[:250], filing.report.kind.value, filing.source)


def _held(filings: Sequence[Filing]) -> dict[ItemKey, ChartItem]:
    keys = {filing.report.key[:250] for filing in filings}
    rows = ChartItem.objects.filter(key__in=keys).order_by("pk").select_for_update(of=("self",))
    return {(row.key, row.kind, row.source): row for row in rows.select_related("patient")}


def _patients(
    filings: Sequence[Filing], items: dict[ItemKey, ChartItem], *, actor: Actor, now: datetime
) -> list[Patient]:
    """Who each is about; a report without an identifier of its patient goes with the item it speaks of."""
    held = [
        items[_key(filing)].patient
        if _key(filing) in items and not naming(filing.patient)
        else None
        for filing in filings
    ]
    asked = [
        filing.patient for filing, patient in zip(filings, held, strict=True) if patient is None
    ]
    found = iter(patients.find_or_register(asked, overwrite=False, actor=actor, now=now))
    return [patient or next(found) for patient in held]


def _change(item: ChartItem, report: ItemReport) -> Change:
    revision = list(versions.revision_of(report))
    if revision < item.revision:
        return Change.LATE
    if (
        revision == item.revision
        and versions.merged(item.observations, report) == item.observations
    ):
        return Change.UNCHANGED
    return Change.REVISED


def _gist(item: ChartItem) -> tuple[Any, ...]:
    """What somebody who has seen the item would call the same."""
    seen = [
        (row["code"], row["sub_id"], row["value"], row["severity"], row["withdrawn"])
        for row in item.observations
    ]
    return (item.severity, item.text, sorted(seen))


def _apply(item: ChartItem, filing: Filing, change: Change, now: datetime) -> ItemVersion:
    report = filing.report
    item.version += 1
    item.observations = versions.merged(item.observations, report)
    item.severity = (versions.severity(item.observations) or report.severity or "") if (
        report.kind == ItemKind.RESULT
    ) else (report.severity or "")  # fmt: skip
    if change != Change.LATE:
        _take_over(item, report)
    return ItemVersion(
        item=item, number=item.version, status=report.status.value,
        severity=report.severity.value if report.severity else "",
        issued_at=report.issued_at, received_at=now, message_id=filing.message_id,
        is_current=change != Change.LATE, observations=versions.merged([], report),
    )  # fmt: skip


def _take_over(item: ChartItem, report: ItemReport) -> None:
    """The newest report decides what the item says; a fact it leaves out stands as it was."""
    item.status = report.status.value
    item.revision = list(versions.revision_of(report))
    item.code, item.code_system = report.code.code[:80], report.code.system[:20]
    item.alternate_code = report.alternate.code[:80] if report.alternate else item.alternate_code
    item.title = (report.code.display or report.code.code or item.title)[:250]
    item.priority = report.priority.value if report.priority else item.priority
    item.placer, item.filler = (
        report.placer[:120] or item.placer,
        report.filler[:120] or item.filler,
    )
    item.encounter_number = report.encounter[:120] or item.encounter_number
    item.location_code = report.location[:80] or item.location_code
    item.people = {**item.people, **_people(report)}
    item.issued_at = report.issued_at or item.issued_at
    item.effective_at = report.effective_at or item.effective_at
    item.due_date = report.due_date or item.due_date
    item.details = {**item.details, **report.details}
    item.text = report.text or item.text


def _people(report: ItemReport) -> dict[str, Any]:
    named: dict[str, ProviderRef | None] = {
        "orderer": report.orderer, "author": report.author,
        "signer": report.signer, "recipient": report.recipient,
    }  # fmt: skip
    return {role: asdict(person) for role, person in named.items() if person}


def _write(
    new: dict[ItemKey, ChartItem], changed: dict[ItemKey, ChartItem], rows: list[ItemVersion],
    filings: Sequence[Filing], items: dict[ItemKey, ChartItem], now: datetime,
) -> None:  # fmt: skip
    bulk.insert(ChartItem, new.values())
    revised = [item for key, item in changed.items() if key not in new]
    bulk.put(ChartItem, revised, key=["id"], columns=WRITTEN)
    bulk.insert(ItemVersion, rows)
    bulk.put(
        ResultValue, (value for item in changed.values() for value in _values(item, now)),
        key=["item_id", "code", "sub_id"], columns=["observed_at", "value", "number", "units", "severity"],
    )  # fmt: skip
    attached = [row for filing in filings for row in _attached(items[_key(filing)], filing.report)]
    if attached:
        Attachment.objects.bulk_create(attached, ignore_conflicts=True)


def _values(item: ChartItem, now: datetime) -> Iterable[Row]:
    for row in item.observations if item.kind == ItemKind.RESULT else ():
        if row["number"] is not None:
            yield {
                "id": uuid7(), "patient_id": item.patient_id, "item_id": item.pk, "code": row["code"][:80],
                "sub_id": row["sub_id"][:40], "observed_at": row["observed_at"] or item.issued_at or now,
                "value": row["value"][:250], "number": None if row["withdrawn"] else row["number"],
                "units": row["units"][:40], "severity": row["severity"],
            }  # fmt: skip


def _attached(item: ChartItem, report: ItemReport) -> Iterable[Attachment]:
    for one in report.attachments:
        digest = hashlib.sha256(one.data + one.url.encode()).hexdigest()
        yield Attachment(item=item, content_type=one.content_type[:80], title=one.title[:200],
                         url=one.url[:500], digest=digest, data=one.data)  # fmt: skip


def _replace(filings: Sequence[Filing], *, now: datetime) -> list[Filed]:
    """Items that another took the place of (TXA-13): withdrawn, their work moves with the new one."""
    gone = {
        (f.report.replaces, f.report.kind.value, f.source): f for f in filings if f.report.replaces
    }
    rows = ChartItem.objects.filter(key__in=[key for key, *_ in gone]).order_by("pk")
    filed = []
    for item in rows.select_for_update(of=("self",)).select_related("patient") if gone else ():
        filing = gone.get((item.key, item.kind, item.source))
        if filing is None or item.status == ItemStatus.WITHDRAWN:
            continue
        item.status = ItemStatus.WITHDRAWN.value
        item.details = {**item.details, "replaced_by": filing.report.key}
        item.version += 1
        item.save(update_fields=["status", "details", "version"])
        ItemVersion.objects.create(item=item, number=item.version, status=item.status, received_at=now,
                                   message_id=filing.message_id, is_current=True)  # fmt: skip
        filed.append(Filed(item, item.patient, Change.REPLACED, filing.message_id))
    return filed


@transaction.atomic
def record_visit(
    details: PatientDetails, *, source: str, number: str, status: str, location_code: str = "",
    attending: ProviderRef | None = None, started_at: datetime | None = None,
    ended_at: datetime | None = None, actor: Actor, now: datetime,
) -> Encounter:  # fmt: skip
    """Open or move on a visit; a finished one does not go back to in progress."""
    patient, *_ = patients.find_or_register([details], overwrite=True, actor=actor, now=now)
    encounter, _ = Encounter.objects.select_for_update(of=("self",)).get_or_create(
        source=source, number=number[:120], defaults={"patient": patient, "status": status}
    )
    if encounter.status not in ("finished", "cancelled") or status in ("finished", "cancelled"):
        encounter.status = status
    encounter.location_code = location_code[:80] or encounter.location_code
    encounter.attending = asdict(attending) if attending else encounter.attending
    encounter.started_at = started_at or encounter.started_at
    encounter.ended_at = ended_at or encounter.ended_at
    encounter.save(update_fields=["status", "location_code", "attending", "started_at", "ended_at"])
    log.record("encounter.changed", entity=encounter, patient_id=patient.pk, actor=actor, now=now)
    return encounter
