"""The processes of a trial, forked from one warm process: a new one costs nothing but the fork."""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded.identity import Identity, in_child

Work = Callable[[], None]


@dataclass(slots=True)
class Member:
    """One role that is kept alive."""

    name: str
    work: Work
    is_target: bool
    """Whether it may be killed at random."""
    pid: int = 0
    not_before: float = 0.0
    starts: int = 0
    status: int | None = None


@dataclass(slots=True)
class Family:
    """`add` members, `look` now and again; `kill` one of them; `stop` at the end."""

    logs: Path
    members: list[Member] = field(default_factory=list)

    def add(self, name: str, work: Work, *, is_target: bool = True) -> Member:
        member = Member(name, work, is_target)
        self.members.append(member)
        self._start(member)
        return member

    def _start(self, member: Member) -> None:
        from django.db import connections

        connections.close_all()
        prepare = in_child(Identity.OURSELVES, signal.SIGKILL)
        member.pid, member.status = os.fork(), None
        member.starts += 1
        if member.pid:
            return
        code = 1
        try:
            prepare()
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            log = os.open(self.logs / f"{member.name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            for standard in (1, 2):
                os.dup2(log, standard)
            random.seed()
            member.work()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        except BaseException:  # noqa: BLE001 - the fork must not go on as its parent
            import traceback

            traceback.print_exc()
        finally:
            os._exit(code)

    def look(self, *, revive: bool = True) -> None:
        """Reap who ended; start again who should live."""
        for member in self.members:
            if member.pid:
                pid, status = os.waitpid(member.pid, os.WNOHANG)
                if pid:
                    member.pid, member.status = 0, status
                    member.not_before = time.monotonic() + 0.1
            elif revive and member.is_target and time.monotonic() >= member.not_before:
                self._start(member)

    def targets(self) -> list[Member]:
        """Who may be killed now."""
        return [one for one in self.members if one.is_target and one.pid]

    def kill(self, member: Member) -> None:
        """As the kernel does when memory is short."""
        os.kill(member.pid, signal.SIGKILL)
        os.waitpid(member.pid, 0)
        member.pid, member.status = 0, signal.SIGKILL
        member.not_before = time.monotonic() + random.uniform(0.02, 0.3)

    def ended(self, member: Member) -> bool:
        """Whether it came to its own end."""
        return member.status is not None and os.WIFEXITED(member.status)

    def stop(self) -> None:
        """End everybody: nothing is lost by it, that is the point."""
        for member in self.members:
            if member.pid:
                os.kill(member.pid, signal.SIGKILL)
                os.waitpid(member.pid, 0)
                member.pid = 0
