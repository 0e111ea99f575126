"""Evaluate a quality measure over FHIR resources, and print its MeasureReport."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from metrics.measures import cms50, files, report
from metrics.measures.codes import ValueSets
from metrics.measures.dates import Days
from metrics.measures.record import MeasureBundle

SHAPES = {"summary": report.summary, "individual": report.individuals}


class Command(BaseCommand):
    requires_system_checks = ()  # it asks files only, no database
    help = "Print the FHIR MeasureReport of a quality measure over a Bundle or a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("measure", choices=["cms50"])
        parser.add_argument(
            "--bundle", type=Path, required=True, metavar="FILE_OR_FOLDER",
            help="a FHIR R4 Bundle, or a folder of Bundles and resources",
        )  # fmt: skip
        parser.add_argument(
            "--codes", type=Path, required=True, metavar="FILE_OR_FOLDER",
            help="value sets: a table (value_set, system, code) or FHIR ValueSets",
        )  # fmt: skip
        for side, example in (("--start", "first day, as 2026-01-01"), ("--end", "last day")):
            parser.add_argument(side, type=_day, required=True, metavar="DAY", help=example)
        parser.add_argument("--type", choices=SHAPES, default="summary")
        parser.add_argument(
            "--zone", type=_zone, default="UTC",
            help="whose midnight ends a day, as America/Chicago (UTC: as in the official cases)",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """The report on standard output; what was left out, and why, beside it."""
        period = _period(options["start"], options["end"])
        value_sets, bundle = _read(options["codes"], options["bundle"])
        edition = cms50.edition_of(period.first.year)
        measure = cms50.Cms50(edition, value_sets, period, options["zone"])
        outcomes = [measure.evaluate(one) for one in bundle.patients]
        found = SHAPES[options["type"]](measure, outcomes, now=timezone.now())
        for line in _left_out(value_sets, bundle):
            self.stderr.write(line)
        self.stdout.write(json.dumps(found, indent=2))


def _read(codes: Path, resources: Path) -> tuple[ValueSets, MeasureBundle]:
    try:
        value_sets, bundle = files.read_codes(codes), files.read_bundle(resources)
    except files.Unusable as why:
        raise CommandError(str(why)) from None
    if missing := value_sets.lack(*cms50.NEEDED):
        raise CommandError(f"The codes lack what the measure needs: {_named(missing)}.")
    return value_sets, bundle


def _left_out(value_sets: ValueSets, bundle: MeasureBundle) -> Iterator[str]:
    """What nobody should have to guess from a low number."""
    if missing := value_sets.lack(*cms50.VISITS, *cms50.ASSESSMENTS):
        yield f"No codes, so no visits are counted, of: {_named(missing)}."
    if not bundle.patients:
        yield "There is no Patient here."
    if bundle.strays:
        yield f"Resources left out, as no Patient here is theirs: {bundle.strays}."


def _period(first: date, last: date) -> Days:
    if last < first:
        raise CommandError("The period ends before it starts. Swap --start and --end.")
    if (first.month, first.day) > cms50.LAST_DAY_OF_REFERRALS:
        raise CommandError("No referral counts in a period that starts after 31 October.")
    return Days(first, last)


def _named(value_sets: list[str]) -> str:
    names = cms50.NEEDED | cms50.VISITS | cms50.ASSESSMENTS
    return "; ".join(f"{names[one]} ({one})" for one in value_sets)


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
