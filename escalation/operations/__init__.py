"""Every write of the engine and of those who set it up."""

from escalation.operations.clocks import adjust
from escalation.operations.firing import fire_due

__all__ = ["adjust", "fire_due"]
