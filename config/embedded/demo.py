"""`run.py demo`: the whole product on one machine, with people to sign in as and a busy feed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.embedded.banner import banner
from config.embedded.folder import DataFolder, FolderLock, empty_folder, open_folder
from config.embedded.identity import Identity, in_child
from config.embedded.outside import CARRIER_PORTS, MANAGE, outside, outside_environment
from config.embedded.place import empty_elsewhere
from config.embedded.problem import CannotStart
from config.embedded.processes import Processes
from config.embedded.servers import Servers, is_empty, running, tell
from config.embedded.supervisor import Child, Supervisor

ROOT = Path(__file__).resolve().parents[2]
SIMULATED_PRACTICE = "Elm Street Family Medicine"
MLLP_FEEDS = 6
READY_SECONDS = 60.0
CHILDREN_PATIENCE = 2.0
# The API answers JSON only, and its documentation page uses one of the sidecar's two viewers.
STATIC_NOT_NEEDED = ("rest_framework", "redoc")
MIGRATE = ["migrate", "--database", "owner", "--no-input", "--skip-checks"]


@dataclass(frozen=True, slots=True)
class DemoOptions:
    port: int
    mllp_port: int
    data: Path
    simulator: bool
    reset: bool
    phone_port: int
    carrier_port: int


def run_demo(options: DemoOptions) -> int:
    if not options.data.exists():
        check_ports_free(options)  # before anything is made
    folder = open_folder(options.data)
    lock = take_lock(folder)
    try:
        check_ports_free(options)
        if options.reset:
            empty_elsewhere(folder)
            empty_folder(folder)
        serve(options, folder, lock)
    except KeyboardInterrupt:
        tell("\nStopped.")
    finally:
        lock.release()
    return 0


def check_ports_free(options: DemoOptions) -> None:
    """Asked after the folder: a demo that runs there holds the ports too, and is what to name."""
    check_port_free(options.port, "--port")
    check_port_free(options.phone_port, "--phone-port")
    for port in range(options.carrier_port, options.carrier_port + CARRIER_PORTS):
        check_port_free(port, "--carrier-port")
    for port in range(options.mllp_port, options.mllp_port + MLLP_FEEDS):
        check_port_free(port, "--mllp-port")


def take_lock(folder: DataFolder) -> FolderLock:
    lock = FolderLock(folder)
    if not lock.take("demo"):
        holder = lock.holder()
        raise CannotStart(
            f"The data folder {folder.root} is in use by process {holder.get('pid', 'unknown')}: "
            "stop that one first, or give another folder with --data."
        )
    return lock


def serve(options: DemoOptions, folder: DataFolder, lock: FolderLock) -> None:
    """Bring everything up, the sign-in page first, and keep it up until somebody interrupts.

    Whoever signs in before the history is told finds empty queues for a moment.
    """
    with Processes() as processes, running(folder, processes, environment=os.environ) as servers:
        supervisor = Supervisor(processes)
        try:
            prepare(folder, servers)
            around = outside_environment(port=options.port, phone_port=options.phone_port)
            web, *others = children(options, folder, servers, around)
            supervisor.start(web)
            story = seed(options, folder, servers)
            own = demo_environment(folder, servers.for_product()) | around
            others[:0] = outside(story, folder, own, options.phone_port, options.carrier_port)
            wait_for_web(options.port, supervisor)
            lock.say(kind="demo", ready=True, port=options.port)
            said = banner(story, port=options.port, phone_port=options.phone_port, logs=folder.logs)
            print(said, flush=True)
            tell_history(options, folder, servers)
            for child in others:
                supervisor.start(child)
            supervisor.watch()
        finally:
            supervisor.stop(patience=CHILDREN_PATIENCE)


def prepare(folder: DataFolder, servers: Servers) -> None:
    """Migrations and static files; neither needs the other."""
    environment = demo_environment(folder, servers.for_operator())
    tell("Preparing the database ..." if is_empty(servers) else "Opening the database ...")
    static = begin_manage(["collectstatic", "--no-input", *static_options()], environment)
    manage(MIGRATE, environment)
    finish_manage(static, "collectstatic")


def seed(options: DemoOptions, folder: DataFolder, servers: Servers) -> dict[str, Any]:
    """The people and feeds of the demo; made once, told each time."""
    environment = demo_environment(folder, servers.for_operator())
    tell("Making the demo's practices and people ...")
    story: dict[str, Any] = json.loads(manage([*seed_of(options), "--no-history"], environment))
    return story


def tell_history(options: DemoOptions, folder: DataFolder, servers: Servers) -> None:
    """What they did in the sixty days before; the engine begins after it."""
    tell("Telling what they did in the last sixty days; once, and it takes a moment ...")
    environment = demo_environment(folder, servers.for_operator())
    manage(seed_of(options), environment)
    tell("Everything is there, and messages keep coming.")


def static_options() -> list[str]:
    ignored = [part for pattern in STATIC_NOT_NEEDED for part in ("--ignore", pattern)]
    return ["--skip-checks", *ignored]


def demo_environment(folder: DataFolder, environment: Mapping[str, str]) -> dict[str, str]:
    return {
        **environment,
        "DEMO": "1",
        "STATIC_ROOT": str(folder.static),
        "CELERY_BEAT_FILE": str(folder.root / "beat-schedule"),
        "PYTHONPATH": str(ROOT),
    }


def children(
    options: DemoOptions, folder: DataFolder, servers: Servers, around: Mapping[str, str]
) -> list[Child]:
    """What serves, the web first; none of them knows the owner's password."""
    environment = demo_environment(folder, servers.for_product()) | dict(around)
    commands: dict[str, list[str]] = {
        "web": web_command(options.port),
        "worker": worker_command(),
        "engine": [sys.executable, MANAGE, "run_engine"],
        "auditor": [sys.executable, MANAGE, "run_auditor"],
        "mllp": [sys.executable, MANAGE, "run_mllp"],
    }
    if options.simulator:
        commands["simulator"] = simulator_command(options.port)
    return [
        Child(name=name, command=command, environment=environment, log=folder.log(name))
        for name, command in commands.items()
    ]


