"""`run.py manage`: any management command, against the servers of a data folder."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from config.embedded.demo import MIGRATE, demo_environment
from config.embedded.folder import DataFolder, FolderLock, Users, open_folder
from config.embedded.identity import Identity, in_child
from config.embedded.outside import MANAGE
from config.embedded.problem import CannotStart
from config.embedded.processes import Processes
from config.embedded.servers import Servers, at_running_servers, is_empty, running, tell

OTHERS_READY_SECONDS = 90.0


def run_manage(data: Path, arguments: Sequence[str]) -> int:
    """Run the command and pass on its exit code; its standard output is its own."""
    folder = open_folder(data)
    with servers_of(folder) as servers:
        environment = demo_environment(folder, servers.for_operator())
        if is_empty(servers) and arguments[:1] != ["migrate"]:
            migrate = [sys.executable, MANAGE, *MIGRATE]
            if subprocess.call(migrate, env=environment, stdout=subprocess.DEVNULL) != 0:
                raise CannotStart("The migrations failed; the reason is above.")
        return run_in_foreground([sys.executable, MANAGE, *arguments], environment)


@contextmanager
def servers_of(folder: DataFolder) -> Iterator[Servers]:
    """Those of a running launcher, else our own for as long as anybody uses them."""
    lock, users = FolderLock(folder), Users(folder)
    deadline = time.monotonic() + OTHERS_READY_SECONDS
    while not lock.take("manage"):
        users.join()
        if lock.holder().get("ready"):
            yield at_running_servers(folder, os.environ)
            return
        users.leave()
        if time.monotonic() > deadline:
            raise CannotStart(f"Another command has been starting {folder.root} for too long.")
        time.sleep(0.1)
    try:
        with Processes() as processes, running(folder, processes, environment=os.environ) as ours:
            lock.say(kind="manage", ready=True)
            yield ours
            lock.say(kind="manage", ready=False)
            wait_for_users(users)
    finally:
        lock.release()


def wait_for_users(users: Users) -> None:
    said = False
    while not users.none_left():
        if not said:
            tell("Waiting: another command still uses the servers that this one started.")
            said = True
        time.sleep(0.1)


def run_in_foreground(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """The command gets the terminal, Ctrl-C included."""
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    restore = in_child(Identity.OURSELVES, signal.SIGTERM)

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        restore()

    try:
        process = subprocess.Popen(command, env=environment, preexec_fn=prepare)
        try:
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
    finally:
        signal.signal(signal.SIGINT, previous)
    return code if code >= 0 else 128 - code
