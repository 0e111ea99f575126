"""Filing what was reported: items opened, revised and withdrawn, many in a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from charts import answers, links, patients, revising, tokens, versions
from charts.identity import naming
from charts.models import Attachment, ChartItem, ItemVersion, Patient, ResultValue
from charts.recognition import cut, recognise, referrals_of
from charts.rows import attached, values
from charts.values import AWAITING, ItemKind, ItemReport, PatientDetails
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
    ANSWERED = "answered"
    """What the other side says of a referral: kept, changes nothing that routes."""
    UNCHANGED = "unchanged"
    REPLACED = "replaced"
    REPORTED = "reported"
    """A consult report of a referral came, or was taken back."""


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
    risk_is_new: bool = False
    """Whether the report tells something of the patient that other results must be judged by."""


WRITTEN = (*revising.COLUMNS, "version", "look_at")


class AnotherPatient(Exception):
    """A report's number names an item of another patient: a person must say whose it is."""


@dataclass(slots=True)
class _Tray:
    """The rows that one call of `file_reports` is about to write."""

    now: datetime
    items: dict[ItemKey, ChartItem]
    new: dict[ItemKey, ChartItem] = field(default_factory=dict)
    changed: dict[ItemKey, ChartItem] = field(default_factory=dict)
    referrals: list[ChartItem] = field(default_factory=list)
    """Those of the patients, where a report names a referral by a number not known yet."""
    versions: list[Row] = field(default_factory=list)


@transaction.atomic
def file_reports(filings: Sequence[Filing], *, actor: Actor, now: datetime) -> list[Filed]:
    """File reports in the order given; two reports of one item in one call follow each other.

    Raises:
        AnotherPatient: a number was used before for somebody else.
    """
    tray = _Tray(now, _held(filings))
    owners = _patients(filings, tray.items, actor=actor, now=now)
    tray.referrals = _referrals(filings, owners, tray.items)
    filed = [_file(tray, filing, patient) for filing, patient in zip(filings, owners, strict=True)]
    for one, owner in zip(filed, owners, strict=True):
        one.risk_is_new = owner.risk_is_new
    _write(tray, filings)
    _follow_merges(tray, filed)
    tokens.add_items(tray.changed.values())
    filed += _link(filed, now=now)
    links.wake_referrals((f.item for f in filed if f.change is not Change.UNCHANGED), now=now)
    log.record_all(
        log.entry(f"item.{one.change.value}", entity=one.item, patient_id=one.item.patient_id,
                  detail={"version": one.item.version, "message": str(one.message_id)},
                  actor=actor, now=now)
        for one in filed
    )  # fmt: skip
    return filed


def _file(tray: _Tray, filing: Filing, patient: Patient) -> Filed:
    key, report = key_of(filing), filing.report
    item = _item(tray, filing, patient)
    if patient.pk not in (item.patient_id, item.patient.merged_into_id):
        raise AnotherPatient
    late, before, gist = revising.is_late(item, report), revising.state(item), revising.gist(item)
    answer = late and versions.is_answer(report)
    told = versions.rows(report)
    revising.revise(item, report, told, patient)
    answers.keep(item, report, now=tray.now)
    if item.version and (answer or not late) and revising.state(item) == before:
        return Filed(item, item.patient, Change.UNCHANGED, filing.message_id, news=False)
    item.version += 1
    item.look_at = tray.now if report.kind in AWAITING else item.look_at
    tray.changed[key] = item
    tray.versions.append(_version(item, filing, told, tray.now, is_current=not late))
    change = Change.ANSWERED if answer else Change.LATE if late else Change.REVISED
    change = Change.OPENED if item.version == 1 else change
    news = revising.gist(item) != gist
    return Filed(item, item.patient, change, filing.message_id, news=news)


def _item(tray: _Tray, filing: Filing, patient: Patient) -> ChartItem:
    """The item that a report is about: by its key, or a referral by another of its numbers."""
    key, report = key_of(filing), filing.report
    item = tray.items.get(key)
    if report.kind is ItemKind.REFERRAL and _is_unsure(item):
        theirs = [one for one in tray.referrals if one.patient_id == patient.pk]
        item = recognise(theirs, report, filing.source) or item
    if item is None:
        item = tray.new[key] = ChartItem(
            patient=patient, source=filing.source, kind=report.kind.value, key=key[0], version=0,
            received_at=tray.now,
        )  # fmt: skip
        if report.kind is ItemKind.REFERRAL:
            tray.referrals.append(item)
    tray.items[key] = item
    return item


def _is_unsure(item: ChartItem | None) -> bool:
    return item is None or versions.only_answers(item.revision)


def _referrals(
    filings: Sequence[Filing], owners: Sequence[Patient], items: dict[ItemKey, ChartItem]
) -> list[ChartItem]:
    """What is known of the patients' referrals, where one may be told of by another number."""
    asked = {
        patient.pk
        for filing, patient in zip(filings, owners, strict=True)
        if filing.report.kind is ItemKind.REFERRAL and _is_unsure(items.get(key_of(filing)))
    }
    return referrals_of(asked, items.values()) if asked else []


