"""Row security of the frozen days."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("metrics", "0001_day_fact")]

    operations = [Fence("DayFact")]
