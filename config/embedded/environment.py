"""Makes `.venv` from the hash-locked requirements and runs the commands of run.py inside it.

Standard library only, and nothing of the product: this runs before there is anything else.
"""

import contextlib
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "clearchart-locks.json"
INSTALL_LOG = ROOT / ".venv-install.log"
INSTALL_LOCK = ROOT / ".venv-install.lock"
LOCKS = {"runtime": "requirements.txt", "dev": "requirements-dev.txt"}
INSTALLER_LOCK = "requirements-uv.txt"
NEEDS_DEV = ("test", "check")
OLDEST_PYTHON = (3, 11)
UNREACHABLE_SIGNS = (
    "Failed to establish a new connection",
    "name resolution",
    "Name or service not known",
    "Connection refused",
    "Network is unreachable",
    "No route to host",
    "timed out",
    "ProxyError",
    "SSLError",
    "error sending request",
    "dns error",
)


class CannotStart(Exception):
    """One sentence for the person at the keyboard."""


def main(arguments: list[str]) -> int:
    try:
        check_platform()
        prepare_environment("dev" if arguments[:1] and arguments[0] in NEEDS_DEV else "runtime")
    except CannotStart as problem:
        say(f"run.py: {problem}")
        return 1
    if Path(sys.prefix).resolve() != VENV.resolve():
        keep_bytecode_apart()
        command = [str(PYTHON), str(ROOT / "run.py"), *arguments]
        os.execv(command[0], command)  # noqa: S606 - the same program, inside the environment
    from config.embedded.cli import main as run_command

    return run_command(arguments)


def check_platform() -> None:
    if os.name == "nt":
        raise CannotStart(
            "The servers that come with ClearChart need Linux or macOS: on Windows use "
            "`docker compose up`, or run this command inside WSL."
        )


def prepare_environment(group: str) -> None:
    """Make `.venv` hold the locked packages of the group; does nothing when it already does."""
    if is_fresh(group):
        return
    with installing_alone():
        if is_fresh(group):
            return
        say("Setting up .venv (some 10 seconds, once per change of the locks) ...")
        if not venv_works():
            make_venv()
        install(group)
        groups = ("runtime", "dev") if group == "dev" else ("runtime",)
        STAMP.write_text(json.dumps({name: lock_digest(name) for name in groups}))


def is_fresh(group: str) -> bool:
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    return stamp.get(group) == lock_digest(group) and PYTHON.exists()


def lock_digest(group: str) -> str:
    return hashlib.sha256((ROOT / LOCKS[group]).read_bytes()).hexdigest()


@contextlib.contextmanager
def installing_alone() -> Iterator[None]:
    """Two commands started at once must not install into the same folder together."""
    import fcntl

    with INSTALL_LOCK.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def venv_works() -> bool:
    probe = f"import sys, pip; sys.exit(sys.version_info[:2] < {OLDEST_PYTHON})"
    try:
        return subprocess.call([str(PYTHON), "-c", probe], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def make_venv() -> None:
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        raise CannotStart(missing_venv_sentence())
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode != 0:
        output = done.stdout.decode("utf-8", "replace")
        if "ensurepip" in output:
            raise CannotStart(missing_venv_sentence())
        last_line = (output.strip().splitlines() or ["no reason given"])[-1]
        raise CannotStart(f"The virtual environment could not be made: {last_line}")


def missing_venv_sentence() -> str:
    major, minor = sys.version_info[:2]
    return (
        "This Python has no venv module: install it with "
        f"`apt-get install python{major}.{minor}-venv` on Debian or Ubuntu, then try again."
    )


def install(group: str) -> None:
    """Install with uv, which is ten times as fast; pip does it where uv cannot."""
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--retries", "2", "--require-hashes"]
    uv = [str(PYTHON), "-m", "uv", "pip", "install", "--quiet", "--python", str(PYTHON)]
    lock = str(ROOT / LOCKS[group])
    with INSTALL_LOG.open("w+b") as log:
        if not run_step([*pip, "-r", str(ROOT / INSTALLER_LOCK)], log):
            raise_if_unreachable(log)
        elif run_step([*uv, "--require-hashes", "-r", lock], log):
            return
        if run_step([*pip, "-r", lock], log):
            return
        raise_if_unreachable(log)
    raise CannotStart(f"The requirements could not be installed; the reason is in {INSTALL_LOG}.")


def run_step(command: list[str], log: IO[bytes]) -> bool:
    environment = {**os.environ, "UV_HTTP_RETRIES": "2", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if "PIP_INDEX_URL" in environment:
        environment.setdefault("UV_DEFAULT_INDEX", environment["PIP_INDEX_URL"])
    return subprocess.call(command, stdout=log, stderr=log, env=environment) == 0


def raise_if_unreachable(log: IO[bytes]) -> None:
    log.seek(0)
    text = log.read().decode("utf-8", "replace")
    if any(sign in text for sign in UNREACHABLE_SIGNS):
        raise CannotStart(
            "The Python package registry could not be reached: connect to the network, or set "
            "PIP_INDEX_URL to one you can reach, and try again."
        )


def keep_bytecode_apart() -> None:
    """Who wants no bytecode among the sources gets it in .venv: without any, every process of the
    demo would compile its libraries again."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "bytecode"))


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
