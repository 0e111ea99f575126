#!/usr/bin/env python3
"""My queue and Team queue as a signed-in person sees them, while the backlog grows.

  .venv/bin/python bench/worklist.py --tools ../shared/bench [--sizes 10000,200000] [--n 200] [--out FILE]

Twenty practices; the first holds the backlog of the size named, each other one 10,000 open tasks.
Served by gunicorn as in production (2 workers, 4 threads).
"""

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

from stage import Stage, fixed_sum_ms, machine, now, stage, tools_folder

PORT = 25761
OTHERS = 19
OTHERS_SIZE = 10_000
RUNS = 5
SUMS = 4

FILL = """
WITH made AS (
  INSERT INTO charts_patient (practice_id, id, family, given, birth_date, sex, phone, language, email, address, state, is_deceased,
                              is_unidentified, is_restricted, updated_at)
  SELECT %(practice)s, gen_random_uuid(), 'Testcase' || n, 'Given' || n, date '1940-01-01' + (n %% 25000), 'F', '', '', '', '', '',
         false, false, false, now()
  FROM generate_series(1, greatest(%(size)s / 10, 1)) n RETURNING id
), people AS (SELECT array_agg(id) ids FROM made),
items AS (
  INSERT INTO charts_chartitem (practice_id, id, patient_id, source, kind, key, status, code, code_system,
      alternate_code, title, severity, priority, placer, filler, encounter_number, location_code, people,
      observations, details, text, revision, version, received_at, issued_at, stated_severity, older, answers)
  SELECT %(practice)s, gen_random_uuid(), people.ids[1 + n %% array_length(people.ids, 1)], 'bench', 'result',
      'B' || %(from)s + n, 'final', '24323-8', 'loinc', '', 'Comprehensive metabolic panel',
      (ARRAY['normal','normal','normal','abnormal','critical'])[1 + n %% 5], '', '', 'B' || n, '', '', '{}',
      jsonb_build_array(jsonb_build_object('code', '2823-3', 'display', 'Potassium', 'value', '6.1', 'number', 6.1,
        'units', 'mmol/L', 'range', '3.5-5.1', 'low', 3.5, 'high', 5.1, 'flags', jsonb_build_array('H'), 'severity',
        'abnormal', 'status', 'final', 'sub_id', '', 'system', 'loinc', 'observed_at', '', 'note', '', 'withdrawn',
        false, 'revision', '[]'::jsonb)), '{}', '', '[]', 1, now(), now() - n * interval '1 minute', '', '{}', '[]'
  FROM generate_series(1, %(size)s) n, people RETURNING id, patient_id, severity
), numbered AS (SELECT *, row_number() OVER () n FROM items)
INSERT INTO routing_task (practice_id, id, item_id, patient_id, category, title, status, status_reason, priority,
    severity, danger, queue_id, owner_id, authored_at, issued_at, outcome, told, version)
SELECT %(practice)s, gen_random_uuid(), id, patient_id, 'result-review', 'Comprehensive metabolic panel', 'ready', '',
    'routine', severity, CASE severity WHEN 'critical' THEN 0 WHEN 'abnormal' THEN 1 ELSE 3 END, %(queue)s,
    CASE WHEN n %% 10 = 0 THEN %(owner)s::uuid END, now() - n * interval '1 minute', now() - n * interval '1 minute',
    '', '', 1
FROM numbered
"""


