#!/usr/bin/env python3
"""The backlog page as a signed-in manager sees it, while the backlog grows.

  .venv/bin/python bench/dashboard.py --tools ../shared/bench [--sizes 20000,200000,1000000] [--n 100] [--out FILE]

One practice with 20 people, three locations and as many open tasks as the size says, beside another
of 10,000. In the same run: the page over HTTP (gunicorn, 2 workers, 4 threads), the counts behind it
from the cells, the same counts by a plain aggregate over the tasks, and by an index that covers them.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stage import Stage, fixed_sum_ms, machine, now, stage, tools_folder
from worklist import cookie, loaded

PORT = 25762
OTHERS_SIZE = 10_000
PEOPLE, PLACES = 20, 3
RUNS, SUMS = 5, 4

FILL = """
WITH kinds (at, category, severity, danger, role) AS (VALUES
  (0, 'result-review', 'normal', 3, 'medical-assistant'), (1, 'result-review', 'normal', 3, 'nurse'),
  (2, 'result-review', 'normal', 3, 'physician'), (3, 'result-review', 'abnormal', 1, 'physician'),
  (4, 'result-review', 'abnormal', 1, 'nurse'), (5, 'result-review', 'unknown', 2, 'physician'),
  (6, 'result-review', 'critical', 0, 'physician'), (7, 'consult-report', '', 3, 'physician'),
  (8, 'referral', '', 3, 'care-coordinator'), (9, 'refill', '', 3, 'nurse'),
  (10, 'unsigned-order', '', 3, 'physician'), (11, 'incomplete-note', '', 3, 'physician'),
  (12, 'appointment-follow-up', '', 3, 'care-coordinator'),
  (13, 'administrative-message', '', 3, 'medical-assistant'),
  (14, 'prior-authorization', '', 3, 'care-coordinator'), (15, 'missing-report', '', 3, 'care-coordinator')
), drawn AS (
  SELECT n, random() a, random() b, random() c, random() d, random() e,
         least(-ln(1 - random()) * 6, 90) AS age
  FROM generate_series(1, %(size)s) n
), task AS (
  SELECT k.*, d.*, (SELECT id FROM routing_queue q WHERE q.practice_id = %(practice)s AND q.role = k.role LIMIT 1) queue
  FROM drawn d JOIN kinds k ON k.at = floor(d.a * 16)
)
INSERT INTO routing_task (practice_id, id, category, title, status, status_reason, priority, severity, danger,
    queue_id, owner_id, location_id, authored_at, issued_at, ended_at, outcome, told, version, is_late, is_escalated)
SELECT %(practice)s, gen_random_uuid(), category, 'Made up', CASE WHEN %(ended)s THEN 'completed'
         WHEN b < 0.08 THEN 'on-hold' ELSE 'ready' END, '', 'routine', severity, danger, queue,
       CASE WHEN c < 0.65 THEN (%(people)s::uuid[])[1 + (at * 7 + floor(d * 6)::int) %% array_length(%(people)s::uuid[], 1)] END,
       (%(places)s::uuid[])[1 + floor(e * array_length(%(places)s::uuid[], 1))::int],
       now() - age * interval '1 day', now() - age * interval '1 day',
       CASE WHEN %(ended)s THEN now() - age * b * interval '1 day' END, '', '', 1,
       age > 7 AND d < 0.8, age > 7 AND d < 0.2
FROM task
"""

PLAIN = """
SELECT category, severity, owner_id, queue_id, is_late, %(stage)s,
       (authored_at AT TIME ZONE 'America/New_York')::date, count(*)
FROM routing_task WHERE practice_id = '%(practice)s' AND ended_at IS NULL GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
COVER = """
CREATE INDEX bench_cover ON routing_task (practice_id, category, owner_id, authored_at)
INCLUDE (severity, queue_id, location_id, is_late, status, is_escalated, ended_at) WHERE ended_at IS NULL
"""


def open_practice(slug: str) -> dict[str, Any]:
    """A practice with people, by real operations; the manager of it signs in."""
    from django.db import transaction

    from accounts import operations as accounts
    from accounts.models import User
    from accounts.policy import BY_PASSWORD_ALONE
    from accounts.roles import Role
    from audit.actors import Actor
    from routing import starter
    from tenants import scope

    actor = Actor.machine("bench")
    with transaction.atomic():
        practice = accounts.open_practice(
            name=slug, slug=slug, time_zone="America/New_York", actor=actor, now=now()
        )
        with scope.scoped(practice.pk):
            accounts.set_access_policy(policy=BY_PASSWORD_ALONE, actor=actor, now=now())
            places = [
                accounts.add_location(
                    name=f"Site {n}", time_zone="America/New_York", codes=[f"S{n}"], actor=actor,
                    now=now(),
                )
                for n in range(PLACES)
            ]  # fmt: skip
            roles = [Role.PRACTICE_MANAGER, *[Role.PHYSICIAN, Role.NURSE] * PEOPLE][:PEOPLE]
            people = []
            for n, role in enumerate(roles):
                user = User.objects.create(email=f"p{n}@{slug}.example", first_name=f"Person {n}")
                people.append(accounts.admit(user=user, roles=[role], actor=actor, now=now()))
            starter.install(clinical_approver="bench", actor=actor, now=now())
    return {
        "practice": practice.pk, "user": people[0].user, "people": [one.pk for one in people],
        "places": [one.pk for one in places],
    }  # fmt: skip


