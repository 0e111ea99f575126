"""Rows become chart items and tasks, a batch in one savepoint: for good, or only to see."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import OperationalError, transaction

from accounts.models import ProviderIdentifier
from audit.actors import Actor
from charts import operations as charts
from charts.models import ChartItem, Patient, PatientIdentifier
from charts.operations import AnotherPatient, Change, Filed, Filing
from integrations.backlog.problems import Problem
from integrations.backlog.rows import Read
from integrations.models import BacklogImport, BacklogRow, RowFate
from routing import operations as routing
from routing.models import Task
from routing.rulebook import NoRules
from routing.states import TaskStatus

logger = logging.getLogger(__name__)


SOURCE = "backlog:csv"
"""Whose items those are that no feed is named for; no feed can have this name."""


@dataclass(slots=True)
class Verdict:
    """What one row comes to."""

    read: Read
    fate: RowFate
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    category: str = ""
    queue_id: UUID | None = None
    item_id: UUID | None = None


@dataclass(slots=True)
class _Held:
    """What the practice knows of the patients and items of a batch."""

    source: str
    people: dict[tuple[str, str], Patient]
    items: dict[tuple[str, str], list[ChartItem]]
    withdrawn: set[UUID]
    """Items whose task an undone import took back."""
    before: set[str]
    """Keys of earlier rows of the file."""
    providers: set[str]


@dataclass(slots=True)
class _Said:
    """What earlier rows of the batch said."""

    born: dict[tuple[str, str], date | None] = field(default_factory=dict)
    whose: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """By key and kind of an item: the number of its patient."""


def judge(
    backlog: BacklogImport, reads: Sequence[Read], *, keep: bool, actor: Actor, now: datetime
) -> list[Verdict]:
    """What each row comes to, all of it filed and routed; nothing stays unless `keep`.

    Raises:
        NoRules: the practice has no rules in effect.
    """
    held = _held(backlog, reads)
    verdicts: list[Verdict] = []
    ahead: list[tuple[Read, Verdict, ChartItem | None]] = []
    said = _Said()
    for read in reads:
        verdict, item = _first_look(read, held, said)
        verdicts.append(verdict)
        if verdict.fate == RowFate.CREATED:
            ahead.append((read, verdict, item))
    if ahead:
        _file(ahead, held.source, keep=keep, actor=actor, now=now)
    return verdicts


def source_of(backlog: BacklogImport) -> str:
    """The source under which its items are kept."""
    return backlog.feed.slug if backlog.feed else SOURCE


def _held(backlog: BacklogImport, reads: Sequence[Read]) -> _Held:
    whole = [read for read in reads if read.item is not None]
    numbers = {one.value for read in whole for one in read.patient.identifiers}
    people = PatientIdentifier.objects.filter(value__in=numbers).select_related("patient")
    source = source_of(backlog)
    items: dict[tuple[str, str], list[ChartItem]] = {}
    for item in ChartItem.objects.filter(key__in={_key(read, source) for read in whole}):
        items.setdefault((item.key, item.kind), []).append(item)
    ids = [item.pk for rows in items.values() for item in rows]
    first = min((read.record.number for read in reads), default=0)
    before = BacklogRow.objects.filter(
        backlog=backlog, number__lt=first, key__in={read.key for read in whole}
    )
    named = {read.item.orderer.id for read in whole if read.item and read.item.orderer}
    named |= {read.item.author.id for read in whole if read.item and read.item.author}
    known = ProviderIdentifier.objects.filter(value__in=named).values_list("value", flat=True)
    return _Held(
        source=source,
        people={(row.value, row.assigner): row.patient for row in people},
        items=items, withdrawn=_withdrawn(ids),
        before=set(before.exclude(key="").values_list("key", flat=True)),
        providers=set(known),
    )  # fmt: skip


def _withdrawn(item_ids: Sequence[UUID]) -> set[UUID]:
    """Items whose newest task was taken back by an undo."""
    newest = {
        task.item_id: task for task in Task.objects.filter(item_id__in=item_ids).order_by("pk")
    }
    return {
        item_id
        for item_id, task in newest.items()
        if item_id and task.status == TaskStatus.CANCELLED
        and task.status_reason == routing.UNDONE
    }  # fmt: skip


def _first_look(read: Read, held: _Held, said: _Said) -> tuple[Verdict, ChartItem | None]:
    """What can be said before anything is filed; CREATED means that it is to be filed."""
    if read.problems:
        return Verdict(read, RowFate.ERROR, list(read.problems)), None
    if read.item is None:
        return Verdict(read, RowFate.CLOSED), None
    if read.key in held.before:
        return Verdict(read, RowFate.REPEATED), None
    held.before.add(read.key)
    [number] = read.patient.identifiers
    name = (number.value, number.assigner)
    person = held.people.get(name)
    place = (_key(read, held.source), read.item.kind.value)
    rows = held.items.get(place, [])
    own = next((item for item in rows if item.source == held.source), None)
    birth = said.born.setdefault(name, (person and person.birth_date) or read.patient.birth_date)
    if birth and read.patient.birth_date and birth != read.patient.birth_date:
        return Verdict(read, RowFate.ERROR, [Problem("birth_date", "other-birth-date")]), None
    strange = own is not None and (person is None or own.patient_id != person.pk)
    if strange or said.whose.setdefault(place, name) != name:
        return Verdict(read, RowFate.ERROR, [Problem("item_id", "another-patient")]), None
    if own is not None and own.pk not in held.withdrawn:
        return Verdict(read, RowFate.KNOWN, item_id=own.pk), None
    if own is None and person and any(item.patient_id == person.pk for item in rows):
        return Verdict(read, RowFate.KNOWN), None
    return Verdict(read, RowFate.CREATED, remarks=_remarks(read, held)), own


def _remarks(read: Read, held: _Held) -> list[str]:
    found = list(read.remarks)
    people = (read.item.orderer, read.item.author) if read.item else ()
    if any(one is not None and one.id not in held.providers for one in people):
        found.append("provider-not-known")
    return found


def _key(read: Read, source: str) -> str:
    assert read.item is not None
    return charts.key_of(Filing(read.patient, read.item, source))[0]


Ahead = Sequence[tuple[Read, Verdict, ChartItem | None]]


def _file(ahead: Ahead, source: str, *, keep: bool, actor: Actor, now: datetime) -> None:
    """All at once; where that fails, by halves, until the row that cannot be filed is alone."""
    try:
        with transaction.atomic():
            _file_at_once(ahead, source, actor=actor, now=now)
            if not keep:
                transaction.set_rollback(True)
    except (OperationalError, NoRules):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is one row's
        if len(ahead) == 1:
            _refuse(ahead[0][1], error)
            return
        half = len(ahead) // 2
        for part in (ahead[:half], ahead[half:]):
            _file(part, source, keep=keep, actor=actor, now=now)


def _refuse(verdict: Verdict, error: Exception) -> None:
    problem = Problem("", "not-filed")
    if isinstance(error, AnotherPatient):
        problem = Problem("item_id", "another-patient")
    else:
        cause = type(error).__name__
        logger.warning("backlog row not filed", extra={"cause": cause})
    verdict.fate, verdict.problems, verdict.remarks = RowFate.ERROR, [problem], []
    verdict.item_id = verdict.queue_id = None


def _file_at_once(ahead: Ahead, source: str, *, actor: Actor, now: datetime) -> None:
    fresh = [(read, verdict) for read, verdict, item in ahead if item is None]
    filings = [Filing(read.patient, read.item, source) for read, _ in fresh if read.item]
    filed = charts.file_reports(filings, actor=actor, now=now) if filings else []
    for (_, verdict), one in zip(fresh, filed, strict=True):
        verdict.item_id = one.item.pk
    again = []
    for _, verdict, item in ahead:
        if item is not None:
            verdict.item_id = item.pk
            again.append(Filed(item, item.patient, Change.REVISED))
    placed = routing.route([*filed, *again], backdated=True, actor=actor, now=now)
    tasks = {one.task.item_id: one.task for one in placed}
    for _, verdict, _ in ahead:
        task = tasks.get(verdict.item_id)
        verdict.fate = RowFate.CREATED if task else RowFate.QUIET
        verdict.category = task.category if task else ""
        verdict.queue_id = task.queue_id if task else None
