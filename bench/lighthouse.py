#!/usr/bin/env python3
"""What Lighthouse says of the four pages that people see most, and what they weigh.

  .venv/bin/python bench/lighthouse.py [--tool FOLDER] [--form mobile|desktop] [--out FILE]

It needs Node, npm and a Chromium. Lighthouse is installed into a folder of its own (`--tool` keeps
it there for the next time); nothing of it belongs to the product. The pages are served by gunicorn
as in production, with static files compressed and 2,000 open tasks in the practice.
"""

import argparse
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from stage import machine, stage
from surface import MANAGER, WORKER, open_practice
from worklist import cookie, fill

LIGHTHOUSE = "lighthouse@12.8.2"
PORT = 25764
BASE = f"http://127.0.0.1:{PORT}"
SIZE = 2_000
FLAGS = "--headless=new --no-sandbox --disable-gpu"
AT_LEAST = {"performance": 0.95, "accessibility": 1.0, "best-practices": 1.0}
AT_MOST_KB = 60
RUNS = 3


def installed(folder: Path) -> Path:
    """The command of Lighthouse, fetched where it is not there yet."""
    command = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not command.exists():
        subprocess.run(
            ["npm", "install", "--prefix", str(folder), "--no-save", "--no-audit", "--no-fund",
             LIGHTHOUSE], check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    return command


def look(command: Path, path: str, *, form: str, cookie: str) -> dict[str, Any]:
    """Scores between 0 and 1, and kB on the wire."""
    asked = ["node", str(command), BASE + path, "--output=json", "--quiet",
             f"--chrome-flags={FLAGS}", "--only-categories=" + ",".join(AT_LEAST)]  # fmt: skip
    if cookie:
        asked.append("--extra-headers=" + json.dumps({"Cookie": cookie}))
    if form == "desktop":
        asked.append("--preset=desktop")
    said = json.loads(_answer(asked))
    assert said["finalDisplayedUrl"] == BASE + path, said["finalDisplayedUrl"]
    scores = {name: one["score"] for name, one in said["categories"].items()}
    lost = [
        f"{ref['id']}: {said['audits'][ref['id']]['title']}"
        for one in said["categories"].values() for ref in one["auditRefs"]
        if ref["weight"] and (said["audits"][ref["id"]]["score"] or 0) < 1
        and said["audits"][ref["id"]]["scoreDisplayMode"] in {"binary", "numeric"}
    ]  # fmt: skip
    kb = said["audits"]["total-byte-weight"]["numericValue"] / 1000
    return scores | {"kB": round(kb, 1), "lost points": lost}


def _answer(asked: list[str]) -> bytes:
    """What it prints; asked twice, for a browser that does not start says nothing of a page."""
    first = subprocess.run(asked, check=False, capture_output=True)
    if first.returncode == 0:
        return first.stdout
    return subprocess.run(asked, check=True, capture_output=True).stdout


def middle(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The one whose performance is the median, as its makers advise; what one run alone has, counts."""
    by_speed = sorted(runs, key=lambda one: one["performance"])
    worst = {name: min(one[name] for one in runs) for name in ("accessibility", "best-practices")}
    return by_speed[len(runs) // 2] | worst


def main() -> None:
    """Measure, print, keep; ends with 1 where a bar was missed."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tool", type=Path)
    arguments.add_argument("--form", choices=["mobile", "desktop"], default="mobile")
    arguments.add_argument("--out", type=Path)
    said = arguments.parse_args()
    os.environ["CHROME_PATH"] = shutil.which("chromium") or ""
    with stage(None) as at, tempfile.TemporaryDirectory() as folder:
        command = installed((said.tool or Path(folder)).resolve())
        place = open_practice()
        fill(at, place, size=SIZE, first=0)
        at.run("manage.py", "collectstatic", "--noinput", "-v0")
        at.serve(PORT)
        time.sleep(6)
        found = {
            name: middle([look(command, address, form=said.form, cookie=who) for _ in range(RUNS)])
            for name, address, who in pages(place)
        }
    missed = [
        name for name, one in found.items()
        if one["kB"] > AT_MOST_KB or any(one[what] < bar for what, bar in AT_LEAST.items())
    ]  # fmt: skip
    text = json.dumps(
        {"machine": machine(), "form": said.form, "pages": found, "missed": missed}, indent=1
    )
    print(text)
    if said.out:
        said.out.write_text(text)
    raise SystemExit(bool(missed))


def pages(place: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Name, address, and the session that opens it."""
    from django.db import transaction

    from routing.models import Task
    from tenants import scope

    with scope.scoped(place["practice"]), transaction.atomic():
        task = Task.objects.open().order_by("danger", "authored_at").values_list("pk").first()
    worker, manager = cookie(place[WORKER]), cookie(place[MANAGER])
    return [
        ("Queue", "/queue/", worker),
        ("Task", f"/tasks/{task[0]}/", worker),
        ("Backlog", "/backlog/", manager),
        ("Sign-in", "/accounts/login/", ""),
    ]


if __name__ == "__main__":
    main()
