"""Writes docs/states.md from the tables that the code runs on."""

from collections.abc import Iterator

from routing.management.drawing import DrawingCommand
from routing.states import TRANSITIONS, Move, Stays, TaskStatus, after

INTRODUCTION = """\
# States of a task

Written by `manage.py draw_states` from `routing/states.py`; a test fails when it is stale.
A claim is a lease beside the status, not a status: *claim*, *release*, *copy* and *update* change
none. What people may do with a task further depends on their role (`accounts/permissions.py`) and
on how grave it is (`routing/friction.py`).
"""


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *_diagram(), "", *_table(), ""])


def _diagram() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {_node(TaskStatus.READY)}: {Move.CREATE}"
    for before in TaskStatus:
        for end in TaskStatus:
            moves = [move.value for move in Move if _leads(move, before, end)]
            if moves:
                yield f"    {_node(before)} --> {_node(end)}: {', '.join(moves)}"
    yield "```"


def _table() -> Iterator[str]:
    yield "| move | from | to |"
    yield "| --- | --- | --- |"
    for move, (starts, end) in TRANSITIONS.items():
        before = ", ".join(status.value for status in TaskStatus if status in starts) or "nothing"
        to = "the same" if isinstance(end, Stays) else end.value
        yield f"| {move.value} | {before} | {to} |"


def _leads(move: Move, before: TaskStatus, end: TaskStatus) -> bool:
    starts, to = TRANSITIONS[move]
    return before in starts and not isinstance(to, Stays) and after(move, before) == end


def _node(status: TaskStatus) -> str:
    return status.value.replace("-", "_")


class Command(DrawingCommand):
    help = "Write docs/states.md from the table of transitions."
    target = "states.md"
    draw = staticmethod(page)
