"""Row security of calls."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("escalation", "0004_calls")]

    operations = [Fence("Call")]
