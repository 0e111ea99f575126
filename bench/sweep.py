#!/usr/bin/env python3
"""How fast due clocks fire with history, audit and intents, and what a sweep with nothing due costs.

  .venv/bin/python bench/sweep.py --tools ../shared/bench [--clocks 100000] [--idle-tasks 1000000]
      [--idle-practices 1000] [--practices 20] [--engines 2] [--out FILE]

The floors are plain SQL on the same server in the same run: `pg_ceiling.py` fires timers by one
set-based statement a batch, and by claiming 100 and sending a statement a row.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from stage import ROOT, Stage, machine, stage, tools_folder

AT = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)
"""Half past ten on a Monday in New York: the instant that the engines are told it is."""

MEMBERS = 10

TASKS = """
INSERT INTO routing_task (id, practice_id, category, title, status, status_reason, priority,
    severity, danger, queue_id, owner_id, location_id, authored_at, issued_at, outcome, told, version)
SELECT gen_random_uuid(), %(practice)s, 'result-review', 'Bench result', 'ready', '', 'routine',
    'normal', 6, %(queue)s, (%(owners)s::uuid[])[1 + g %% %(members)s], NULL, %(at)s, %(at)s, '', '', 1
FROM generate_series(1, %(n)s) g
"""

CLOCKS = """
INSERT INTO escalation_clock (id, practice_id, task_id, kind, policy_id, target_id, begun_at,
    since_version, due_at, next_at, lap, "end")
SELECT gen_random_uuid(), practice_id, id, 'close', %(policy)s, %(target)s, %(at)s, 1,
    %(due)s + (row_number() OVER ()) * interval '1 microsecond', %(next)s, 0, ''
FROM routing_task WHERE practice_id = %(practice)s
"""

WAKES = """
INSERT INTO tenants_wake (topic, practice_id, about, at)
SELECT 'clock', practice_id, id, next_at FROM escalation_clock WHERE practice_id = %(practice)s
"""

COUNTS = {
    "steps": "SELECT count(*) FROM escalation_stepfired WHERE result = 'fired'",
    "intents": "SELECT count(*) FROM outbox_intent",
    "audit rows": "SELECT count(*) FROM audit_auditevent WHERE action IN "
    "('step.fired', 'intent.written')",
    "due wakes left": "SELECT count(*) FROM tenants_wake WHERE topic = 'clock' AND at <= now()",
}


def open_practices(count: int, *, named: str = "bench") -> list[dict[str, Any]]:
    """Practices with a policy and members, by real operations; what seeding needs of each."""
    from django.db import transaction

    from accounts import operations as accounts
    from accounts.models import User
    from accounts.roles import Role
    from audit.actors import Actor
    from escalation import starter as policies
    from escalation.models import Target
    from routing import starter as rules
    from routing.models import Queue
    from tenants import scope

    actor, made = Actor.machine("bench"), []
    before = AT - timedelta(days=1)
    for number in range(count):
        with transaction.atomic():
            practice = accounts.open_practice(
                name=f"{named} {number}", slug=f"{named}-{number}", time_zone="America/New_York",
                actor=actor, now=before,
            )  # fmt: skip
            with scope.scoped(practice.pk):
                members = [
                    accounts.admit(
                        user=User.objects.create(email=f"m{number}-{one}@{named}.example",
                                                 first_name=f"Member {one}"),
                        roles=[Role.NURSE if one else Role.SUPERVISOR], actor=actor, now=before,
                    )
                    for one in range(MEMBERS)
                ]  # fmt: skip
                rules.install(clinical_approver="bench", actor=actor, now=before)
                policy = policies.install(clinical_approver="bench", actor=actor, now=before)
                target = Target.objects.get(policy=policy, category="result-review", priority="")
                made.append({
                    "practice": practice.pk, "policy": policy.pk, "target": target.pk,
                    "queue": Queue.objects.order_by("name").first().pk,
                    "owners": [one.pk for one in members], "members": MEMBERS,
                })  # fmt: skip
    return made


def seed(at: Stage, practices: list[dict[str, Any]], each: int, *, next_at: datetime) -> None:
    """Open tasks with a clock each, a reminder of which is due at an instant, by set-based SQL."""
    import psycopg

    with psycopg.connect(at.dsn(), autocommit=True) as server:
        server.execute("SET session_replication_role = replica")
        for one in practices:
            values = one | {
                "n": each, "at": AT - timedelta(hours=4), "next": next_at,
                "due": next_at + timedelta(minutes=60),
            }  # fmt: skip
            for statement in (TASKS, CLOCKS, WAKES):
                server.execute(statement, values)
        for table in ("routing_task", "escalation_clock", "tenants_wake"):
            server.execute(f"VACUUM ANALYZE {table}")
        server.execute("CHECKPOINT")


def counted(at: Stage) -> dict[str, int]:
    import psycopg

    with psycopg.connect(at.dsn()) as server:
        return {name: server.execute(sql).fetchone()[0] for name, sql in COUNTS.items()}


def fired(at: Stage, clocks: int, practices: int, engines: int) -> dict[str, Any]:
    """Every due clock by so many processes; the time is that of the slowest."""
    seed(at, open_practices(practices), clocks // practices, next_at=AT - timedelta(minutes=1))
    workers = [
        subprocess.Popen(
            [sys.executable, str(Path(__file__)), "--worker"], cwd=ROOT, env=at.environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(engines)
    ]  # fmt: skip
    for worker in workers:
        worker.stdout.readline()
    begun = time.perf_counter()
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [json.loads(worker.stdout.readline()) for worker in workers]
    seconds = time.perf_counter() - begun
    for worker in workers:
        worker.wait(timeout=20)
    left = counted(at)
    assert left["steps"] == clocks // practices * practices, left
    spent = sum(one["cpu_s"] + one["cpu_s_of_its_server_process"] for one in said)
    return {
        "clocks": clocks, "engines": engines, "seconds": round(seconds, 2),
        "cpu_us_a_clock": round(spent / clocks * 1e6),
        "clocks_per_s_if_two_cores_were_ours": round(2 * clocks / spent),
        "clocks_per_s": round(clocks / seconds), "rows": left, "by_engine": said,
        "slowest_pass_ms": max(one["slowest_pass_ms"] for one in said),
    }  # fmt: skip


def work() -> None:
    """One engine process: it runs the sweep of clocks until nothing is due."""
    import django

    django.setup()
    from django.db import connection

    from escalation import engine

    connection.ensure_connection()
    profile = os.environ.get("BENCH_PROFILE")
    print("ready", flush=True)
    sys.stdin.readline()
    if profile:
        import cProfile

        profiler = cProfile.Profile()
        profiler.enable()
    passes, taken, done, cpu, server = [], 0, 1, time.process_time(), _server_cpu()
    while done:
        begun = time.perf_counter()
        done = engine.sweep_clocks(now=AT)
        passes.append(time.perf_counter() - begun)
        taken += done
    if profile:
        profiler.disable()
        profiler.dump_stats(f"{profile}.{os.getpid()}")
    print(json.dumps({
        "taken": taken, "passes": len(passes), "slowest_pass_ms": round(max(passes) * 1000),
        "cpu_s": round(time.process_time() - cpu, 2),
        "cpu_s_of_its_server_process": round(_server_cpu() - server, 2),
    }), flush=True)  # fmt: skip


def _server_cpu() -> float:
    """Seconds of processor time of this connection's PostgreSQL process."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        fields = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def floors(at: Stage, n: int) -> dict[str, int]:
    """Timers a second of SQL alone: timer, task, audit, next timer and outbox row each."""
    import pg_ceiling

    found = {}
    for name, batch in (("set-based, 10,000 a batch", 10_000), ("set-based, 500 a batch", 500)):
        pg_ceiling.fill_timers(at.dsn(), n)
        total, seconds, _ = pg_ceiling.sweep_set(at.dsn(), batch)
        found[name] = round(total / seconds)
    for workers in (1, 2):
        pg_ceiling.fill_timers(at.dsn(), n)
        total, seconds = pg_ceiling.sweep_rows(at.dsn(), 100, workers)
        found[f"claim 100, a statement a row, {workers} workers"] = round(total / seconds)
    return found


