"""Referrals as files, written batch by batch while they are sent: each reads in a scope and a
transaction of its own, so that a large file holds neither open."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from dashboards import referral_report_words as said
from dashboards.queries.referral_measure import year_of
from integrations.backlog.guarding import written
from metrics import evidence, measuring
from metrics.evidence import Evidence
from metrics.loops.cases import Case
from metrics.measures import report
from metrics.measures.nodes import Node
from metrics.resources import patient_of, report_task, service_request
from tenants import scope

BOM = "\ufeff"
"""Tells a spreadsheet that the file is UTF-8."""
BATCH = 500


@dataclass(frozen=True)
class Year:
    """Whose referrals, of which year, for whom."""

    practice_id: UUID
    year: int
    zone: ZoneInfo
    language: str | None
    now: datetime

    @contextmanager
    def inside(self) -> Iterator[None]:
        """In this practice, in one transaction, in the words of whoever asked; left before anything
        is sent."""
        with (
            scope.scoped(self.practice_id), transaction.atomic(),
            translation.override(self.language),
        ):  # fmt: skip
            yield

    @cached_property
    def cases(self) -> dict[UUID, Case]:
        """Those that were ordered in it."""
        since, until = measuring.ends(year_of(self.year), self.zone)
        found = measuring.cases_of(year_of(self.year), self.zone, now=self.now)
        return {one.id: one for one in found if since <= one.ordered_at < until}

    def referrals(self, ids: Sequence[UUID]) -> Iterator[Evidence]:
        """Of these, order and receipt."""
        return evidence.referrals(ids, self.cases)


def _batches(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (ids[at : at + BATCH] for at in range(0, len(ids), BATCH))


def evidence_log(year: Year) -> Iterator[str]:
    """Every order with its receipt, and at the end what they come to."""
    counted: Counter[str] = Counter()
    with year.inside():
        referrals, head = list(year.cases), BOM + written([_head()])
        tests = evidence.test_ids(*measuring.ends(year_of(year.year), year.zone))
    yield head
    for ids, read in (
        *((ids, year.referrals) for ids in _batches(referrals)),
        *((ids, evidence.tests) for ids in _batches(tests)),
    ):
        with year.inside():
            found = list(read(ids))
            text = written(_line(one, year.zone) for one in found)
        counted.update(each for one in found for each in _counts(one))
        yield text
    with year.inside():
        text = written(_rates(counted))
    yield text


def _head() -> list[str]:
    return [
        _("What"), _("Number"), _("Patient number"), _("Specialty or test"), _("Ordered by"),
        _("Sent to"), _("Ordered"), _("Sent"), _("Received"), _("Days"), _("Question answered"),
        _("Patient told"), _("Closed as"),
    ]  # fmt: skip


def _line(one: Evidence, zone: ZoneInfo) -> list[str]:
    def local(at: datetime | None) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""

    days = (one.received_at - one.ordered_at).days if one.received_at else None
    return [
        _("Referral") if one.is_referral else _("Test"), one.number, one.patient,
        said.specialty(one.what) if one.is_referral else one.what, one.ordered_by, one.sent_to,
        local(one.ordered_at), local(one.sent_at), local(one.received_at),
        "" if days is None else str(days), one.answered, local(one.told_at),
        one.closed_because or (_("taken back") if one.is_taken_back else ""),
    ]  # fmt: skip


def _counts(one: Evidence) -> Iterator[str]:
    """As what it counts; what was taken back counts as nothing."""
    if not one.is_taken_back:
        kind = "referral" if one.is_referral else "test"
        yield kind
        if one.received_at:
            yield f"{kind} received"


def _rates(counted: Counter[str]) -> Iterator[Sequence[str]]:
    yield ()
    yield _("What was not taken back"), _("Ordered"), _("Received"), _("Rate")
    for kind, label in (("referral", _("Referrals with their report")),
                        ("test", _("Tests with their result"))):  # fmt: skip
        ordered, received = counted[kind], counted[f"{kind} received"]
        share = said.percent(received / ordered if ordered else None)
        yield label, str(ordered), str(received), share


def closed_loops(year: Year) -> Iterator[str]:
    """A FHIR Bundle a line, one of each closed referral."""
    with year.inside():
        codes = measuring.loaded()
        closed = [one.id for one in year.cases.values() if one.closed_because]
    for ids in _batches(closed):
        with year.inside():
            numbers = evidence.numbers_of(ids)
            text = "".join(
                _bundle(
                    patient_of(one, numbers), service_request(one, codes), report_task(one, codes)
                )
                for one in measuring.own_referrals(year.cases, pk__in=ids)
            )
        yield text


def _bundle(*resources: Node | None) -> str:
    entries = [{"resource": one} for one in resources if one]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}) + "\n"


def measure_report(year: Year) -> Iterator[str]:
    """The summary of CMS50."""
    with year.inside():
        found = measuring.measured(
            measuring.loaded(), year_of(year.year), year.zone, year.cases.values()
        )
    yield json.dumps(report.summary(found.measure, found.outcomes, now=year.now))


EVIDENCE, LOOPS, MEASURE = "evidence.csv", "loops.ndjson", "cms50.json"
"""The last is offered where the codes of the measure are loaded: else it would count nobody."""

FILES: dict[str, tuple[str, Callable[[Year], Iterator[str]]]] = {
    EVIDENCE: ("text/csv; charset=utf-8", evidence_log),
    LOOPS: ("application/fhir+ndjson", closed_loops),
    MEASURE: ("application/fhir+json", measure_report),
}
"""By their names: the type of each, and what writes it."""
