"""Every write of the engine and of those who set it up."""

from escalation.operations.clocks import adjust

__all__ = ["adjust"]
