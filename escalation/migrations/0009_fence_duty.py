"""Row security, and keys led by the practice."""

from django.db import migrations

from tenants.fence import Fence, Tie


class Migration(migrations.Migration):
    dependencies = [("escalation", "0008_duty")]

    operations = [
        Fence("Swap", "CoveredTask", "DutyFeed"),
        Tie("Override", "swap"),
    ]
