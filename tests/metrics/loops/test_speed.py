"""Many referrals take as many statements as ten; how long they take is printed.

`PROOF_REFERRALS=10000` for a full size: the foreign keys of so many rows take minutes here, for
their plans are those of an empty table.
"""

import os
import time
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from charts.models import Patient
from metrics import measuring
from metrics.loops import figures, periods, reading
from metrics.loops.scorecards import scorecards
from metrics.measures.dates import Days
from metrics.resources import OwnCodes
from referrals.models import Fact, Referral
from tenants.ids import uuid7
from tests.metrics.measures.cases import CODES

pytestmark = pytest.mark.django_db

MANY = int(os.environ.get("PROOF_REFERRALS", "1000"))

ZONE = ZoneInfo("America/New_York")
TOLD = (("transmission", "sent", 1), ("acceptance", "accepted", 3), ("appointment", "booked", 5),
        ("attendance", "seen", 20), ("report", "received", 25), ("told", "yes", 27))  # fmt: skip


def many(number: int, now) -> None:
    """Rows as the operations leave them, of fifty patients and forty specialists."""
    patients = Patient.objects.bulk_create(
        Patient(family=f"Many{one}", updated_at=now) for one in range(50)
    )
    rows = Referral.objects.bulk_create(
        [
            Referral(
                patient=patients[one % 50], loop_key=f"by-hand/{one}", specialty="cardiology",
                specialist_name=f"Dr {one % 40}", ordered_at=now - timedelta(days=2 + one % 500),
                transmission="sent", acceptance="accepted", appointment="booked",
                attendance="seen", report_state="received", closed_because="reported",
                closed_at=now,
            )
            for one in range(number)
        ],
        batch_size=2000,
    )  # fmt: skip
    Fact.objects.bulk_create(
        [
            Fact(id=uuid7(), referral=row, key=axis, axis=axis, value=value, told_at=now,
                 at=row.ordered_at + timedelta(days=days), source="staff", actor_name="x")
            for row in rows for axis, value, days in TOLD
        ],
        batch_size=5000,
    )  # fmt: skip


def asked(now) -> tuple[int, int]:
    """How many referrals were found by how many statements; prints how long each part took."""
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        cases = reading.cases(now - timedelta(days=540), now)
        read = time.perf_counter()
        for one in periods.last(6, periods.Length.QUARTER, today=now.date()):
            figures.cohort(cases, one, ZONE, now=now)
            figures.leaks(cases, one, ZONE, now=now)
            figures.steps(figures.of_period(cases, one, ZONE))
        scorecards(cases)
        counted = time.perf_counter()
        year = Days(date(2026, 1, 1), date(2026, 12, 31))
        measuring.measured(OwnCodes.of(CODES, {}), year, ZONE, cases)
    took = [read - began, counted - read, time.perf_counter() - counted]
    print(f"{len(cases)} referrals: read, counted, CMS50 in {[f'{one:.2f} s' for one in took]}")
    return len(cases), len(queries)


@pytest.mark.slow
def test_many_are_asked_for_in_as_many_statements_as_ten(elm_street, now):
    found = []
    for number in (MANY, 10):
        with elm_street.scoped(), transaction.atomic():
            many(number, now)
            found.append(asked(now))
            transaction.set_rollback(True)
    assert [one for one, _ in found] == [MANY, 10]
    assert found[0][1] == found[1][1] == 3