def fill(at: Stage, place: dict[str, Any], *, size: int) -> None:
    """Open tasks by SQL, past row security, and a tenth as many closed; counted like any other."""
    import psycopg

    from routing import backlog

    said = {key: place[key] for key in ("practice", "people", "places")}
    with psycopg.connect(at.dsn(), autocommit=True) as server:
        server.execute("SELECT setseed(0.5)")
        server.execute(FILL, said | {"size": size, "ended": False})
        server.execute(FILL, said | {"size": size // 10, "ended": True})
        while backlog.fold(now=now()):
            continue
        server.execute("VACUUM (ANALYZE) routing_task")
        server.execute("VACUUM (ANALYZE) routing_backlogcount")


def timed(work: Callable[[], object], *, times: int) -> dict[str, float]:
    """p50 and p95 in milliseconds."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return {
        "p50": round(statistics.median(took), 1),
        "p95": round(took[int(0.95 * (times - 1))], 1),
    }


def counts(at: Stage, place: dict[str, Any]) -> dict[str, Any]:
    """The same counts from the cells, by a plain aggregate, and by an index that covers it."""
    import psycopg
    from django.db import transaction

    from dashboards.queries import board_counts
    from dashboards.slices import Slice
    from routing.cells import STAGE
    from tenants import scope

    plain = PLAIN % {"stage": STAGE.format(row="routing_task"), "practice": place["practice"]}

    def from_cells() -> None:
        with scope.scoped(place["practice"]), transaction.atomic():
            board_counts.read(Slice())

    with psycopg.connect(at.dsn(), autocommit=True) as server:
        server.execute("SET max_parallel_workers_per_gather = 0")
        found: dict[str, Any] = {
            "cells": server.execute("SELECT count(*) FROM routing_backlogcount WHERE practice_id = %s",
                                    [place["practice"]]).fetchone()[0],  # type: ignore[index]
            "from_cells": timed(from_cells, times=40),
            "plain_aggregate": timed(lambda: server.execute(plain).fetchall(), times=5),
        }  # fmt: skip
        server.execute(COVER)
        server.execute("VACUUM routing_task")
        server.execute("SET enable_seqscan = off")
        server.execute("SET enable_bitmapscan = off")
        found["covering_index"] = timed(lambda: server.execute(plain).fetchall(), times=5)
        server.execute("DROP INDEX bench_cover")
    return found


def pages(at: Stage, place: dict[str, Any], n: int) -> dict[str, Any]:
    """p50 and p95 of the page in ms, and in units of the fixed sum taken around each run."""
    asked = ["--base", f"http://127.0.0.1:{PORT}", "--page", "/backlog/", "--runs", "1"]
    asked += ["--cookie", cookie(place["user"]), "--n", str(n), "--conns", "1"]
    runs = []
    for _ in range(RUNS):
        sums = [fixed_sum_ms() for _ in range(SUMS)]
        row = loaded(at, asked)
        sums += [fixed_sum_ms() for _ in range(SUMS)]
        p50, p95, whole = row["p50_ms"]["median"], row["p95_ms"]["median"], statistics.median(sums)
        runs.append({"p50": p50, "p95": p95, "sum": round(whole), "of_sum": round(p95 / whole, 2)})
    return {"runs": runs, "of_sum": statistics.median(run["of_sum"] for run in runs)}


def checked(place: dict[str, Any]) -> dict[str, float]:
    """What the comparison of all cells with all tasks costs, and that they agree."""
    from routing import backlog
    from tenants import scope

    began = time.perf_counter()
    with scope.scoped(place["practice"]):
        wrong = backlog.check_practice(place["practice"], now=now())
    assert wrong == 0
    return {"ms": round((time.perf_counter() - began) * 1000)}


def main() -> None:
    """Measure, print, keep."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tools", default="../shared/bench")
    arguments.add_argument("--sizes", default="20000,200000,1000000")
    arguments.add_argument("--n", type=int, default=100)
    arguments.add_argument("--out", type=Path)
    said = arguments.parse_args()
    with stage(tools_folder(said.tools)) as at:
        found: dict[str, Any] = {"machine": machine(), "sizes": {}}
        place, other, held = open_practice("bench"), open_practice("other"), 0
        fill(at, other, size=OTHERS_SIZE)
        at.run("manage.py", "collectstatic", "--noinput", "-v0")
        at.serve(PORT)
        for size in map(int, said.sizes.split(",")):
            fill(at, place, size=size - held)
            held = size
            time.sleep(5)
            page, bare = pages(at, place, said.n), counts(at, place)
            fastest = min(run["p95"] for run in page["runs"])
            found["sizes"][size] = {
                "page": page, "bare": bare, "check": checked(place),
                "plain_to_page": round(bare["plain_aggregate"]["p50"] / fastest, 1),
            }  # fmt: skip
            print(size, json.dumps(found["sizes"][size]), flush=True)
    text = json.dumps(found, indent=1)
    print(text)
    if said.out:
        said.out.write_text(text)


if __name__ == "__main__":
    main()
