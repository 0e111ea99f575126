"""What each process of a trial does. Every function here runs in a fork of its own."""

import json
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from tests.flows.chaos.trial import Trial
from tests.flows.chaos.world import World, body

CONNECTIONS = 4
ANSWER_SECONDS = 3.0
START, END = b"\x0b", b"\x1c\r"


def engine(hours: float, *, reconcile: bool) -> None:
    """The product's own engine, on a host whose clock is so many hours wrong."""
    from django.core.management import call_command

    _set_host_clock(hours)
    if not reconcile:
        forget_to_ask()
    call_command("run_engine")


def worker(hours: float, *, reconcile: bool) -> None:
    """A Celery worker."""
    from config.celery import app

    _set_host_clock(hours)
    if not reconcile:
        forget_to_ask()
    app.worker_main(["worker", "-P", "solo", "--loglevel", "WARNING", "--without-gossip",
                     "--without-mingle", "-n", f"worker{os.getpid()}@%h"])  # fmt: skip


def beat(file: Path) -> None:
    """A Celery beat with a schedule file of its own."""
    from config.celery import app

    app.start(["beat", "--schedule", str(file), "--pidfile", "", "--loglevel", "WARNING"])


def listener() -> None:
    """The door for HL7 v2."""
    from django.core.management import call_command

    call_command("run_mllp")


def _set_host_clock(hours: float) -> None:
    """The one reading of the host's time that sweeps go by."""
    from config import clock

    wrong = timedelta(hours=hours)
    held = clock.Clock(host=lambda: clock.host_time() + wrong)
    clock.now, clock.spread = held.now, held.spread


def forget_to_ask() -> None:
    """An outcome that nobody knows is sent again without asking the provider: the negative
    control."""
    from outbox.channels import CHANNELS, Way

    for channel, way in CHANNELS.items():
        CHANNELS[channel] = Way(way.send)


def laboratory(trial: Trial, world: World, log: Path) -> None:
    """Sends every result until it is acknowledged, over connections that may break."""
    numbers = list(range(trial.events))
    random.Random(trial.seed).shuffle(numbers)
    begun, wall = time.monotonic(), datetime.now(UTC)
    lock = threading.Lock()
    with log.open("a", buffering=1) as out:

        def tell(**said: object) -> None:
            with lock:
                out.write(json.dumps(said) + "\n")

        threads = [
            threading.Thread(
                target=_send,
                args=(trial, world, numbers[lane::CONNECTIONS], begun, wall, tell, lane),
            )
            for lane in range(CONNECTIONS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def _send(
    trial: Trial, world: World, numbers: list[int], begun: float, wall: datetime,
    tell: Callable[..., None], lane: int,
) -> None:  # fmt: skip
    line: socket.socket | None = None
    for at, number in enumerate(numbers):
        due = begun + (at * CONNECTIONS + lane) / trial.rate
        time.sleep(max(0.0, due - time.monotonic()))
        sent = datetime.now(UTC)
        message = body(world, trial, number, begun=wall, now=sent)
        while True:
            try:
                line = line or socket.create_connection(("127.0.0.1", world.port), ANSWER_SECONDS)
                line.settimeout(ANSWER_SECONDS)
                line.sendall(START + message + END)
                if b"MSA|AA|" in _answer(line):
                    break
            except OSError:
                pass
            if line is not None:
                line.close()
            line = None
            time.sleep(0.1)
        tell(number=number, sent=sent.timestamp(), acknowledged=time.time())
    if line is not None:
        line.close()


def _answer(line: socket.socket) -> bytes:
    got = b""
    while not got.endswith(END):
        part = line.recv(65536)
        if not part:
            raise ConnectionError
        got += part
    return got


def doctors(trial: Trial, world: World, log: Path) -> None:
    """Acknowledge one task of so many, a moment after it appears."""
    from django.db import DatabaseError, connection

    seen: set[UUID] = set()
    with log.open("a", buffering=1) as out:
        while True:
            try:
                for pk in _acknowledge(trial, world, seen):
                    out.write(json.dumps({"task": str(pk)}) + "\n")
            except DatabaseError:
                connection.close()
            time.sleep(0.3)


def _acknowledge(trial: Trial, world: World, seen: set[UUID]) -> Iterator[UUID]:
    from django.db import transaction

    from audit.actors import Actor
    from routing import operations as routing
    from routing.models import Task
    from tenants import scope

    with scope.scoped(world.practice_id), transaction.atomic():
        unseen = Task.objects.filter(acknowledged_at__isnull=True, owner__isnull=False)
        tasks = list(unseen.exclude(pk__in=seen).select_related("owner", "item")[:200])
    for task in tasks:
        if task.pk.int % trial.acknowledged == 0:
            doctor, now = task.owner, datetime.now(UTC)
            with scope.scoped(world.practice_id):
                routing.acknowledge(
                    task_id=task.pk, member=doctor, actor=Actor.person(doctor), now=now
                )
            yield task.pk
        seen.add(task.pk)
