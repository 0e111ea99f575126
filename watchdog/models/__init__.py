"""Sweeps, clocks and obligations of the whole installation; ids and times, no word of a patient."""

from watchdog.models.breach import Breach
from watchdog.models.sign import ClockReading, Heartbeat

__all__ = ["Breach", "ClockReading", "Heartbeat"]
