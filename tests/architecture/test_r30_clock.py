"""R30: no timer in the broker, no clock but the one, no instant without a zone, one lock order."""

import ast
from pathlib import Path

import pytest

from tests.architecture import code, locks

SENDS = {"delay", "apply_async", "send_task"}
CARRIED = {"args", "kwargs", "eta", "countdown", "expires", "retry"}

EDGES = {
    "accounts/adapters.py": "allauth calls it while it answers a request, and passes no time",
    "dashboards/context.py": "every page says when its session ends",
    "config/clock.py": "the one that says what time it is",
    "integrations/listener.py": "a message is received now",
    "integrations/promises.py": "an edge that was split",
    "outbox/fake/provider.py": "a program of its own, which stands for somebody else's",
    "referrals/fake/hisp.py": "likewise",
    "referrals/fake/house.py": "likewise",
}
"""Files that may read a clock, with the reason; commands may too."""

ASKED = {"dashboards/views/frame.py", "dashboards/views/duty_calendar.py", "integrations/views.py",
         "integrations/documents/views.py", "integrations/phone/views.py",
         "integrations/api/authentication.py"}  # fmt: skip
"""Who answers a request: it shows and writes the time of the sweeps, whatever its host says."""

FIRING = {"config/jobs.py", "config/management/commands/run_engine.py",
          "config/management/commands/run_auditor.py", "config/health.py"}  # fmt: skip
"""What drives the sweeps asks the median, never one clock alone."""


def wake_ups_that_carry(module: ast.Module) -> list[int]:
    """Calls into the broker with anything but the name of a sweep."""
    return [
        call.lineno
        for call in code.calls(module)
        if code.called(call) in SENDS
        and (
            {word.arg for word in call.keywords} & CARRIED
            or len(call.args) > (code.called(call) == "send_task")
        )
    ]


def reads_a_clock(module: ast.Module) -> list[int]:
    """Lines that ask what time it is: Python's ways, Django's, and SQL's."""
    return [
        *(call.lineno for call in code.calls(module) if _is_now(call)),
        *(
            node.lineno
            for node in ast.walk(module)
            if isinstance(node, ast.keyword)
            and node.arg in {"auto_now", "auto_now_add", "db_default"}
            and "False" not in ast.unparse(node.value)
        ),
        *(node.lineno for node in ast.walk(module) if _is_sql_now(node)),
    ]


def _is_now(call: ast.Call) -> bool:
    said = ast.unparse(call.func)
    ends = ("timezone.now", "datetime.now", "utcnow", "date.today", "localdate", "time.time")
    return said.endswith(ends) or said in {"Now", "functions.Now"}


def _is_sql_now(node: ast.AST) -> bool:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    said = node.value.lower()
    asks = ("now()", "current_timestamp", "clock_timestamp", "localtimestamp")
    return any(word in said for word in asks) and ("select" in said or "set " in said)


def instants_without_a_zone(module: ast.AST) -> list[int]:
    """Lines that make an instant which says not where."""
    return [call.lineno for call in code.calls(module) if _is_naive(call)]


def _is_naive(call: ast.Call) -> bool:
    said, words = ast.unparse(call.func), {word.arg for word in call.keywords}
    if said in {"datetime", "datetime.datetime"}:
        return "tzinfo" not in words and len(call.args) < 8
    if said.endswith("datetime.combine"):
        return "tzinfo" not in words and len(call.args) < 3
    if said.endswith((".fromtimestamp", "datetime.now")):
        return not words & {"tz"} and len(call.args) < (1 if said.endswith("now") else 2)
    return said.endswith(("utcfromtimestamp", "make_naive"))


BY_THE_WALL = {
    ("escalation/duty.py", "begins"): "a turn changes by the wall; its zone is given at once",
    (
        "integrations/backlog/dates.py",
        "_moment",
    ): "what a file says; its reader gives the zone",
}
"""Functions that make an instant of the wall's time, with how it gets its zone."""


