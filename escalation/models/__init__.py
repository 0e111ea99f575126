"""Hours, policies with their ladders, clocks, and who is on duty."""

from escalation.models.call import Call
from escalation.models.clock import Clock, ClockKind, Extension, StepFired
from escalation.models.duty import Absence, Override, Rotation, Shift
from escalation.models.hours import Calendar, Holiday
from escalation.models.policy import Action, Ladder, LadderStep, Policy, Receiver, Target

__all__ = [
    "Absence", "Action", "Calendar", "Call", "Clock", "ClockKind", "Extension", "Holiday",
    "Ladder", "LadderStep", "Override", "Policy", "Receiver", "Rotation", "Shift", "StepFired",
    "Target",
]  # fmt: skip
