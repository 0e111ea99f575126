"""Import what is open in an EHR from a CSV file, with columns that were named before."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from audit.actors import Actor
from integrations.backlog import operations, sweeping
from integrations.backlog.mapping import BY_NAME, Mapping, NotWhole
from integrations.backlog.operations import Reading
from integrations.backlog.problems import SENTENCES
from integrations.models import BacklogImport, BacklogMapping, Feed, RowFate
from tenants import scope
from tenants.csvfile import Refused
from tenants.models import Practice

ACTOR = Actor.machine("command:import_backlog")


class Command(BaseCommand):
    help = "Import open results, orders and notes from a CSV file. Prints counts, never a cell."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file, whose, and how it is read."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--practice", required=True, help="slug")
        parser.add_argument("--mapping", required=True, help="name under which columns were kept")
        parser.add_argument("--feed", default="", help="slug of the feed whose items they are")
        parser.add_argument("--dry-run", action="store_true", help="leave no task behind")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check, import unless it is a dry run, and say what became of the rows."""
        practice = Practice.objects.filter(slug=options["practice"], is_active=True).first()
        if practice is None:
            raise CommandError("No practice has this slug.")
        with scope.scoped(practice.pk):
            backlog_id = _begun(options)
            self._passed(practice.pk, backlog_id)
            dry = options["dry_run"]
            if not dry:
                with transaction.atomic():
                    operations.start(backlog_id=backlog_id, actor=ACTOR, now=timezone.now())
                self._passed(practice.pk, backlog_id)
            with transaction.atomic():
                self._report(backlog_id, "planned" if dry else "fate")
                if dry:
                    operations.discard(backlog_id=backlog_id, actor=ACTOR, now=timezone.now())

    def _passed(self, practice_id: UUID, backlog_id: UUID) -> None:
        """Batch after batch, together with whichever worker takes one too."""
        while True:
            sweeping.sweep_practice(practice_id, now=timezone.now())
            with transaction.atomic():
                held = BacklogImport.objects.get(pk=backlog_id)
            if held.state not in operations.AT_WORK:
                return
            if held.trouble:
                raise CommandError(held.trouble)

    def _report(self, backlog_id: UUID, column: str) -> None:
        rows = BacklogImport.objects.get(pk=backlog_id).rows.order_by("number")
        for fate in RowFate:
            if many := rows.filter(**{column: fate}).count():
                self.stdout.write(f"{many} {fate.label}")
        wrong = rows.filter(**{column: RowFate.ERROR}).values_list("line", "problems")
        for line, problems in wrong.iterator():
            for field, code in problems:
                label = BY_NAME[field].label if field else "Whole row"
                self.stdout.write(f"line {line}, {label}: {SENTENCES[code]}")


@transaction.atomic
def _begun(options: dict[str, Any]) -> UUID:
    """The file, kept and on its way to be checked.

    Raises:
        CommandError: it cannot be read, or nothing is kept under that name.
    """
    now = timezone.now()
    held = BacklogMapping.objects.filter(name=options["mapping"]).first()
    if held is None:
        raise CommandError("No columns are kept under this name. Keep them on the import's page.")
    feed = Feed.objects.filter(slug=options["feed"]).first()
    if options["feed"] and feed is None:
        raise CommandError("No feed has this slug.")
    try:
        backlog = operations.upload(
            raw=options["file"].read_bytes(), file_name=options["file"].name, member=None,
            actor=ACTOR, now=now,
        )  # fmt: skip
        reading = Reading(Mapping.read(held.mapping), feed)
        operations.read_as(backlog_id=backlog.pk, reading=reading, actor=ACTOR, now=now)
    except OSError as error:
        raise CommandError(f"Cannot read the file: {error.strerror}.") from error
    except (Refused, NotWhole) as refused:
        raise CommandError(str(refused)) from refused
    return backlog.pk