PLANTED = {
    wake_ups_that_carry: (
        ["wake.apply_async(eta=later)", "wake.apply_async(countdown=60)", "wake.delay(task_id)",
         "wake.apply_async(args=[1])", "app.send_task('wake', args=[1])"],
        ["wake.delay()", "app.send_task('wake')", "wake.apply_async()"],
    ),
    reads_a_clock: (
        ["timezone.now()", "datetime.now(UTC)", "time.time()", "cursor.execute('SELECT now()')",
         "Task.objects.filter(at__lt=Now())", "models.DateTimeField(auto_now_add=True)",
         "SQL = 'UPDATE x SET at = clock_timestamp()'"],
        ["sweep.run(now=now)", "time.monotonic()", "'it is seen now'"],
    ),
    instants_without_a_zone: (
        ["datetime(2026, 11, 1)", "datetime.combine(day, time.min)", "datetime.now()",
         "datetime.fromtimestamp(1)"],
        ["datetime(2026, 11, 1, tzinfo=UTC)", "datetime.combine(day, time.min, tzinfo=zone)",
         "datetime.fromtimestamp(1, UTC)"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", PLANTED)
def test_r30_each_rule_fires_on_what_is_planted_and_on_nothing_else(rule):
    wrong, right = PLANTED[rule]
    assert [sample for sample in wrong if not rule(ast.parse(sample))] == []
    assert [sample for sample in right if rule(ast.parse(sample))] == []


def found(rule) -> dict[str, list[int]]:
    return {str(file): lines for file in code.files() if (lines := rule(code.tree(file)))}


def test_r30_no_wake_up_carries_anything():
    assert found(wake_ups_that_carry) == {}


def is_edge(file: str) -> bool:
    path = Path(file)
    return (
        file in EDGES
        or path.parent.name == "commands"
        or path.parts[:2] in {("config", "embedded")}
    )


def test_r30_nobody_reads_a_clock_but_the_edges():
    assert {file for file in found(reads_a_clock) if not is_edge(file)} == set()


def test_r30_what_drives_the_sweeps_asks_the_median():
    assert FIRING & found(reads_a_clock).keys() == set()
    for file in FIRING:
        assert "clock" in code.imported(code.tree(Path(file))), file


@pytest.mark.parametrize("file", sorted(ASKED))
def test_r30_whoever_answers_a_request_asks_the_clock_of_the_settings(file):
    read = {ast.unparse(call.func) for call in code.calls(code.tree(Path(file)))}
    assert "clock.now" in read


def test_r30_a_request_takes_the_median_for_now():
    assert 'CLOCK = "config.clock.glance"' in Path("config/settings.py").read_text().splitlines()


def test_r30_every_instant_has_a_zone():
    functions = {
        (str(file), one.name)
        for file in code.files()
        for one in code.functions(file)
        if instants_without_a_zone(one)
    }
    assert functions == BY_THE_WALL.keys()


def planted(**functions: str) -> locks.Modules:
    body = "\n".join(
        f"def {name}():\n    " + text.replace("; ", "\n    ") for name, text in functions.items()
    )
    return locks.modules([(Path("escalation/planted.py"), ast.parse(body))])


BACKWARDS = {
    "at once": {"fire": "Clock.objects.lock(ids); Task.objects.lock(ids)"},
    "by a variable": {
        "fire": "rows = Intent.objects.filter(); rows.select_for_update(); Clock.objects.lock(a)"
    },
    "by a call": {
        "fire": "held = Clock.objects.lock(ids); begin(held)",
        "begin": "task()",
        "task": "Task.objects.filter(pk=1).select_for_update()",
    },
    "by an update": {"fire": "Intent.objects.filter(a=1).update(b=2); bulk.put(Clock, rows)"},
    "in a block": {
        "fire": "with transaction.atomic():;     Clock.objects.lock(i);     Task.objects.lock(i)"
    },
}


@pytest.mark.parametrize("how", BACKWARDS)
def test_r30_a_lock_order_turned_round_is_found(how):
    found = locks.breaches(planted(**BACKWARDS[how]))
    assert [name for name, _ in found] == ["escalation/planted.py: fire"]


def test_r30_the_right_order_is_no_finding():
    right = {
        "fire": "Task.objects.lock(ids); Clock.objects.lock(ids); tell(); Task.objects.lock(ids)",
        "tell": "Intent.objects.filter(a=1).update(b=2)",
        "sweep": "with transaction.atomic():;     tell(); fire()",
    }
    assert locks.breaches(planted(**right)) == []


def test_r30_sql_and_other_files_are_read_too():
    claim = (
        "CLAIM = 'SELECT id FROM outbox_intent WHERE task_id IN (SELECT id FROM routing_task) "
        "FOR UPDATE SKIP LOCKED'\n"
        "def claim():\n    cursor.execute(CLAIM)\n"
    )
    uses = (
        "from outbox import operations as outbox\n"
        "def fire():\n    outbox.claim()\n    Task.objects.lock(ids)\n"
    )
    among = locks.modules([
        (Path("outbox/operations/claiming.py"), ast.parse(claim)),
        (Path("outbox/operations/__init__.py"),
         ast.parse("from outbox.operations.claiming import claim")),
        (Path("escalation/planted.py"), ast.parse(uses)),
    ])  # fmt: skip
    assert locks.breaches(among) == [("escalation/planted.py: fire", 4)]


LOCKING = {"routing", "escalation", "outbox", "dashboards", "integrations"}


def test_r30_task_then_clock_then_intent_everywhere():
    among = locks.modules(
        (file, code.tree(file)) for file in code.files() if file.parts[0] in LOCKING
    )
    fire = (Path("escalation/operations/firing.py"), "fire_due")
    assert locks.locked(fire, among) >= {0, 1}
    assert locks.breaches(among) == []