def idle(at: Stage, tasks: int, practices: int) -> dict[str, Any]:
    """A pass of both sweeps with that many open tasks, all of whose steps are still to come."""
    from escalation import engine

    opened = open_practices(1, named="idle")
    empty = [opened[0] | {"practice": pk} for pk in _bare_practices(at, practices - 1)]
    seed(at, opened + empty, tasks // practices, next_at=AT + timedelta(days=1))
    spent = []
    for _ in range(200):
        begun = time.perf_counter()
        engine.sweep_tasks(now=AT)
        engine.sweep_clocks(now=AT)
        spent.append((time.perf_counter() - begun) * 1000)
    return {
        "open tasks": tasks, "practices": practices, "p50_ms": round(statistics.median(spent), 2),
        "p95_ms": round(sorted(spent)[190], 2), "max_ms": round(max(spent), 2),
    }  # fmt: skip


def _bare_practices(at: Stage, count: int) -> list[Any]:
    """Practices that are a row and nothing else: nothing of theirs is due, so nothing is read."""
    import psycopg

    with psycopg.connect(at.dsn(), autocommit=True) as server:
        return [
            row[0]
            for row in server.execute(
                "INSERT INTO tenants_practice (id, name, slug, time_zone, is_active) "
                "SELECT gen_random_uuid(), 'Idle ' || g, 'bare-' || g, 'UTC', true "
                "FROM generate_series(1, %s) g RETURNING id",
                [count],
            )
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", default="../shared/bench")
    parser.add_argument("--clocks", type=int, default=100_000, help="0: leave it out")
    parser.add_argument("--practices", type=int, default=20)
    parser.add_argument("--engines", type=int, default=2)
    parser.add_argument("--idle-tasks", type=int, default=1_000_000, help="0: leave it out")
    parser.add_argument("--idle-practices", type=int, default=1000)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.worker:
        work()
        return
    found: dict[str, Any] = {"machine": machine()}
    with stage(tools_folder(asked.tools)) as at:
        if asked.clocks:
            found["floors"] = floors(at, asked.clocks)
            found["fired"] = fired(at, asked.clocks, asked.practices, asked.engines)
            for name, floor in found["floors"].items():
                ratio = found["fired"]["clocks_per_s"] / floor
                found["fired"][f"ratio to {name}"] = round(ratio, 3)
        if asked.idle_tasks:
            found["idle"] = idle(at, asked.idle_tasks, asked.idle_practices)
    text = json.dumps(found, indent=2)
    print(text)
    if asked.out:
        asked.out.write_text(text + "\n")


if __name__ == "__main__":
    main()
