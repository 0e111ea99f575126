"""What feeds sent and nothing here answers to: what waits for it, what an answer would do, and the
answer itself."""

from integrations.mapping.conflicts import Conflict, conflicts
from integrations.mapping.operations import (
    Answer,
    BadAnswer,
    Resolved,
    correct,
    preview,
    resolve,
    set_aside,
)
from integrations.mapping.proposals import Proposal
from integrations.mapping.trying import Trial, Verdict, try_on

__all__ = [
    "Answer", "BadAnswer", "Conflict", "Proposal", "Resolved", "Trial", "Verdict", "conflicts",
    "correct", "preview", "resolve", "set_aside", "try_on",
]  # fmt: skip