def open_practices() -> list[dict[str, Any]]:
    """Twenty practices with a nurse who signs in, by real operations."""
    from django.db import transaction

    from accounts import operations as accounts
    from accounts.models import User
    from accounts.policy import BY_PASSWORD_ALONE
    from accounts.roles import Role
    from audit.actors import Actor
    from routing import starter
    from routing.models import Queue
    from tenants import scope

    actor, made = Actor.machine("bench"), []
    for number in range(OTHERS + 1):
        with transaction.atomic():
            practice = accounts.open_practice(
                name=f"Bench {number}",
                slug=f"bench-{number}",
                time_zone="UTC",
                actor=actor,
                now=now(),
            )
            with scope.scoped(practice.pk):
                accounts.set_access_policy(policy=BY_PASSWORD_ALONE, actor=actor, now=now())
                user = User.objects.create(email=f"n{number}@bench.example", first_name="Nurse")
                member = accounts.admit(user=user, roles=[Role.NURSE], actor=actor, now=now())
                starter.install(clinical_approver="bench", actor=actor, now=now())
                queue = Queue.objects.get(role=Role.NURSE)
            made.append(
                {"practice": practice.pk, "user": user, "owner": member.pk, "queue": queue.pk}
            )
    return made


def fill(at: Stage, place: dict[str, Any], *, size: int, first: int) -> None:
    """Open tasks by SQL, past row security: filling is not what is measured."""
    import psycopg

    with psycopg.connect(at.dsn(), autocommit=True) as server:
        named = {key: place[key] for key in ("practice", "owner", "queue")}
        server.execute(FILL, named | {"size": size, "from": first})
        for table in ("routing_task", "charts_chartitem", "charts_patient"):
            server.execute(f"VACUUM (ANALYZE) {table}")


def cookie(user: Any) -> str:
    """A session of the person, as signing in would make it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"sessionid={session.session_key}"


def loaded(at: Stage, asked: list[str]) -> dict[str, Any]:
    """What the load generator measured of one page, once each answer was the page."""
    row: dict[str, Any] = at.tool("page_load.py", *asked)["rows"][0]
    assert row["bad"] == 0, f"{row['bad']} answers were not the page: {row['status']}"
    return row


def pages(at: Stage, place: dict[str, Any], n: int, conns: int) -> dict[str, Any]:
    """p50 and p95 of each page in ms, and p95 in units of the fixed sum taken before and after each
    run: on a machine with loud neighbours the only figure that means something."""
    found: dict[str, Any] = {}
    for name, path in (("My queue", "/queue/"), ("Team queue", "/team/")):
        asked = ["--base", f"http://127.0.0.1:{PORT}", "--page", path, "--runs", "1"]
        asked += ["--cookie", cookie(place["user"]), "--n", str(n), "--conns", str(conns)]
        runs = []
        for _ in range(RUNS):
            sums = [fixed_sum_ms() for _ in range(SUMS)]
            row = loaded(at, asked)
            sums += [fixed_sum_ms() for _ in range(SUMS)]
            p50, p95 = row["p50_ms"]["median"], row["p95_ms"]["median"]
            whole = statistics.median(sums)
            runs.append(
                {"p50": p50, "p95": p95, "sum": round(whole), "of_sum": round(p95 / whole, 2)}
            )
        found[name] = {
            "runs": runs,
            "of_sum": statistics.median(run["of_sum"] for run in runs),
        }
    return found


def main() -> None:
    """Measure, print, keep."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tools", default="../shared/bench")
    arguments.add_argument("--sizes", default="10000,200000")
    arguments.add_argument("--n", type=int, default=200)
    arguments.add_argument("--out", type=Path)
    said = arguments.parse_args()
    with stage(tools_folder(said.tools)) as at:
        found: dict[str, Any] = {"machine": machine(), "pages": {}}
        places, held = open_practices(), 0
        for place in places[1:]:
            fill(at, place, size=OTHERS_SIZE, first=0)
        at.run("manage.py", "collectstatic", "--noinput", "-v0")
        at.serve(PORT)
        for size in map(int, said.sizes.split(",")):
            fill(at, places[0], size=size - held, first=held)
            held = size
            time.sleep(5)
            found["pages"][size] = {conns: pages(at, places[0], said.n, conns) for conns in (1, 8)}
    text = json.dumps(found, indent=1)
    print(text)
    if said.out:
        said.out.write_text(text)


if __name__ == "__main__":
    main()
