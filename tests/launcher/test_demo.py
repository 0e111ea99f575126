"""The demo, whole: it serves, keeps its data, and leaves no process behind however it ends."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from config.embedded.demo import MIGRATE, MLLP_FEEDS, seed_command, simulator_command
from config.embedded.outside import carriers_command, phones_command
from tests.launcher.conftest import processes_of

ROOT = Path(__file__).resolve().parents[2]
NEEDS_PROC = pytest.mark.skipif(not Path("/proc").exists(), reason="looks into /proc")
UP_SECONDS = 90
"""On a machine that has more to do; on one that has not it takes a quarter of that."""


class Demo:
    """`run.py demo` in a folder with a space, and what it says."""

    def __init__(self, data: Path, port: int, mllp_port: int) -> None:
        self.data, self.port = data, port
        self._output = data.with_suffix(".out")
        wanted = {"--port": port, "--mllp-port": mllp_port, "--phone-port": mllp_port + 20,
                  "--carrier-port": mllp_port + 21}  # fmt: skip
        ports = [word for option, number in wanted.items() for word in (option, str(number))]
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "run.py"), "demo", "--data", str(data), *ports],
                env=own_environment() | {"CLEARCHART_TRIAL": str(data)},
                stdout=output,
                stderr=output,
            )

    def said(self) -> str:
        return self._output.read_text()

    def wait_until_up(self) -> None:
        deadline = time.monotonic() + UP_SECONDS
        while "ClearChart is running" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def sign_in_page(self) -> str:
        address = f"http://127.0.0.1:{self.port}/accounts/login/"
        with urllib.request.urlopen(address, timeout=20) as answer:
            assert answer.status == 200
            return answer.read().decode()

    def seconds_until_gone(self) -> float:
        begun = time.monotonic()
        self.process.wait(timeout=20)
        while processes_of(str(self.data)) and time.monotonic() - begun < 20:
            time.sleep(0.05)
        assert processes_of(str(self.data)) == []
        return time.monotonic() - begun


def manage(data: Path, *arguments: str) -> tuple[int, str]:
    """The exit code and the standard output of `run.py manage`."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "run.py"), "manage", "--data", str(data), *arguments],
        env=own_environment() | {"CLEARCHART_TRIAL": str(data)},
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.returncode, done.stdout


def own_environment() -> dict[str, str]:
    """Without the servers of the test run."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.endswith("DATABASE_URL") and name not in ("REDIS_URL", "SECRET_KEY")
    }


@pytest.fixture
def two_ports() -> tuple[int, int]:
    """Outside the range that the kernel gives away, and different for every worker."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    return 18_000 + 100 * worker, 18_050 + 100 * worker


@pytest.mark.slow
@NEEDS_PROC
def test_the_demo_serves_keeps_its_data_and_leaves_nothing_behind(tmp_path, two_ports):
    data = tmp_path / "a demo"
    demo = Demo(data, *two_ports)
    demo.wait_until_up()
    assert "password" in demo.sign_in_page()
    said = demo.said()
    assert re.search(r"\S+@\S+ +\S+", said), "a person with an address and a password"
    listening = [int(port) for port in re.findall(r"MLLP: localhost:(\d+)", said)]
    assert listening == list(range(two_ports[1], two_ports[1] + MLLP_FEEDS))
    assert "curl" in said
    assert manage(data, "shell", "--no-imports", "-c", "print('hello')") == (0, "hello\n")
    demo.process.send_signal(signal.SIGINT)
    assert demo.seconds_until_gone() < 5

    assert manage(data, "shell", "--no-imports", "-c", "raise SystemExit(7)") == (7, "")
    assert processes_of(str(data)) == [], "manage stops the servers that it started"

    again = Demo(data, *two_ports)
    again.wait_until_up()
    assert "Opening the database" in again.said(), "the second start found the first one's data"
    again.process.kill()
    assert again.seconds_until_gone() < 10


COMMANDS = (
    MIGRATE, seed_command(8000, 2575, 8026), simulator_command(8000)[2:],
    phones_command(8025, Path("names"))[2:],
    carriers_command(8026, [{"key": "k", "address": "http://127.0.0.1/"}])[2:],
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[0])
def test_every_command_of_the_demo_takes_its_arguments(command):
    name, *options = command
    load_command_class(get_commands()[name], name).create_parser("manage.py", name).parse_args(
        options
    )
