"""When each feed usually sends, counted by the hour, and what was learned of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from integrations.models.feed import Feed
from tenants.models import PracticeForeignKey, PracticeModel


class FeedHour(PracticeModel):
    """How many messages came in one hour on the feed's clock; an hour without any has no row."""

    feed = PracticeForeignKey(Feed, related_name="+")
    day = models.DateField()
    hour = models.PositiveSmallIntegerField()
    messages = models.PositiveIntegerField()

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "feed", "day", "hour"], name="feed_hour_once"
            ),
            models.CheckConstraint(condition=models.Q(hour__lt=24), name="feed_hour_of_a_day"),
        ]


class FeedRhythm(PracticeModel):
    """A feed's usual week (`integrations.rhythm.Rhythm`), and whether it is silent beyond it."""

    feed = PracticeForeignKey(Feed, related_name="+")
    counted_until = models.DateTimeField(null=True)
    """Messages that came before are in `FeedHour`."""
    learned_on = models.DateField(null=True)
    rates = ArrayField(models.FloatField(), default=list)
    spread = models.FloatField(default=1.0)
    silent_since = models.DateTimeField(null=True)
    """When the last message came, of a feed that is silent beyond usual; None: it is not."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "feed"], name="feed_rhythm_once"),
        ]
