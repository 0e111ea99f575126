"""Every write of the engine and of those who set it up."""

from escalation.operations.calling import log_call
from escalation.operations.clocks import adjust
from escalation.operations.drafts import begin_draft, discard_draft
from escalation.operations.extending import CannotExtend, extend
from escalation.operations.firing import fire_due
from escalation.operations.hours import approve_holiday, decline_holiday, set_hours
from escalation.operations.ladders import (
    move_rung,
    name_ladder,
    remove_ladder,
    remove_rung,
    set_rung,
)
from escalation.operations.rebasing import rebase
from escalation.operations.targets import remove_target, set_target
from escalation.operations.waking import wake_open

__all__ = [
    "CannotExtend", "adjust", "approve_holiday", "begin_draft", "decline_holiday",
    "discard_draft", "extend", "fire_due", "log_call", "move_rung", "name_ladder", "rebase",
    "remove_ladder", "remove_rung", "remove_target", "set_hours", "set_rung", "set_target",
    "wake_open",
]  # fmt: skip
