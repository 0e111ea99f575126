"""That a practice's summaries of an hour were written."""

from django.db import models

from outbox.models import MORNING
from tenants.models import PracticeModel


class Digest(PracticeModel):
    """One row a day and hour that somebody chose, whether or not there was anything to say: so
    nobody is mailed later for what only became late by then."""

    on = models.DateField()
    hour = models.PositiveSmallIntegerField(default=MORNING)
    at = models.DateTimeField()
    written = models.PositiveIntegerField(default=0)
    """To how many people."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "on", "hour"], name="one_digest_an_hour"),
        ]
