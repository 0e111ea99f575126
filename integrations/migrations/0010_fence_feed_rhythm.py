"""Row security of feeds' hours and rhythms."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("integrations", "0009_feed_rhythm")]

    operations = [Fence("FeedHour", "FeedRhythm")]
