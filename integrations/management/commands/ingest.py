"""Put message files through the whole path, and say for each message what it came to."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from audit.actors import Actor
from integrations import trial
from integrations.models import Feed
from integrations.trial import Conclusion
from tenants import scope
from tenants.models import Door, DoorKind

ACTOR = Actor.machine("integrations.ingest")


class Command(BaseCommand):
    requires_system_checks = ()  # the gate runs them; a worker starts at once
    help = "Store and process HL7 v2 or FHIR files; one line for each message."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files, the feed they come from, and how to answer."""
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument(
            "--feed",
            default="",
            help="slug of the feed; a dry run without one uses a practice made for it",
        )
        parser.add_argument("--dry-run", action="store_true", help="leave nothing behind")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ingest each file; a file that cannot be read is one line too."""
        if not options["feed"] and not options["dry_run"]:
            raise CommandError(
                "Name the feed: --feed SLUG. Without one only --dry-run is possible."
            )
        shows = _as_json if options["json"] else _as_text
        with (
            trial.feed_for_trial(actor=ACTOR, now=timezone.now())
            if not options["feed"]
            else _named(options["feed"]) as feed
        ):
            for path in options["files"]:
                for conclusion in _ingest(path, feed, dry_run=options["dry_run"]):
                    sys.stdout.write(shows(path, conclusion) + "\n")


class _named:  # noqa: N801 - reads as a word where it is used
    """The feed of that slug, in its practice's scope."""

    def __init__(self, slug: str) -> None:
        door = Door.objects.filter(kind=DoorKind.FEED, key=slug).first()
        if door is None:
            raise CommandError("No feed has this slug.")
        self._slug, self._scope = slug, scope.scoped(door.practice_id)

    def __enter__(self) -> Feed:
        self._scope.__enter__()
        with transaction.atomic():
            return Feed.objects.get(slug=self._slug)

    def __exit__(self, *raised: Any) -> None:
        self._scope.__exit__(*raised)


def _ingest(path: Path, feed: Feed, *, dry_run: bool) -> Iterator[Conclusion]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CommandError(f"Cannot read {path}: {error.strerror}.") from error
    for body, standard in trial.bodies(raw):
        yield trial.ingest(body, standard, feed, dry_run=dry_run, now=timezone.now())


def _as_json(path: Path, one: Conclusion) -> str:
    return json.dumps({"file": str(path), **one.as_dict()})


def _as_text(path: Path, one: Conclusion) -> str:
    work = ", ".join(
        f"{task['action']} {task['category']} → {task['queue_role']}" for task in one.tasks
    )
    answer = (
        "/".join(code for code in (one.ack["accept"], one.ack["application"]) if code)
        or "no answer"
    )
    return f"{path.name}: {one.type or 'no type'} · {one.klass} · {answer} · {work or 'no task'}"
