"""When each sweep last ran. Belongs to no practice."""

from django.db import models


class Heartbeat(models.Model):
    """The last finished pass of one sweep."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
