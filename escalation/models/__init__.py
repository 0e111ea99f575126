"""Hours, policies with their ladders, clocks, and who is on duty."""

from escalation.models.call import Call
from escalation.models.clock import Clock, ClockKind, Extension, StepFired
from escalation.models.digest import Digest
from escalation.models.duty import Absence, CoveredTask, DutyFeed, Override, Rotation, Shift, Swap
from escalation.models.hours import Calendar, Holiday
from escalation.models.policy import Action, Ladder, LadderStep, Policy, Receiver, Target

__all__ = [
    "Absence", "Action", "Calendar", "Call", "Clock", "ClockKind", "CoveredTask", "Digest",
    "DutyFeed", "Extension", "Holiday", "Ladder", "LadderStep", "Override", "Policy",
    "Receiver", "Rotation", "Shift", "StepFired", "Swap", "Target",
]  # fmt: skip
