"""Every write of the engine and of those who set it up."""

from escalation.operations.calling import log_call
from escalation.operations.clocks import adjust
from escalation.operations.firing import fire_due
from escalation.operations.hours import approve_holiday, decline_holiday, set_hours

__all__ = [
    "adjust", "approve_holiday", "decline_holiday", "fire_due", "log_call", "set_hours",
]  # fmt: skip
