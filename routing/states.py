"""Where a task stands, and the moves between (FHIR Task.status). Pure."""

from enum import Enum

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy


class TaskStatus(TextChoices):
    READY = "ready", pgettext_lazy("status of a task", "Ready")
    IN_PROGRESS = "in-progress", pgettext_lazy("status of a task", "In Progress")
    ON_HOLD = "on-hold", pgettext_lazy("status of a task", "On Hold")
    COMPLETED = "completed", pgettext_lazy("status of a task", "Completed")
    CANCELLED = "cancelled", pgettext_lazy("status of a task", "Cancelled")


class Move(TextChoices):
    CREATE = "create", pgettext_lazy("what was done", "Create")
    CLAIM = "claim", pgettext_lazy("what was done", "Claim")
    RELEASE = "release", pgettext_lazy("what was done", "Release")
    ACKNOWLEDGE = "acknowledge", pgettext_lazy("what was done", "Acknowledge")
    HOLD = "hold", pgettext_lazy("what was done", "Hold")
    RESUME = "resume", pgettext_lazy("what was done", "Resume")
    ASSIGN = "assign", pgettext_lazy("what was done", "Assign")
    COPY = "copy", pgettext_lazy("what was done", "Copy")
    UPDATE = "update", pgettext_lazy("what was done", "Update")
    REROUTE = "reroute", pgettext_lazy("what was done", "Reroute")
    COMPLETE = "complete", pgettext_lazy("what was done", "Complete")
    FORCE_CLOSE = "force-close", pgettext_lazy("what was done", "Force Close")
    CANCEL = "cancel", pgettext_lazy("what was done", "Cancel")
    REOPEN = "reopen", pgettext_lazy("what was done", "Reopen")


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
        stands, asked = str(TaskStatus(status).label), str(move.label)
        sentence = _("A task that is {status} has no move {move}.")
        super().__init__(sentence.format(status=stands.lower(), move=asked.lower()))
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
