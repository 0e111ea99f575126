"""Writes docs/states.md from the tables that the code runs on: tasks, and the axes of referrals."""

from collections.abc import Iterator

from referrals.states import BEGINNING, VALUES, Axis
from referrals.states import TRANSITIONS as AXES
from routing.management.drawing import DrawingCommand
from routing.states import TRANSITIONS, Move, Stays, TaskStatus, after

INTRODUCTION = """\
# States of a task

Written by `manage.py draw_states` from `routing/states.py`; a test fails when it is stale.
A claim is a lease beside the status, not a status: *claim*, *release*, *copy* and *update* change
none. What people may do with a task further depends on their role (`accounts/permissions.py`) and
on how grave it is (`routing/friction.py`).
"""


AXES_INTRODUCTION = """
# The axes of a referral

From `referrals/states.py`. A referral has no one status: on each axis one value stands, whatever
the others say. Each may be said again. What may not follow is held: kept, and counted for nothing
until something told later makes room for it (`referrals/standing.py`). A booking for another time
makes *no-show* *unknown* again; with each report that comes or goes, whether it answered and
whether the patient was told begin again. Only a *received* report closes a referral by itself.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *_diagram(), "", *_table(), AXES_INTRODUCTION, *_axes()])


def _axes() -> Iterator[str]:
    for axis in Axis:
        yield f"## {axis.capitalize()}"
        yield ""
        yield "| stands | may become |"
        yield "| --- | --- |"
        for value in VALUES[axis]:
            after = [one.value for one in VALUES[axis] if one.value in AXES[axis][value.value]]
            following = ", ".join(one for one in after if one != value.value) or "nothing else"
            begins = " (at first)" if value.value == BEGINNING[axis] else ""
            yield f"| {value.value}{begins} | {following} |"
        yield ""


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
