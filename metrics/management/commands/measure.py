"""Evaluate a quality measure over FHIR resources, or over a practice's own rows, and print its
MeasureReport."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from metrics import measuring
from metrics.measures import cms50, files, report
from metrics.measures.codes import ValueSets
from metrics.measures.dates import Days
from metrics.measures.editions import (
    ASSESSMENTS,
    EDITIONS,
    NEEDED,
    VISITS,
    Edition,
    edition_called,
    edition_of,
)
from metrics.measures.record import MeasureBundle
from metrics.resources import OwnCodes
from tenants import scope
from tenants.models import Practice

SHAPES = {"summary": report.summary, "individual": report.individuals}

MOST_LINES = 20
"""Of one kind that are said of files."""

Found = tuple[cms50.Cms50, list[cms50.Outcome], list[str]]


class Command(BaseCommand):
    requires_system_checks = ()  # over files it asks no database
    help = "Print the FHIR MeasureReport of a quality measure over files or a practice's own rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("measure", choices=["cms50"])
        over = parser.add_mutually_exclusive_group(required=True)
        over.add_argument(
            "--bundle", type=Path, metavar="FILE_OR_FOLDER",
            help="a FHIR R4 Bundle, or a folder of Bundles and resources",
        )  # fmt: skip
        over.add_argument("--practice", metavar="SLUG", help="the referrals of this practice")
        parser.add_argument(
            "--codes", type=Path, metavar="FILE_OR_FOLDER",
            help="value sets: a table (value_set, system, code) or FHIR ValueSets; of a practice"
            " instead of those that it has loaded",
        )  # fmt: skip
        for side, example in (("--start", "first day, as 2026-01-01"), ("--end", "last day")):
            parser.add_argument(side, type=_day, required=True, metavar="DAY", help=example)
        parser.add_argument("--type", choices=SHAPES, default="summary")
        parser.add_argument(
            "--edition", choices=[one.version for one in EDITIONS],
            help="of the measure, over files; else that of the year in which the period starts",
        )  # fmt: skip
        parser.add_argument(
            "--zone", type=_zone,
            help="whose midnight ends a day, as America/Chicago (the practice's own; of files UTC,"
            " as in the official cases)",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """The report on standard output; what was left out, and why, beside it."""
        period, now = _period(options["start"], options["end"]), timezone.now()
        asked = _of_practice if options["practice"] else _of_files
        measure, outcomes, left_out = asked(period, options, now=now)
        for line in left_out:
            self.stderr.write(line)
        found = SHAPES[options["type"]](measure, outcomes, now=now)
        self.stdout.write(json.dumps(found, indent=2))


def _of_files(period: Days, options: dict[str, Any], **_: datetime) -> Found:
    if options["codes"] is None:
        raise CommandError("Over files the codes are needed too: give --codes.")
    edition, zone = _edition(period.first, options["edition"]), options["zone"] or ZoneInfo("UTC")
    value_sets, bundle = _read(options["codes"], options["bundle"])
    measure = cms50.Cms50(edition, value_sets, period, zone)
    outcomes = [measure.evaluate(one) for one in bundle.patients]
    return measure, outcomes, list(_left_out(value_sets, bundle))


def _of_practice(period: Days, options: dict[str, Any], *, now: datetime) -> Found:
    """What the practice has recorded of its referrals, their reports and visits."""
    if options["edition"]:
        raise CommandError("A practice's own rows are written as one edition: leave --edition out.")
    _edition(period.first, None)
    practice = Practice.objects.filter(slug=options["practice"]).first()
    if practice is None:
        raise CommandError("No practice has this slug.")
    zone, given = options["zone"] or ZoneInfo(practice.time_zone), options["codes"]
    with scope.scoped(practice.pk), transaction.atomic():
        codes = OwnCodes.of(_codes(given), {}) if given else measuring.loaded()
        _need(codes.value_sets)
        cases = measuring.cases_of(period, zone, now=now)
        found = measuring.measured(codes, period, zone, cases)
    return found.measure, found.outcomes, list(_unloaded(codes.value_sets))


def _read(codes: Path, resources: Path) -> tuple[ValueSets, MeasureBundle]:
    value_sets = _codes(codes)
    try:
        bundle = files.read_bundle(resources)
    except files.Unusable as why:
        raise CommandError(str(why)) from None
    _need(value_sets)
    return value_sets, bundle


def _codes(path: Path) -> ValueSets:
    try:
        return files.read_codes(path)
    except files.Unusable as why:
        raise CommandError(str(why)) from None


def _need(value_sets: ValueSets) -> None:
    if missing := value_sets.lack(*NEEDED):
        named = _named(missing, value_sets)
        raise CommandError(f"The codes lack what the measure needs: {named}.")


def _unloaded(value_sets: ValueSets) -> Iterator[str]:
    """What nobody should have to guess from a low number."""
    if missing := value_sets.lack(*VISITS, *ASSESSMENTS):
        yield f"No codes, so no visits are counted, of: {_named(missing, value_sets)}."


def _left_out(value_sets: ValueSets, bundle: MeasureBundle) -> Iterator[str]:
    yield from _unloaded(value_sets)
    if not bundle.patients:
        yield "There is no Patient here."
    yield from _by_file(bundle.unread, "left out what is no FHIR R4 resource")
    yield from _by_file(bundle.strays, "left out what belongs to no Patient here")
    yield from _by_file(bundle.adopted, "counted as its only Patient's what names somebody else")


def _by_file(found: Counter[str], what: str) -> Iterator[str]:
    """One line for each file, of many the first ones."""
    named = sorted(file for file, count in found.items() if count)
    for file in named[:MOST_LINES]:
        yield f"{file.rstrip(',')}: {what}: {found[file]}."
    if rest := named[MOST_LINES:]:
        left = sum(found[file] for file in rest)
        yield f"{len(rest)} more files: {what}: {left}."


def _period(first: date, last: date) -> Days:
    if last < first:
        raise CommandError("The period ends before it starts. Swap --start and --end.")
    return Days(first, last)


def _edition(first: date, version: str | None) -> Edition:
    edition = edition_called(version) if version else edition_of(first.year)
    if (first.month, first.day) > edition.last_day_of_referrals:
        last = date(first.year, *edition.last_day_of_referrals)
        raise CommandError(f"No referral counts in a period that starts after {last:%-d %B}.")
    return edition


def _named(missing: list[str], value_sets: ValueSets) -> str:
    names = NEEDED | VISITS | ASSESSMENTS
    return "; ".join(
        f"{names[one]} ({one})" + (f": {why}" if (why := value_sets.fault(one)) else "")
        for one in missing
    )


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ArgumentTypeError("write a day as 2026-01-31") from None


def _zone(written: str) -> ZoneInfo:
    try:
        return ZoneInfo(written)
    except (ValueError, OSError, LookupError):
        raise ArgumentTypeError("name a time zone as America/Chicago") from None
