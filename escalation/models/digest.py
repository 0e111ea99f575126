"""That a practice's summaries of a day were written."""

from django.db import models

from tenants.models import PracticeModel


class Digest(PracticeModel):
    """One row a day, whether or not there was anything to say: so nobody is mailed later for what
    only became late by then."""

    on = models.DateField()
    at = models.DateTimeField()
    written = models.PositiveIntegerField(default=0)
    """To how many people."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "on"], name="one_digest_a_day"),
        ]
