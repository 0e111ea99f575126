"""Children that die come back; what they say of importance is shown."""

import sys
import time

import pytest

from config.embedded.supervisor import Child, Supervisor


def child(tmp_path, code: str) -> Child:
    return Child("probe", [sys.executable, "-c", code], {}, tmp_path / "probe.log")


@pytest.fixture
def watched(processes, tmp_path):
    def start(code: str) -> tuple[Supervisor, Child]:
        one = child(tmp_path, code)
        supervisor = Supervisor(processes)
        supervisor.start(one)
        return supervisor, one

    return start


def look_until(supervisor: Supervisor, reached) -> None:
    deadline = time.monotonic() + 8
    while not reached() and time.monotonic() < deadline:
        supervisor.look()
        time.sleep(0.02)
    assert reached()


def test_a_child_that_ends_is_started_again_and_its_log_is_named(watched, tmp_path, capsys):
    supervisor, one = watched("import sys; print('bye'); sys.exit(3)")
    look_until(supervisor, lambda: one.failures == 2)
    said = capsys.readouterr().err
    assert "[probe] ended with code 3; starting it again in 1 s" in said
    assert str(tmp_path / "probe.log") in said
    assert (tmp_path / "probe.log").read_text().count("bye") == 2


def test_the_pause_grows_and_has_an_end(tmp_path):
    one = child(tmp_path, "")
    pauses = []
    for one.failures in range(1, 8):
        pauses.append(one.pause())
    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_errors_of_a_log_are_shown_once_and_the_rest_is_not(watched, tmp_path, capsys):
    lines = ['{"level": "info", "event": "fine"}', '{"level": "error", "event": "broken"}']
    supervisor, _ = watched(
        f"import time; print({chr(10).join(lines)!r}, flush=True); time.sleep(60)"
    )
    look_until(supervisor, lambda: "broken" in (tmp_path / "probe.log").read_text())
    supervisor.look()
    supervisor.look()
    said = capsys.readouterr().err
    assert said.count("broken") == 1
    assert "fine" not in said


def test_stopping_leaves_nothing_running(watched):
    supervisor, one = watched("import time; time.sleep(60)")
    supervisor.stop(patience=2)
    assert one.process.returncode is not None