def _version(
    item: ChartItem, filing: Filing, told: list[versions.Row], now: datetime, *, is_current: bool
) -> Row:
    report = filing.report
    return {
        "id": uuid7(), "item_id": item.pk, "number": item.version, "status": report.status.value,
        "severity": report.severity.value if report.severity else "",
        "issued_at": report.issued_at, "received_at": now, "message_id": filing.message_id,
        "is_current": is_current, "observations": versions.history(told),
    }  # fmt: skip


def key_of(filing: Filing) -> ItemKey:
    """What names the item for ever; a key too long for its column keeps a digest of the rest."""
    return (cut(filing.report.key), filing.report.kind.value, filing.source)


def _held(filings: Sequence[Filing]) -> dict[ItemKey, ChartItem]:
    keys = {key_of(filing)[0] for filing in filings}
    rows = ChartItem.objects.filter(key__in=keys).order_by("pk").select_for_update(of=("self",))
    # A join would be read before the wait for the lock: a merge could have moved the item by then.
    return {(row.key, row.kind, row.source): row for row in rows.prefetch_related("patient")}


def _patients(
    filings: Sequence[Filing], items: dict[ItemKey, ChartItem], *, actor: Actor, now: datetime
) -> list[Patient]:
    """Who each is about; a report that identifies no patient goes with the item it speaks of."""
    held = [
        items[key_of(filing)].patient
        if key_of(filing) in items and not naming(filing.patient)
        else None
        for filing in filings
    ]
    asked = [
        filing.patient for filing, patient in zip(filings, held, strict=True) if patient is None
    ]
    found = iter(patients.find_or_register(asked, overwrite=False, actor=actor, now=now))
    return [patient or next(found) for patient in held]


def _write(tray: _Tray, filings: Sequence[Filing]) -> None:
    bulk.insert(ChartItem, tray.new.values())
    new = {item.pk for item in tray.new.values()}
    revised = {item.pk: item for item in tray.changed.values() if item.pk not in new}
    bulk.put(ChartItem, revised.values(), key=["id"], columns=WRITTEN)
    bulk.insert(ItemVersion, tray.versions)
    bulk.put(
        ResultValue, (value for item in tray.changed.values() for value in values(item, tray.now)),
        key=["item_id", "code", "sub_id"],
        columns=["patient_id", "observed_at", "value", "number", "units", "severity"],
    )  # fmt: skip
    documents = [
        row for filing in filings for row in attached(tray.items[key_of(filing)], filing.report)
    ]
    if documents:
        Attachment.objects.bulk_create(documents, ignore_conflicts=True)


def _follow_merges(tray: _Tray, filed: Sequence[Filed]) -> None:
    """A patient may have been merged away while we wrote: the new items follow them.

    Our rows hold the patient's row against `patients.merge`, which locks it: either it waited for
    us and moves our rows itself, or it was first and is seen here.
    """
    moved = dict(
        ChartItem.objects.filter(
            pk__in=[item.pk for item in tray.new.values()], patient__merged_into__isnull=False
        ).values_list("pk", "patient__merged_into")
    )
    for item_id, patient_id in moved.items():
        for model, column in ((ChartItem, "pk"), (ResultValue, "item_id")):
            model.objects.filter(**{column: item_id}).update(patient_id=patient_id)
    survivors = Patient.objects.in_bulk(set(moved.values()))
    for one in filed:
        if one.item.pk in moved:
            one.item.patient = one.patient = survivors[moved[one.item.pk]]


def _link(filed: Sequence[Filed], *, now: datetime) -> list[Filed]:
    """Items that a document changes, which another message brought."""
    messages = {one.item: one.message_id for one in filed}
    replaced, reported = links.settle(messages, now=now)
    latest = filed[-1].message_id if filed else None
    return [
        Filed(item, item.patient, change, messages.get(item, latest), news=False)
        for change, items in ((Change.REPLACED, replaced), (Change.REPORTED, reported))
        for item in items
    ]


@transaction.atomic
def note_report(
    item: ChartItem, report: ChartItem, *, answers: bool, actor: Actor, now: datetime
) -> list[Filed]:
    """Note on a referral, which the caller holds locked, that this report answers it, or does not;
    what changed, to be routed."""
    said = {links.MATCHED: report.key} if answers else {links.REFUSED: report.key}
    left = {links.MATCHED, links.REFUSED}
    item.details = {n: value for n, value in item.details.items() if n not in left} | said
    _, reported = links.settle({item: None}, now=now)
    if item not in reported:
        item.save(update_fields=["details"])
    filed = [Filed(one, one.patient, Change.REPORTED, news=False) for one in reported]
    log.record_all(
        log.entry("item.reported", entity=one.item, patient_id=one.item.patient_id, actor=actor,
                  now=now, detail={"version": one.item.version, "report": str(report.pk)})
        for one in filed
    )  # fmt: skip
    return filed
