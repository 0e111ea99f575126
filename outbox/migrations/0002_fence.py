"""Row security, and keys led by the practice."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0001_initial"),
        ("routing", "0002_fence"),
        ("accounts", "0002_fence"),
        ("tenants", "0002_fence"),
    ]

    operations = [Fence("Contact", "Preference", "Intent", "Attempt")]
