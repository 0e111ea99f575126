"""Made-up exports, and an import driven to its end by the real operations."""

from datetime import datetime

from audit.actors import Actor
from integrations.backlog import operations, sweeping
from integrations.backlog.mapping import Mapping, guess
from integrations.backlog.operations import Reading
from integrations.models import BacklogImport

SETUP = Actor.machine("tests.backlog")

HEADERS = ("MRN", "Patient name", "DOB", "Kind", "Date", "Code", "Title", "Provider id", "Status",
           "Billed", "Flag", "Item id")  # fmt: skip

ROWS = (
    ("700001", "MADEUP, Ada", "1961-03-02", "result", "2026-05-04", "2823-3", "Potassium", "1001",
     "final", "no", "H", "F-1"),
    ("700002", "MADEUP, Ben", "1984-04-18", "order", "2026-06-11", "58410-2", "Blood count", "1001",
     "unsigned", "no", "", "P-2"),
    ("700003", "MADEUP, Cy", "1972-01-30", "note", "2026-02-03", "11506-3", "Progress note", "1001",
     "unsigned", "yes", "", "D-3"),
    ("700003", "MADEUP, Cy", "1972-01-30", "note", "2026-02-04", "11506-3", "Progress note", "1001",
     "signed", "yes", "", "D-4"),
)  # fmt: skip


def csv_of(*rows: tuple[str, ...], headers: tuple[str, ...] = HEADERS) -> bytes:
    lines = [",".join(f'"{cell}"' for cell in row) for row in (headers, *rows)]
    return "\r\n".join(lines).encode()


def mapping_of(headers=HEADERS, **more) -> Mapping:
    said = {"columns": guess(headers), "date_format": "iso", "assigner": "ELM"} | more
    return Mapping(**said)


def uploaded(raw: bytes, *, now: datetime) -> BacklogImport:
    return operations.upload(raw=raw, file_name="open.csv", member=None, actor=SETUP, now=now)


def checked(raw: bytes, practice, *, now: datetime, feed=None, mapping=None) -> BacklogImport:
    """As far as the dry run."""
    backlog = uploaded(raw, now=now)
    reading = Reading(mapping or mapping_of(tuple(backlog.headers)), feed)
    operations.read_as(backlog_id=backlog.pk, reading=reading, actor=SETUP, now=now)
    swept(practice, now=now)
    backlog.refresh_from_db()
    return backlog


def imported(raw: bytes, practice, *, now: datetime, feed=None, mapping=None) -> BacklogImport:
    """To the end."""
    backlog = checked(raw, practice, now=now, feed=feed, mapping=mapping)
    operations.start(backlog_id=backlog.pk, actor=SETUP, now=now)
    swept(practice, now=now)
    backlog.refresh_from_db()
    return backlog


def undone(backlog: BacklogImport, practice, *, now: datetime) -> BacklogImport:
    operations.undo(backlog_id=backlog.pk, actor=SETUP, now=now)
    swept(practice, now=now)
    backlog.refresh_from_db()
    return backlog


def swept(practice, *, now: datetime) -> int:
    total = 0
    while done := sweeping.sweep_practice(practice.pk, now=now):
        total += done
    return total


def fates(backlog: BacklogImport, column: str = "fate") -> list[str]:
    return list(backlog.rows.order_by("number").values_list(column, flat=True))
