"""Imports of a backlog: where each stands, what it comes to, and what is to be corrected."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.rows.backlog import (
    BacklogLine,
    BacklogPage,
    CountLine,
    ErrorLine,
    FieldLine,
    MappingPage,
    WhereLine,
)
from dashboards.rows.task import Choice
from dashboards.words import later
from integrations.backlog import dates, guarding, mapping, operations, rows
from integrations.backlog.mapping import BY_NAME, FIELDS, Mapping
from integrations.backlog.problems import REMARKS, SENTENCES
from integrations.models import BacklogFile, BacklogImport, BacklogMapping, Feed, RowFate
from routing.categories import Category
from routing.said import spoken
from tenants import csvfile

SHOWN, SAMPLES, SNIFFED = 50, 3, 2_000

State = BacklogImport.State

TONES = {State.IMPORTED: "good", State.MAPPING: "warn", State.CHECKED: "warn"}

LEADS: dict[str, str] = {
    State.MAPPING: later("Say what each column holds. Nothing is imported yet."),
    State.CHECKING: later("Each row is tried as if it were imported, and taken back again."),
    State.CHECKED: later("This is what the import would do. Nothing was imported yet."),
    State.IMPORTING: later(
        "Tasks are being made. You may leave this page; it goes on without you."
    ),
    State.IMPORTED: later("The tasks are in their queues, each as old as its item."),
    State.UNDOING: later("Tasks that nobody touched are being taken back."),
    State.UNDONE: later(
        "Tasks that nobody had touched were taken back. The file can be imported again."
    ),
    State.DISCARDED: later("Nothing of it was imported, and its file was deleted."),
}

LABELS: tuple[tuple[RowFate, str, str], ...] = (
    (RowFate.CREATED, later("New tasks"), "good"),
    (RowFate.KNOWN, later("Already known, skipped"), ""),
    (RowFate.REPEATED, later("The same item as an earlier row, skipped"), ""),
    (RowFate.CLOSED, later("Closed in the EHR, skipped"), ""),
    (RowFate.QUIET, later("Filed without a task, by your rules"), ""),
    (RowFate.ERROR, later("To be corrected, not imported"), "stop"),
    (RowFate.UNDONE, later("Taken back"), ""),
    (RowFate.KEPT, later("Kept: somebody worked on them since"), "warn"),
)


def lines(desk: Desk) -> tuple[BacklogLine, ...]:
    """The newest imports."""
    newest = BacklogImport.objects.order_by("-uploaded_at")[:SHOWN]
    return tuple(
        BacklogLine(
            url=reverse("dashboards:backlog_import", args=[one.pk]),
            name=_name(one),
            state=one.get_state_display(),
            tone=TONES.get(State(one.state), ""),
            rows=words.plural("%(count)s row", "%(count)s rows", one.total),
            by=one.started_by_name,
            uploaded=words.moment(one.uploaded_at, zone=desk.zone, now=desk.now),
        )
        for one in newest
    )


def find(backlog_id: UUID) -> BacklogImport | None:
    """The import of that id."""
    return BacklogImport.objects.select_related("feed").filter(pk=backlog_id).first()


def page(backlog: BacklogImport) -> BacklogPage:
    """One import: how far it is, what it comes to."""
    at_work = backlog.state in operations.AT_WORK
    column = _column(backlog)
    fates = _fates(backlog, column)
    wrong = backlog.rows.filter(**{column: RowFate.ERROR}).order_by("number")
    return BacklogPage(
        id=str(backlog.pk), name=_name(backlog), state=backlog.state,
        state_words=backlog.get_state_display(), lead=LEADS[backlog.state],
        is_at_work=at_work, reached=backlog.reached, total=backlog.total,
        progress=words.plural(
            "%(reached)s of %(count)s row", "%(reached)s of %(count)s rows", backlog.total,
            reached=f"{backlog.reached:,}",
        ),
        trouble=spoken(backlog.trouble), tag=tag(backlog),
        counts=tuple(
            CountLine(label, f"{fates[fate]:,}", tone) for fate, label, tone in LABELS
            if fates[fate]
        ),
        where=_where(backlog, column), remarks=_remarks(backlog),
        errors=tuple(_error_lines(backlog, wrong[:SHOWN])),
        errors_in_all=_rows(fates[RowFate.ERROR]) if fates[RowFate.ERROR] else "",
        has_file=BacklogFile.objects.filter(backlog=backlog).exists(),
        created=fates[RowFate.CREATED],
    )  # fmt: skip


def tag(backlog: BacklogImport) -> str:
    """Changes whenever the progress does."""
    return f"{backlog.state}-{backlog.reached}-{len(backlog.trouble)}"


def mapping_page(backlog: BacklogImport, chosen: Mapping | None, kept_id: str) -> MappingPage:
    """The columns with their first cells, each field with the column that fits it."""
    raw, shape = operations.raw_of(backlog), operations.shape_of(backlog)
    held = _kept(backlog)
    used = next((one for one in held if str(one.pk) == kept_id), None)
    if chosen is None:
        used = used or next(iter(held), None)
        chosen = Mapping.read(used.mapping) if used else _guessed(backlog)
    sniffed = _sniffed(raw, shape, chosen)
    first = [one.cells for one in islice(csvfile.records(raw, shape), SAMPLES)]
    samples = rows.samples(list(islice(csvfile.records(raw, shape), SAMPLES)), shape.headers)
    return MappingPage(
        fields=tuple(
            FieldLine(one.name, one.said, spoken(one.hint), chosen.columns.get(one.name, ""),
                      tuple(samples.get(chosen.columns.get(one.name, ""), ())))
            for one in FIELDS
        ),
        headers=tuple((name, _option(name, samples[name])) for name in shape.headers),
        rows=tuple(tuple(cell.strip()[:80] for cell in cells) for cells in first),
        kinds=mapping.KINDS, kind=chosen.kind, assigner=chosen.assigner,
        formats=tuple(
            Choice(value=name, label=spoken(label)) for name, label in dates.FORMATS.items()
        ),
        date_format=chosen.date_format or sniffed.format, doubtful=sniffed.doubtful,
        feeds=tuple(Choice(value=slug, label=name) for slug, name in _feeds()),
        feed=backlog.feed.slug if backlog.feed else "",
        kept=tuple(Choice(value=str(one.pk), label=one.name) for one in held),
        save_as=used.name if used else "",
    )  # fmt: skip


def corrections(backlog: BacklogImport) -> Iterator[list[str]]:
    """The rows to be corrected, as they came, with what is wrong; read again when uploaded."""
    raw, shape = operations.raw_of(backlog), operations.shape_of(backlog)
    yield [_("What to correct"), _("Line"), *shape.headers]
    column = _column(backlog)
    wrong = dict(backlog.rows.filter(**{column: RowFate.ERROR}).values_list("number", "problems"))
    for record in csvfile.records(raw, shape) if wrong else ():
        if record.number in wrong:
            what = " ".join(
                f"{_header(backlog, field)}: {spoken(SENTENCES[code])}"
                for field, code in wrong[record.number]
            )
            yield [what, str(record.line), *(guarding.unguarded(cell) for cell in record.cells)]


def _column(backlog: BacklogImport) -> str:
    before = backlog.state in (State.MAPPING, State.CHECKING, State.CHECKED)
    return "planned" if before else "fate"


def _fates(backlog: BacklogImport, column: str) -> Counter[str]:
    counted = backlog.rows.values_list(column).annotate(many=Count("pk")).order_by(column)
    return Counter(dict(counted))


def _where(backlog: BacklogImport, column: str) -> tuple[WhereLine, ...]:
    made = backlog.rows.filter(**{column: RowFate.CREATED}).values_list("category", "queue__name")
    counted = made.annotate(many=Count("pk")).order_by("-many", "category")
    return tuple(
        WhereLine(Category(category).label, queue or "", f"{many:,}")
        for category, queue, many in counted
    )


def _remarks(backlog: BacklogImport) -> tuple[str, ...]:
    found = []
    for code, sentence in REMARKS.items():
        if many := backlog.rows.filter(remarks__contains=[code]).count():
            found.append(f"{_rows(many)} {spoken(sentence)}.")
    return tuple(found)


def _rows(number: int) -> str:
    return words.plural("%(count)s row", "%(count)s rows", number)


def _error_lines(backlog: BacklogImport, wrong: Any) -> Iterator[ErrorLine]:
    for row in wrong:
        for field, code in row.problems:
            yield ErrorLine(row.line, _header(backlog, field), spoken(SENTENCES[code]))


def _header(backlog: BacklogImport, field: str) -> str:
    """The column as the file names it."""
    named: dict[str, str] = backlog.mapping.get("columns", {})
    return named.get(field) or (BY_NAME[field].said if field in BY_NAME else _("Whole row"))


def _feeds() -> list[tuple[str, str]]:
    return list(Feed.objects.order_by("name").values_list("slug", "name"))


def _kept(backlog: BacklogImport) -> list[BacklogMapping]:
    newest = BacklogMapping.objects.order_by("-saved_at")[:SHOWN]
    return [one for one in newest if mapping.fits(Mapping.read(one.mapping), backlog.headers)]


def _guessed(backlog: BacklogImport) -> Mapping:
    held = Mapping.read(backlog.mapping) if backlog.mapping else None
    return held or Mapping(columns=mapping.guess(backlog.headers))


def _sniffed(raw: bytes, shape: csvfile.Shape, chosen: Mapping) -> dates.Sniffed:
    places = chosen.places(shape.headers)
    at = [places[name] for name in ("date", "birth_date") if name in places]
    first = islice(csvfile.records(raw, shape), SNIFFED)
    return dates.sniff(
        record.cells[place] for record in first for place in at if place < len(record.cells)
    )


def _option(header: str, samples: list[str]) -> str:
    first = next((cell for cell in samples if cell), "")
    return f"{header} ({first[:30]})" if first else header


def _name(backlog: BacklogImport) -> str:
    return backlog.file_name or _("File deleted")
