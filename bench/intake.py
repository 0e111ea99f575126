#!/usr/bin/env python3
"""How fast a message is acknowledged after its commit, and how fast it becomes a routed, audited
task.

  .venv/bin/python bench/intake.py --tools ../shared/bench [--n 6000] [--runs 3] [--out FILE]

The PostgreSQL ceiling is measured in the same run on the same server; every figure comes with its
ratio.
"""

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

from stage import Stage, machine, now, stage, tools_folder

PORT = 25751
CONNECTIONS = (1, 16, 64)


def ceiling(at: Stage, seconds: float) -> dict[str, float]:
    """Messages/s of PostgreSQL alone, driven from Python: one raw row a commit; the four rows of
    a task."""
    import pg_ceiling

    pg_ceiling.setup(at.dsn())
    rows = {}
    for name, mode in (
        ("raw row", "one"),
        ("event, task, audit, outbox", "four"),
        ("the same in one call", "func"),
    ):
        for conns in (1, 8):
            rows[f"{name}, {conns} connections"] = round(
                pg_ceiling.py_write(at.dsn(), mode, conns, seconds)[0]
            )
    return rows


def open_practice() -> Any:
    """One practice with one feed on MLLP, by real operations."""
    from django.db import transaction

    from accounts import operations as accounts
    from accounts.models import User
    from accounts.roles import Role
    from audit.actors import Actor
    from integrations import operations
    from routing import starter
    from tenants import scope

    actor = Actor.machine("bench")
    with transaction.atomic():
        practice = accounts.open_practice(
            name="Bench", slug="bench", time_zone="UTC", actor=actor, now=now()
        )
        with scope.scoped(practice.pk):
            accounts.add_location(name="Main", time_zone="UTC", codes=[], actor=actor, now=now())
            for number in range(20):
                user = User.objects.create(
                    email=f"p{number}@bench.example", first_name=f"Provider {number}"
                )
                accounts.admit(
                    user=user,
                    roles=[Role.PHYSICIAN],
                    provider_ids=[f"9{number:03d}"],
                    actor=actor,
                    now=now(),
                )
            starter.install(clinical_approver="bench", actor=actor, now=now())
            operations.open_feed(
                name="Lab",
                slug="bench-lab",
                time_zone="UTC",
                mllp_port=PORT,
                actor=actor,
                now=now(),
            )
    return practice


def counted(practice: Any, sql: str) -> Any:
    """One row of SQL in the practice's scope."""
    from django.db import connection, transaction

    from tenants import scope

    with scope.scoped(practice.pk), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def wait_for_port(port: int = PORT) -> None:
    """Until the listener answers."""
    import socket

    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit("The listener did not start.")


def acknowledged(at: Stage, n: int, runs: int) -> dict[str, Any]:
    """Closed loop: each connection waits for its ACK, which comes after the commit."""
    found = {}
    for conns in CONNECTIONS:
        said = at.tool(
            "mllp_load.py",
            "--port",
            str(PORT),
            "--conns",
            str(conns),
            "--n",
            str(n),
            "--runs",
            str(runs),
        )
        found[conns] = said
    return found


FLOOR_PORT = 25752


def floor(at: Stage, n: int) -> dict[int, float]:
    """A bare listener that commits four rows a group and does nothing a product does."""
    assert at.tools is not None
    bare = at.start(
        str(at.tools / "mllp_floor.py"),
        "--port",
        str(FLOOR_PORT),
        "--mode",
        "group",
        "--dsn",
        at.dsn(),
    )
    wait_for_port(FLOOR_PORT)
    found = {}
    for conns in CONNECTIONS:
        said = at.tool(
            "mllp_load.py",
            "--port",
            str(FLOOR_PORT),
            "--conns",
            str(conns),
            "--n",
            str(n),
            "--runs",
            "3",
        )
        found[conns] = said["msgs_per_s"]["median"]
    at.stop(bare)
    return found


DONE = "SELECT count(*) FROM integrations_inboundmessage WHERE state = 'received'"
DISCARD = """
UPDATE integrations_inboundmessage SET state = 'discarded' WHERE state = 'received' RETURNING 1
"""
LATENCY = """
SELECT percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM
         pg_xact_commit_timestamp(t.xmin) - m.received_at) * 1000), count(*)
FROM routing_task t JOIN integrations_inboundmessage m ON m.practice_id = t.practice_id AND m.id =
t.message_id
WHERE m.received_at >= '{since}'
"""


