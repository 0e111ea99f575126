"""Every write of the engine and of those who set it up."""

from escalation.operations.calling import log_call
from escalation.operations.clocks import adjust
from escalation.operations.extending import CannotExtend, extend
from escalation.operations.firing import fire_due
from escalation.operations.hours import approve_holiday, decline_holiday, set_hours
from escalation.operations.rebasing import rebase
from escalation.operations.waking import wake_open

__all__ = [
    "CannotExtend", "adjust", "approve_holiday", "decline_holiday", "extend", "fire_due",
    "log_call", "rebase", "set_hours", "wake_open",
]  # fmt: skip
