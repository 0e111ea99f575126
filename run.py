#!/usr/bin/env python3
"""Run ClearChart with two commands: `python3 run.py demo` and `python3 run.py test`.

This file uses the standard library only and is written so that an old Python can read it far
enough to say what is wrong. It makes `.venv`, installs the hash-locked requirements into it and
then runs itself again inside it; the commands themselves live in `config/embedded`.
"""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "clearchart-locks.json")
INSTALL_LOG = os.path.join(ROOT, ".venv-install.log")
LOCKS = {"runtime": "requirements.txt", "dev": "requirements-dev.txt"}
INSTALLER_LOCK = "requirements-uv.txt"
NEEDS_DEV = ("test", "check")
NEWEST_TOO_OLD = (3, 10)
UNREACHABLE_SIGNS = (
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Name or service not known",
    "Connection refused",
    "Network is unreachable",
    "No route to host",
    "Read timed out",
    "ConnectTimeoutError",
    "ProxyError",
    "SSLError",
    "error sending request",
    "dns error",
)


class CannotStart(Exception):
    """One sentence for the person at the keyboard."""


def main(arguments):
    try:
        check_python()
        group = "dev" if arguments[:1] and arguments[0] in NEEDS_DEV else "runtime"
        prepare_environment(group)
    except CannotStart as problem:
        print("run.py: %s" % problem, file=sys.stderr)
        return 1
    if not runs_inside_venv():
        return run_inside_venv(arguments)
    from config.embedded.cli import main as run_command

    return run_command(arguments)


def check_python():
    if sys.version_info[:2] <= NEWEST_TOO_OLD:
        raise CannotStart(
            "ClearChart needs Python 3.11 or newer, and %s is Python %d.%d."
            % ((sys.executable,) + tuple(sys.version_info[:2]))
        )


def prepare_environment(group):
    """Make `.venv` hold the locked packages of the group; does nothing when it already does."""
    if is_fresh(group):
        return
    with install_lock():
        if is_fresh(group):
            return
        say("Setting up .venv (about 10 seconds with a network, once per change of the locks) ...")
        if not venv_works():
            make_venv()
        install(group)
        write_stamp(group)


def lock_digest(group):
    with open(os.path.join(ROOT, LOCKS[group]), "rb") as lock:
        return hashlib.sha256(lock.read()).hexdigest()


def read_stamp():
    try:
        with open(STAMP, encoding="utf-8") as stamp:
            return json.load(stamp)
    except (OSError, ValueError):
        return {}


def is_fresh(group):
    return read_stamp().get(group) == lock_digest(group) and os.path.exists(venv_python())


def write_stamp(group):
    digests = {"runtime": lock_digest("runtime")}
    if group == "dev":
        digests["dev"] = lock_digest("dev")
    with open(STAMP, "w", encoding="utf-8") as stamp:
        json.dump(digests, stamp)


class install_lock:
    """Two commands started at once must not install into the same folder together."""

    def __enter__(self):
        self.handle = open(os.path.join(ROOT, ".venv-install.lock"), "w")
        try:
            import fcntl

            fcntl.flock(self.handle, fcntl.LOCK_EX)
        except ImportError:
            pass

    def __exit__(self, *exc_info):
        self.handle.close()


def venv_python():
    if os.name == "nt":
        return os.path.join(VENV, "Scripts", "python.exe")
    return os.path.join(VENV, "bin", "python")


def venv_works():
    probe = "import sys, pip; sys.exit(sys.version_info[:2] <= (%d, %d))" % NEWEST_TOO_OLD
    try:
        return subprocess.call([venv_python(), "-c", probe], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def make_venv():
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise CannotStart(missing_venv_sentence())
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", VENV],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        output = done.stdout.decode("utf-8", "replace")
        if "ensurepip" in output:
            raise CannotStart(missing_venv_sentence())
        last_line = (output.strip().splitlines() or ["no reason given"])[-1]
        raise CannotStart("The virtual environment could not be made: %s" % last_line)


def missing_venv_sentence():
    return (
        "This Python has no venv module: install it with "
        "`apt-get install python%d.%d-venv` on Debian or Ubuntu, then run the command again."
        % tuple(sys.version_info[:2])
    )


def install(group):
    """Install with uv, which is ten times as fast; pip does it where uv cannot."""
    pip = [venv_python(), "-m", "pip", "install", "--quiet", "--retries", "2", "--require-hashes"]
    with open(INSTALL_LOG, "w+b") as log:
        uv_ready = run_step(pip + ["-r", os.path.join(ROOT, INSTALLER_LOCK)], log)
        if not uv_ready:
            raise_if_unreachable(log)
        lock = os.path.join(ROOT, LOCKS[group])
        uv = [venv_python(), "-m", "uv", "pip", "install", "--quiet", "--python", venv_python()]
        if uv_ready and run_step(uv + ["--require-hashes", "-r", lock], log):
            return
        if run_step(pip + ["-r", lock], log):
            return
        raise_if_unreachable(log)
    raise CannotStart("The requirements could not be installed; the reason is in %s." % INSTALL_LOG)


def run_step(command, log):
    environment = dict(os.environ, UV_HTTP_RETRIES="2", PIP_DISABLE_PIP_VERSION_CHECK="1")
    environment.pop("VIRTUAL_ENV", None)
    if "PIP_INDEX_URL" in environment:
        environment.setdefault("UV_DEFAULT_INDEX", environment["PIP_INDEX_URL"])
    log.flush()
    return subprocess.call(command, stdout=log, stderr=log, env=environment) == 0


def raise_if_unreachable(log):
    log.seek(0)
    text = log.read().decode("utf-8", "replace")
    if any(sign in text for sign in UNREACHABLE_SIGNS):
        raise CannotStart(
            "The Python package registry could not be reached: connect to the network, or set "
            "PIP_INDEX_URL to one you can reach, and run the command again."
        )


def runs_inside_venv():
    return os.path.realpath(sys.prefix) == os.path.realpath(VENV)


def run_inside_venv(arguments):
    command = [venv_python(), os.path.abspath(__file__)] + arguments
    if os.name == "nt":
        return subprocess.call(command)
    sys.stdout.flush()
    return os.execv(command[0], command)


def say(sentence):
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
