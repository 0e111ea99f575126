"""An import from upload to undo: each step one verb, long passes a batch at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_noop as _

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from integrations.backlog import filing, rows
from integrations.backlog.mapping import LONGEST_NAME, Mapping, NotWhole, check
from integrations.models import (
    BacklogFile,
    BacklogImport,
    BacklogMapping,
    BacklogRow,
    Feed,
    RowFate,
)
from routing import operations as routing
from routing.rulebook import NoRules
from tenants import bulk, csvfile, scope
from tenants.csvfile import Shape
from tenants.models import Practice

BATCH = 500

State = BacklogImport.State

AT_WORK = (State.CHECKING, State.IMPORTING, State.UNDOING)

JUDGED = ("line", "key", "category", "queue_id", "problems", "remarks", "item_id")


class WrongStep(Exception):
    """The import is not at the step that this starts from; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The answer to: how is this file read, and whose are its items?"""

    mapping: Mapping
    feed: Feed | None = None
    save_as: str = ""


@transaction.atomic
def upload(
    *, raw: bytes, file_name: str, member: Membership | None, actor: Actor, now: datetime
) -> BacklogImport:
    """Keep a file that can be read to its end.

    Raises:
        Refused: it cannot; nothing is kept.
    """
    shape = csvfile.shape_of(raw)
    backlog = BacklogImport.objects.create(
        file_name=file_name[-120:], encoding=shape.encoding, delimiter=shape.delimiter,
        headers=list(shape.headers), total=csvfile.count(raw, shape), uploaded_at=now,
        started_by=member, started_by_name=actor.name,
    )  # fmt: skip
    BacklogFile.objects.create(backlog=backlog, raw=raw, uploaded_at=now)
    _record("backlog.uploaded", backlog, actor=actor, now=now, bytes=len(raw))
    return backlog


@transaction.atomic
def read_as(*, backlog_id: UUID, reading: Reading, actor: Actor, now: datetime) -> BacklogImport:
    """Say what the columns are, and begin the dry run; asking again begins it anew.

    Raises:
        NotWhole: the mapping leaves out what every row needs.
        WrongStep: it was imported, undone or set aside.
    """
    backlog = _locked(backlog_id, State.MAPPING, State.CHECKING, State.CHECKED)
    check(reading.mapping, backlog.headers)
    backlog.mapping, backlog.feed = reading.mapping.kept(), reading.feed
    backlog.rows.all().delete()
    _move(backlog, State.CHECKING, "mapping", "feed")
    if reading.save_as.strip():
        BacklogMapping.objects.update_or_create(
            name=reading.save_as.strip()[:LONGEST_NAME],
            defaults={"mapping": reading.mapping.kept(), "saved_at": now},
        )
    _record("backlog.check-asked", backlog, actor=actor, now=now)
    return backlog


@transaction.atomic
def start(*, backlog_id: UUID, actor: Actor, now: datetime) -> BacklogImport:
    """Begin to import what was checked.

    Raises:
        WrongStep: it was not checked, or was started before.
    """
    backlog = _locked(backlog_id, State.CHECKED)
    _move(backlog, State.IMPORTING)
    _record("backlog.import-asked", backlog, actor=actor, now=now)
    return backlog


@transaction.atomic
def undo(*, backlog_id: UUID, actor: Actor, now: datetime) -> BacklogImport:
    """Begin to take back the tasks of an import that nobody has touched.

    Raises:
        WrongStep: it is not imported, or was undone before.
    """
    backlog = _locked(backlog_id, State.IMPORTED)
    _move(backlog, State.UNDOING)
    _record("backlog.undo-asked", backlog, actor=actor, now=now)
    return backlog


@transaction.atomic
def discard(*, backlog_id: UUID, actor: Actor, now: datetime) -> BacklogImport:
    """Set an import aside before anything was imported; its file goes at once.

    Raises:
        WrongStep: it was started.
    """
    backlog = _locked(backlog_id, State.MAPPING, State.CHECKING, State.CHECKED)
    backlog.file_name = ""
    backlog.files.all().delete()
    backlog.rows.all().delete()
    _move(backlog, State.DISCARDED, "file_name")
    _record("backlog.discarded", backlog, actor=actor, now=now)
    return backlog


@transaction.atomic
def forget(*, before: datetime, actor: Actor, now: datetime) -> int:
    """Delete the files that were uploaded before that day; the counts stay. Returns how many."""
    old = BacklogFile.objects.filter(uploaded_at__lt=before).exclude(backlog__state__in=AT_WORK)
    gone = list(old.values_list("backlog_id", flat=True)[:BATCH])
    for backlog in BacklogImport.objects.lock(gone):
        backlog.files.all().delete()
        backlog.file_name = ""
        unfinished = backlog.state in (State.MAPPING, State.CHECKED)
        backlog.state = State.DISCARDED if unfinished else backlog.state
        backlog.save(update_fields=["file_name", "state"])
        _record("backlog.file-forgotten", backlog, actor=actor, now=now)
    return len(gone)


@transaction.atomic
def advance(*, backlog: BacklogImport, actor: Actor, now: datetime) -> int:
    """The next batch of the pass that is under way, with how far it came, in one transaction.

    The caller holds the row. Returns how many rows were dealt with.
    """
    try:
        with transaction.atomic():
            done = STEPS[State(backlog.state)](backlog, actor, now)
    except NoRules:
        backlog.trouble = _("No routing rules are in effect.")
        backlog.save(update_fields=["trouble"])
        return 0
    backlog.reached, backlog.trouble = backlog.reached + done, ""
    if done < BATCH or backlog.reached >= backlog.total:
        _finish(backlog, actor=actor, now=now)
    backlog.save(update_fields=["reached", "trouble", "state", "checked_at", "finished_at",
                                "undone_at"])  # fmt: skip
    return done


def _through_file(backlog: BacklogImport, actor: Actor, now: datetime) -> int:
    """Rows of the file, filed for good or only to see."""
    keep = backlog.state == State.IMPORTING
    plan = plan_of(backlog, now=now)
    records = csvfile.records(raw_of(backlog), shape_of(backlog))
    reads = [
        rows.read(record, plan)
        for record in islice(records, backlog.reached, backlog.reached + BATCH)
    ]
    verdicts = filing.judge(backlog, reads, keep=keep, actor=actor, now=now)
    column = "fate" if keep else "planned"
    bulk.put(
        BacklogRow, [_row(backlog, verdict, keep=keep) for verdict in verdicts],
        key=["backlog_id", "number"], columns=[*JUDGED, column],
    )  # fmt: skip
    return len(reads)


def _row(backlog: BacklogImport, verdict: filing.Verdict, *, keep: bool) -> BacklogRow:
    return BacklogRow(
        backlog=backlog, number=verdict.read.record.number, line=verdict.read.record.line,
        key=verdict.read.key, planned=verdict.fate, fate=verdict.fate if keep else "",
        category=verdict.category, queue_id=verdict.queue_id,
        problems=[list(one) for one in verdict.problems], remarks=verdict.remarks,
        item_id=verdict.item_id if keep else None,
    )  # fmt: skip


def _through_tasks(backlog: BacklogImport, actor: Actor, now: datetime) -> int:
    """The tasks that the import made, taken back where nobody touched them."""
    numbers = range(backlog.reached + 1, backlog.reached + BATCH + 1)
    made = backlog.rows.filter(number__in=numbers, fate=RowFate.CREATED, item__isnull=False)
    items = set(made.values_list("item_id", flat=True))
    gone = routing.withdraw_untouched(item_ids=items, actor=actor, now=now) if items else set()
    made.filter(item_id__in=gone).update(fate=RowFate.UNDONE)
    made.update(fate=RowFate.KEPT)
    return min(BATCH, backlog.total - backlog.reached)


STEPS: dict[State, Callable[[BacklogImport, Actor, datetime], int]] = {
    State.CHECKING: _through_file,
    State.IMPORTING: _through_file,
    State.UNDOING: _through_tasks,
}


def raw_of(backlog: BacklogImport) -> bytes:
    """The file.

    Raises:
        WrongStep: it has been deleted.
    """
    kept = BacklogFile.objects.filter(backlog=backlog).first()
    if kept is None:
        raise WrongStep("The file was deleted. Upload it again.")
    return bytes(kept.raw)


def shape_of(backlog: BacklogImport) -> Shape:
    return Shape(backlog.encoding, backlog.delimiter, tuple(backlog.headers))


def plan_of(backlog: BacklogImport, *, now: datetime) -> rows.Plan:
    """How its rows are read; a time without a zone is on the clock of the feed or practice."""
    zone = backlog.feed.time_zone if backlog.feed else _practice().time_zone
    mapping = Mapping.read(backlog.mapping)
    return rows.Plan(mapping, tuple(backlog.headers), ZoneInfo(zone), now)


def _practice() -> Practice:
    return Practice.objects.get(pk=scope.current())


def _finish(backlog: BacklogImport, *, actor: Actor, now: datetime) -> None:
    ended, stamp, action = {
        State.CHECKING: (State.CHECKED, "checked_at", "backlog.checked"),
        State.IMPORTING: (State.IMPORTED, "finished_at", "backlog.imported"),
        State.UNDOING: (State.UNDONE, "undone_at", "backlog.undone"),
    }[State(backlog.state)]
    backlog.state = ended
    setattr(backlog, stamp, now)
    _record(action, backlog, actor=actor, now=now)


def _locked(backlog_id: UUID, *states: State) -> BacklogImport:
    backlog = BacklogImport.objects.lock([backlog_id]).first()
    if backlog is None or backlog.state not in states:
        raise WrongStep("This import has moved on since. Look at where it stands now.")
    return backlog


def _move(backlog: BacklogImport, state: State, *also: str) -> None:
    backlog.state, backlog.reached, backlog.trouble = state, 0, ""
    backlog.save(update_fields=["state", "reached", "trouble", *also])


def _record(
    action: str, backlog: BacklogImport, *, actor: Actor, now: datetime, **detail: int
) -> None:
    log.record(action, entity=backlog, detail={"rows": backlog.total, **detail},
               actor=actor, now=now)  # fmt: skip


__all__ = [
    "AT_WORK", "BATCH", "NotWhole", "Reading", "WrongStep", "advance", "discard", "forget",
    "plan_of", "raw_of", "read_as", "shape_of", "start", "undo", "upload",
]  # fmt: skip
