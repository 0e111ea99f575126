"""Row security, and keys led by the practice."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("outbox", "0009_pin_and_digest_hour")]

    operations = [Fence("Pin")]