def end_to_end(at: Stage, practice: Any, n: int, runs: int, workers: int) -> dict[str, Any]:
    """Sent over 16 connections while the engines work: until the last is a routed task."""
    engines = [at.start("manage.py", "run_engine") for _ in range(workers)]
    time.sleep(6)
    rates, ack_rates, latencies = [], [], []
    for _ in range(runs):
        since, started = now(), time.perf_counter()
        said = at.tool(
            "mllp_load.py",
            "--port",
            str(PORT),
            "--conns",
            "16",
            "--n",
            str(n),
            "--runs",
            "1",
            "--warmup",
            "1",
        )
        while counted(practice, DONE)[0]:
            time.sleep(0.05)
        rates.append(n / (time.perf_counter() - started))
        ack_rates.append(said["msgs_per_s"]["median"])
        latencies.append(
            [
                round(value)
                for value in counted(practice, LATENCY.format(since=since.isoformat()))[0]
            ]
        )
    at.stop(*engines)
    return {
        "routed_per_s": round(statistics.median(rates)),
        "min": round(min(rates)),
        "max": round(max(rates)),
        "acknowledged_meanwhile_per_s": round(statistics.median(ack_rates)),
        "message_to_task_ms_p50_p95_p99_under_full_load": latencies,
    }


def paced(at: Stage, practice: Any, rate: float, seconds: int, workers: int) -> dict[str, Any]:
    """At a rate the engines keep up with: how long until a message is a task."""
    engines = [at.start("manage.py", "run_engine") for _ in range(workers)]
    time.sleep(6)
    since = now()
    at.tool(
        "mllp_load.py",
        "--port",
        str(PORT),
        "--conns",
        "16",
        "--n",
        str(int(rate * seconds)),
        "--runs",
        "1",
        "--warmup",
        "1",
        "--rate",
        str(rate),
    )
    while counted(practice, DONE)[0]:
        time.sleep(0.05)
    found = counted(practice, LATENCY.format(since=since.isoformat()))
    at.stop(*engines)
    return {"rate": rate, "ms_p50_p95_p99": [round(value) for value in found[0]], "tasks": found[1]}


def main() -> None:
    """Measure, print, keep."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tools", default="../shared/bench")
    arguments.add_argument("--n", type=int, default=6000)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=4)
    arguments.add_argument("--out", type=Path)
    said = arguments.parse_args()
    with stage(tools_folder(said.tools)) as at:
        found: dict[str, Any] = {"machine": machine(), "ceiling": ceiling(at, said.seconds)}
        practice = open_practice()
        at.start("manage.py", "run_mllp")
        wait_for_port()
        acks = acknowledged(at, said.n, said.runs)
        found["bare listener, four rows a message"] = bare = floor(at, said.n)
        top = {
            1: found["ceiling"]["raw row, 1 connections"],
            16: found["ceiling"]["raw row, 8 connections"],
            64: found["ceiling"]["raw row, 8 connections"],
        }
        found["acknowledged"] = {
            conns: {
                "per_s": one["msgs_per_s"],
                "runs": one.get("runs"),
                "of_one_row_a_commit": round(one["msgs_per_s"]["median"] / top[conns], 2),
                "of_bare_listener": round(one["msgs_per_s"]["median"] / bare[conns], 2),
            }
            for conns, one in acks.items()
        }
        counted(practice, f"WITH gone AS ({DISCARD}) SELECT count(*) FROM gone")
        found["end_to_end"] = end_to_end(at, practice, said.n, said.runs, workers=2)
        whole = found["ceiling"]["event, task, audit, outbox, 8 connections"]
        found["end_to_end"]["of_ceiling"] = round(found["end_to_end"]["routed_per_s"] / whole, 2)
        found["paced"] = paced(at, practice, found["end_to_end"]["routed_per_s"] / 2, 10, workers=2)
    text = json.dumps(found, indent=1)
    print(text)
    if said.out:
        said.out.write_text(text)


if __name__ == "__main__":
    main()
