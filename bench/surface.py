#!/usr/bin/env python3
"""What the hands of a medical assistant and a manager feel with 20,000 open tasks in the practice.

  .venv/bin/python bench/surface.py [--size 20000] [--n 100] [--out FILE]

One practice, served by gunicorn as in production, in a real Chromium: the key that closes a normal
result until the next frame and until the server said yes; the queue page and the pane over HTTP; what
they weigh; how many clicks name the bottleneck. Milliseconds also as on a machine that needs 100 for the
fixed sum, which the budgets are for.
"""

import argparse
import gzip
import json
import re
import shutil
import statistics
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import APIRequestContext, Page, expect, sync_playwright
from stage import fixed_sum_ms, machine, now, stage
from worklist import fill

PORT = 25763
BASE = f"http://127.0.0.1:{PORT}"
PASSWORD = "correct horse battery"
CLOSED = 20
WORKER, MANAGER = "medical-assistant", "practice-manager"
BUDGETS = {
    "key to next frame": 50, "key to confirmed": 200, "page p95": 150, "fragment p95": 60,
    "HTML of 60 rows kB": 8, "CSS kB": 15, "JS kB": 30, "clicks to the bottleneck": 0,
}  # fmt: skip
TIMED = {"key to next frame", "key to confirmed", "page p95", "fragment p95"}
ROW = re.compile(rb'<tr role="row" id="t-.*?</tr>', re.DOTALL)
LISTEN = """
() => {
  window.felt = [];
  const list = document.querySelector('#list');
  document.addEventListener('keydown', event => {
    if (event.key !== 'e') return;
    const row = list.querySelector('tr.is-open'), began = performance.now();
    const one = {}, seen = new MutationObserver(() => {
      if (!row.matches('.st-done') && row.isConnected) return;
      one.confirmed = performance.now() - began;
      felt.push(one);
      seen.disconnect();
    });
    seen.observe(list, {subtree: true, childList: true, attributes: true});
    requestAnimationFrame(() => setTimeout(() => one.painted = performance.now() - began));
  }, true);
}
"""


def open_practice() -> dict[str, Any]:
    """A medical assistant and a practice manager, by real operations."""
    from django.db import transaction

    from accounts import operations as accounts
    from accounts.models import User
    from accounts.policy import BY_PASSWORD_ALONE
    from accounts.roles import Role
    from audit.actors import Actor
    from routing import starter
    from routing.models import Queue
    from tenants import scope

    who = {"actor": Actor.machine("bench"), "now": now()}
    with transaction.atomic():
        practice = accounts.open_practice(name="Bench", slug="bench", time_zone="UTC", **who)
        with scope.scoped(practice.pk):
            accounts.set_access_policy(policy=BY_PASSWORD_ALONE, **who)
            members = {
                role: accounts.admit(
                    user=User.objects.create_user(
                        email=f"{role.value}@bench.example", password=PASSWORD, first_name="Bench"
                    ),
                    roles=[role], **who,
                )
                for role in (Role.MEDICAL_ASSISTANT, Role.PRACTICE_MANAGER)
            }  # fmt: skip
            starter.install(clinical_approver="bench", **who)
            queue = Queue.objects.get(role=Role.MEDICAL_ASSISTANT)
    owner = members[Role.MEDICAL_ASSISTANT].pk
    who_signs_in = {role.value: member.user for role, member in members.items()}
    return {"practice": practice.pk, "owner": owner, "queue": queue.pk} | who_signs_in


def sign_in(page: Page, role: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(f"{role}@bench.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def close_normals(page: Page) -> dict[str, float]:
    """One key each, twenty in a row: the medians in ms."""
    page.goto("/queue/?sev=routine")
    page.locator("#pane article").wait_for()
    page.evaluate(LISTEN)
    for closed in range(1, CLOSED + 1):
        expect(page.locator("#pane.is-stale")).to_have_count(0)
        page.keyboard.press("e")
        expect(page.locator("tr.st-done")).to_have_count(closed)
    felt = page.evaluate("felt")
    return {
        "key to next frame": statistics.median(one["painted"] for one in felt),
        "key to confirmed": statistics.median(one["confirmed"] for one in felt),
    }


def asked(request: APIRequestContext, path: str, n: int, **headers: str) -> float:
    """The 95th of a hundred, in ms."""
    took = []
    for _ in range(n):
        began = time.perf_counter()
        answer = request.get(path, headers=headers)
        took.append((time.perf_counter() - began) * 1000)
        assert answer.ok, (path, answer.status)
    return statistics.quantiles(took, n=20)[-1]


def served(page: Page, n: int) -> dict[str, float]:
    row = page.locator("tr[data-task] .c-task a").first.get_attribute("href")
    return {
        "page p95": asked(page.request, "/queue/", n),
        "fragment p95": asked(page.request, row, n, **{"HX-Request": "true"}),
    }


def weighs(page: Page) -> dict[str, float]:
    """Packed, of My queue: its HTML, and every style and script that it names."""
    html = page.request.get("/queue/").body()
    named = page.evaluate(
        "() => [...document.querySelectorAll('link[rel=stylesheet], script[src]')]"
        ".map(one => one.href || one.src)"
    )
    packed = {
        kind: sum(_packed(page.request.get(one).body()) for one in named if f".{kind}" in one)
        for kind in ("css", "js")
    }
    rows = ROW.findall(html)
    of_sixty = _packed(b"".join(rows)) * 60 / len(rows)
    return {
        "HTML of 60 rows kB": of_sixty,
        "page kB": _packed(html),
        "CSS kB": packed["css"],
        "JS kB": packed["js"],
    }


def _packed(body: bytes) -> float:
    return len(gzip.compress(body, 9)) / 1000


def bottleneck(page: Page) -> dict[str, float]:
    """The first page of a manager says where work is stuck."""
    page.goto("/")
    expect(page.locator(".lead-line")).to_be_visible()
    return {"clicks to the bottleneck": 0}


def measure(n: int) -> dict[str, float]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(base_url=BASE, viewport={"width": 1440, "height": 900})
        sign_in(page, WORKER)
        found = close_normals(page) | served(page, n) | weighs(page)
        boss = browser.new_page(base_url=BASE, viewport={"width": 1440, "height": 900})
        sign_in(boss, MANAGER)
        found |= bottleneck(boss)
        browser.close()
    return found


def _told(name: str, value: float, unit: float) -> dict[str, float | None]:
    scaled = {"at a sum of 100 ms": round(value / unit, 1)} if name in TIMED else {}
    return {"is": round(value, 1), **scaled, "budget": BUDGETS.get(name)}


def main() -> None:
    """Measure, print, keep."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--size", type=int, default=20_000)
    arguments.add_argument("--n", type=int, default=100)
    arguments.add_argument("--out", type=Path)
    said = arguments.parse_args()
    with stage(None) as at:
        fill(at, open_practice(), size=said.size, first=0)
        at.run("manage.py", "collectstatic", "--noinput", "-v0")
        at.serve(PORT)
        time.sleep(6)
        before = fixed_sum_ms()
        felt = measure(said.n)
        unit = (before + fixed_sum_ms()) / 2 / 100
        found = {name: _told(name, value, unit) for name, value in felt.items()}
    text = json.dumps({"machine": machine(), "open tasks": said.size, "felt": found}, indent=1)
    print(text)
    if said.out:
        said.out.write_text(text)


if __name__ == "__main__":
    main()
