"""Signs of life. They belong to no practice."""

from django.db import models


class Heartbeat(models.Model):
    """The last finished pass of one sweep, or of the auditor."""

    name = models.CharField(max_length=60, primary_key=True)
    every = models.FloatField()
    """Seconds between passes, as the list of sweeps says."""
    at = models.DateTimeField()
    looked = models.PositiveIntegerField(default=0)
    """Rows it looked at, since the pass noted before."""
    fired = models.PositiveIntegerField(default=0)
    """Rows of those that came to something."""
    took_ms = models.PositiveIntegerField(default=0)
    """The longest pass since the one noted before."""
    busy_at = models.DateTimeField(null=True)
    """The last pass that had something to look at, and what that was."""
    busy_looked = models.PositiveIntegerField(default=0)
    busy_fired = models.PositiveIntegerField(default=0)


class ClockReading(models.Model):
    """How far apart the sources of time lay when one process last read them."""

    process = models.CharField(max_length=120, primary_key=True)
    """`host:process`."""
    at = models.DateTimeField()
    spread_seconds = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="readings_by_time")]
