"""Ends the processes of a launcher that died without ending them itself.

Runs as a process of its own and reads one line for each process group that begins (`+ID SIGNAL`)
or ends (`-ID`). When the other end of the pipe is gone and groups are left, it asks each to stop,
and kills what is still there a few seconds later. The kernel's parent-death signal does most of
this on Linux; the guardian does it elsewhere, and for grandchildren.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable

PATIENCE_SECONDS = 4.0


def main() -> None:
    for blocked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(blocked, signal.SIG_IGN)
    end_groups(groups_left(sys.stdin))


def groups_left(lines: Iterable[str]) -> dict[int, int]:
    groups: dict[int, int] = {}
    for line in lines:
        if line.startswith("+"):
            group, number = line[1:].split()
            groups[int(group)] = int(number)
        else:
            groups.pop(int(line[1:]), None)
    return groups


def end_groups(groups: dict[int, int]) -> None:
    for group, number in groups.items():
        signal_group(group, number)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and any(group_lives(group) for group in groups):
        time.sleep(0.1)
    for group in groups:
        signal_group(group, signal.SIGKILL)


def signal_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    main()
