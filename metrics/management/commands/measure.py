"""Evaluate a quality measure over FHIR resources, and print its MeasureReport."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from metrics.measures import cms50, files, report
from metrics.measures.codes import ValueSets
from metrics.measures.dates import Days

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
        parser.add_argument("--start", type=_day, required=True, help="first day, as 2026-01-01")
        parser.add_argument("--end", type=_day, required=True, help="last day, as 2026-12-31")
        parser.add_argument("--type", choices=SHAPES, default="summary")
        parser.add_argument(
            "--zone", type=_zone, default="UTC",
            help="whose midnight ends a day, as America/Chicago (UTC: as in the official cases)",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """The report on standard output; what was left out, and why, beside it."""
        period = _period(options["start"], options["end"])
        try:
            value_sets, bundle = (
                files.read_codes(options["codes"]),
                files.read_bundle(options["bundle"]),
            )
        except files.Unusable as why:
            raise CommandError(str(why)) from None
        measure = cms50.Cms50(
            cms50.edition_of(period.first.year), value_sets, period, options["zone"]
        )
        self._warn(value_sets, bundle.strays)
        outcomes = [measure.evaluate(one) for one in bundle.patients]
        shape = SHAPES[options["type"]]
        self.stdout.write(json.dumps(shape(measure, outcomes, now=timezone.now()), indent=2))

    def _warn(self, value_sets: ValueSets, strays: int) -> None:
        if missing := value_sets.lack(*cms50.NEEDED):
            raise CommandError(f"The codes lack what the measure needs: {_named(missing)}.")
        if missing := value_sets.lack(*cms50.VISITS, *cms50.ASSESSMENTS):
            self.stderr.write(f"Without codes, so not counted as visits: {_named(missing)}.")
        if strays:
            self.stderr.write(f"Left out, as no patient here is theirs: {strays} resources.")


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
