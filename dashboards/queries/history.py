"""What was done with a task, newest first, in a colleague's words."""

from dashboards import words
from dashboards.queries.desk import Desk, zone_of
from dashboards.rows import HistoryLine
from routing.models import Outcome, Task, TaskTransition
from routing.states import Move

VERBS = {
    Move.CREATE: "Sent",
    Move.CLAIM: "Claimed",
    Move.RELEASE: "Released",
    Move.ACKNOWLEDGE: "Acknowledged",
    Move.HOLD: "Put on hold",
    Move.RESUME: "Taken up again",
    Move.ASSIGN: "Assigned",
    Move.COPY: "Copied",
    Move.UPDATE: "Changed at the source",
    Move.REROUTE: "Moved by the rules",
    Move.COMPLETE: "Done",
    Move.FORCE_CLOSE: "Closed by override",
    Move.CANCEL: "Cancelled",
    Move.REOPEN: "Opened again",
}

MACHINES = {"integrations.intake": "the router", "escalation.engine": "the clock"}


def history(task: Task, desk: Desk) -> tuple[HistoryLine, ...]:
    """Every move, newest first."""
    moves = (
        TaskTransition.objects.filter(task=task)
        .select_related("queue", "owner")
        .order_by("-version")
    )
    zone = zone_of(task.location, desk.member)
    return tuple(
        HistoryLine(
            when=words.moment(move.at, zone=zone, now=desk.now),
            what=_what(move),
            who=_who(move, desk),
            detail=_detail(move),
        )
        for move in moves
    )


def _what(move: TaskTransition) -> str:
    verb = VERBS[Move(move.move)]
    if move.move in {Move.CREATE, Move.REROUTE, Move.ASSIGN}:
        return f"{verb} to {move.owner.name if move.owner else move.queue.name}"
    return verb


def _who(move: TaskTransition, desk: Desk) -> str:
    if move.member_id == desk.member.pk:
        return "you"
    return MACHINES.get(move.actor_name, move.actor_name)


def _detail(move: TaskTransition) -> str:
    if move.move == Move.COMPLETE and move.reason in Outcome.values:
        return str(Outcome(move.reason).label)
    return {"undo": "Undo"}.get(move.reason, move.reason[:1].upper() + move.reason[1:])