def web_command(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "config.wsgi:application"),
        *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"),
        *("--workers", "2", "--threads", "4", "--graceful-timeout", "1"),
        *("--preload", "--no-control-socket"),
    ]


def worker_command() -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "-A", "config", "worker", "-B"),
        *("-P", "threads", "-c", "2", "--loglevel", "WARNING", "--without-gossip"),
    ]


def simulator_command(port: int) -> list[str]:
    return [
        *(sys.executable, MANAGE, "simulate", "--practice", SIMULATED_PRACTICE),
        *("--speed", "60", "--loop", "--http", f"http://127.0.0.1:{port}"),
    ]


def seed_command(port: int, mllp_port: int, carrier_port: int) -> list[str]:
    ports = {"--port": port, "--mllp-port": mllp_port, "--carrier-port": carrier_port}
    return ["seed_demo", "--json", *(part for one in ports.items() for part in map(str, one))]


def seed_of(options: DemoOptions) -> list[str]:
    return seed_command(options.port, options.mllp_port, options.carrier_port)


def manage(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    return finish_manage(begin_manage(arguments, environment), arguments[0])


def begin_manage(arguments: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, MANAGE, *arguments],
        env=environment,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=in_child(Identity.OURSELVES, death_signal=signal.SIGKILL),
    )


def finish_manage(process: subprocess.Popen[str], name: str) -> str:
    output, errors = process.communicate()
    if process.returncode != 0:
        tell((errors or output).rstrip())
        raise CannotStart(f"`manage.py {name}` failed; its last words are above.")
    return output


def check_port_free(port: int, option: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            raise CannotStart(
                f"Port {port} is taken: stop what uses it, or choose another with {option}."
            ) from problem


def wait_for_web(port: int, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            supervisor.look()
            time.sleep(0.1)
    raise CannotStart("The web server did not answer within a minute; see its log named above.")
