"""Order, resends and death: what several workers leave behind is what one would have left."""

import itertools
import os
import random
import signal
import subprocess
import time
from datetime import UTC, datetime

import pytest
from django.db import transaction

from charts.models import ChartItem
from integrations import receiver
from integrations.models import Feed, InboundMessage
from routing.models import RoutingDecision, Task, TaskTransition
from tenants import scope
from tests.flows.doors import sweep
from tests.flows.engines import engines, start
from tests.messages import oru

REPORTS = [
    {"status": "P", "flag": "N", "value": "4.9", "at": "20261116090000"},
    {"status": "F", "flag": "H", "value": "5.4", "at": "20261116100000"},
    {"status": "C", "flag": "HH", "value": "6.8", "at": "20261116110000"},
]

SIZE = int(os.environ.get("PROOF_ORDERS", "60"))
KILLS = int(os.environ.get("PROOF_KILLS", "4"))
MESSAGES = int(os.environ.get("PROOF_MESSAGES", "300"))
WORKERS = 4


def store_all(feed: Feed, bodies: list[bytes]) -> None:
    now = datetime.now(UTC)  # the engines are processes and read the real clock
    for chunk in (
        itertools.batched(bodies, 200) if hasattr(itertools, "batched") else _chunks(bodies, 200)
    ):
        with scope.scoped(feed.practice_id), transaction.atomic():
            receiver.store(
                [
                    receiver.arrival_of_hl7(body, practice_id=feed.practice_id, feed_id=feed.pk)
                    for body in chunk
                ],
                now=now,
            )


def _chunks(bodies, size):
    return (bodies[at : at + size] for at in range(0, len(bodies), size))


def wait_until_empty(practice_id, *, seconds: float, states=("received",)) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with scope.scoped(practice_id), transaction.atomic():
            if not InboundMessage.objects.filter(state__in=states).exists():
                return
        time.sleep(0.2)
    raise AssertionError("messages were left over")


def ends(practice) -> dict:
    """What each order came to, less what may differ: ids and instants."""
    with scope.scoped(practice.pk), transaction.atomic():
        return {
            item.key: (
                item.status,
                item.severity,
                item.version,
                item.title,
                [(row["value"], row["severity"], row["status"]) for row in item.observations],
                [
                    (
                        task.category,
                        task.status,
                        task.severity,
                        task.priority,
                        task.queue.role,
                        task.title,
                    )
                    for task in item.tasks.select_related("queue")
                ],
            )
            for item in ChartItem.objects.prefetch_related("tasks")
        }


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_any_order_of_arrival_ends_as_in_order(elm_street, oak_street):
    chance = random.Random(20261116)
    permuted, straight = [], []
    for number in range(SIZE):
        reports = list(enumerate(REPORTS))
        bodies = {
            at: oru(
                control=f"{number}-{at}",
                order=f"L{number}",
                mrn=str(number % 40),
                provider="none",
                **report,
            )
            for at, report in reports
        }
        straight += [bodies[at] for at, _ in reports]
        chance.shuffle(reports)
        permuted += [bodies[at] for at, _ in reports]
    store_all(elm_street.lab, permuted)
    store_all(oak_street.feed, straight)
    sweep(oak_street.feed, now=datetime.now(UTC))
    with engines(WORKERS):
        wait_until_empty(elm_street.practice.pk, seconds=60 + SIZE / 5)
    expected, got = ends(oak_street.practice), ends(elm_street.practice)
    assert len(expected) == SIZE
    assert got == expected


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_workers_killed_at_any_moment_lose_and_double_nothing(elm_street):
    chance = random.Random(7)
    bodies = [
        oru(control=f"k{n}", order=f"K{n}", mrn=str(n % 90), flag="H") for n in range(MESSAGES)
    ]
    store_all(elm_street.lab, bodies)
    for _ in range(KILLS):
        worker = start("run_engine")
        try:
            worker.wait(timeout=1.2 + chance.random() * 1.5)
        except subprocess.TimeoutExpired:
            worker.send_signal(signal.SIGKILL)
        worker.wait()
    with engines(2):
        wait_until_empty(elm_street.practice.pk, seconds=60 + MESSAGES / 10)
    with elm_street.scoped(), transaction.atomic():
        assert InboundMessage.objects.filter(state="processed").count() == MESSAGES
        assert ChartItem.objects.count() == Task.objects.count() == MESSAGES
        assert TaskTransition.objects.count() == RoutingDecision.objects.count() == MESSAGES
        assert set(ChartItem.objects.values_list("version", flat=True)) == {1}
