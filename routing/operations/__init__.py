"""Every write to tasks: `placing` routes what arrived, `moves` are what people do."""

from routing.operations.moves import (
    LEASE,
    LostRace,
    OutcomeNeeded,
    TaskNotFound,
    acknowledge,
    assign,
    cancel,
    claim,
    complete,
    copy,
    hold,
    release,
    reopen,
    resume,
    undo,
)
from routing.operations.placing import Placed, close_message_task, open_message_task, route

__all__ = [
    "LEASE", "LostRace", "OutcomeNeeded", "Placed", "TaskNotFound", "acknowledge", "assign", "cancel",
    "claim", "close_message_task", "complete", "copy", "hold", "open_message_task", "release", "reopen",
    "resume", "route", "undo",
]  # fmt: skip
