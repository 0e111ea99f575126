"""Where a task stands, and the moves between (FHIR Task.status). Pure."""

from enum import Enum

from django.db.models import TextChoices


class TaskStatus(TextChoices):
    READY = "ready"
    IN_PROGRESS = "in-progress"
    ON_HOLD = "on-hold"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Move(TextChoices):
    CREATE = "create"
    CLAIM = "claim"
    RELEASE = "release"
    ACKNOWLEDGE = "acknowledge"
    HOLD = "hold"
    RESUME = "resume"
    ASSIGN = "assign"
    COPY = "copy"
    UPDATE = "update"
    REROUTE = "reroute"
    COMPLETE = "complete"
    FORCE_CLOSE = "force-close"
    CANCEL = "cancel"
    REOPEN = "reopen"


class Stays(Enum):
    """The status does not change: a lease, a copy."""

    SAME = "same"


T = TaskStatus

OPEN = frozenset({T.READY, T.IN_PROGRESS, T.ON_HOLD})
ENDED = frozenset({T.COMPLETED, T.CANCELLED})

TRANSITIONS: dict[Move, tuple[frozenset[TaskStatus], TaskStatus | Stays]] = {
    Move.CREATE: (frozenset(), T.READY),
    Move.CLAIM: (frozenset({T.READY, T.IN_PROGRESS}), Stays.SAME),
    Move.RELEASE: (frozenset({T.READY, T.IN_PROGRESS}), Stays.SAME),
    Move.ACKNOWLEDGE: (frozenset({T.READY}), T.IN_PROGRESS),
    Move.HOLD: (frozenset({T.READY, T.IN_PROGRESS}), T.ON_HOLD),
    Move.RESUME: (frozenset({T.ON_HOLD}), T.IN_PROGRESS),
    Move.ASSIGN: (OPEN, T.READY),
    Move.COPY: (OPEN, Stays.SAME),
    Move.UPDATE: (OPEN, Stays.SAME),
    Move.REROUTE: (OPEN, T.READY),
    Move.COMPLETE: (OPEN, T.COMPLETED),
    Move.FORCE_CLOSE: (OPEN, T.COMPLETED),
    Move.CANCEL: (OPEN, T.CANCELLED),
    Move.REOPEN: (ENDED, T.READY),
}


class MoveNotAllowed(Exception):
    """The task is not in a status that this move starts from."""

    def __init__(self, move: Move, status: str) -> None:
        super().__init__(f"A task that is {status} has no move {move}.")
        self.move, self.status = move, status


def after(move: Move, status: TaskStatus) -> TaskStatus:
    """The status that the move leads to.

    Raises:
        MoveNotAllowed: it does not start from this status.
    """
    starts, ends = TRANSITIONS[move]
    if status not in starts:
        raise MoveNotAllowed(move, status)
    return status if isinstance(ends, Stays) else ends
