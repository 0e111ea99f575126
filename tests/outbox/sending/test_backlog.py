"""A storm of pages: what waits does not slow down what is sent."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.actors import Actor
from outbox import operations
from outbox.models import Intent
from tenants import bulk, wake
from tenants.models import Topic
from tests.outbox.sending.conftest import NOW, contact, critical, say

pytestmark = pytest.mark.django_db

WAITING = 3000
BATCH = 16
ONCE = 4 * WAITING
"""Blocks: an entry of an index and a row for each that waits, and room for what stands around. By
good statistics it is a tenth; the planner may have none yet."""
ENGINE = Actor.machine("engine")


@pytest.fixture
def storm(elm):
    """Far more pages due than one claim takes, and nobody has told the planner."""
    first = say(contact(elm.diaz), task=critical())
    more = [
        Intent(
            key=f"storm:{n}", member=first.member, task=first.task, channel=first.channel,
            contact=first.contact, urgency=first.urgency, until=first.until, body=first.body,
            template=first.template, rank=first.rank, next_at=NOW, created_at=NOW,
        )
        for n in range(WAITING)
    ]  # fmt: skip
    with transaction.atomic():
        bulk.insert(Intent, more)
        wake.call(Topic.PAGE, [(one.pk, one.next_at) for one in more])
    return elm


def test_no_statement_of_a_claim_reads_the_backlog_twice(storm):
    with transaction.atomic(), CaptureQueriesContext(connection) as said:
        claimed = operations.claim(limit=BATCH, pages_only=True, actor=ENGINE, now=NOW)
    assert len(claimed) == BATCH
    for query in said.captured_queries:
        sql = query["sql"]
        if sql.lstrip().startswith(("SELECT", "DELETE")) and "set_config" not in sql:
            assert blocks_read(sql) < ONCE, sql[:80]


def test_the_longest_waiting_goes_first_of_what_is_equally_grave(storm):
    with transaction.atomic():
        late = Intent.objects.order_by("pk").last()
        Intent.objects.filter(pk=late.pk).update(next_at=NOW - timedelta(minutes=1))
        (claimed,) = operations.claim(limit=1, pages_only=True, actor=ENGINE, now=NOW)
    assert claimed.intent.pk == late.pk


def blocks_read(sql: str) -> int:
    """8 KB blocks that a statement looks at, each time that it does."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
        (plan,) = cursor.fetchone()[0]
        transaction.set_rollback(True)
    return int(plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"])
