"""Row security, and keys led by the practice."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("escalation", "0010_digest")]

    operations = [Fence("Digest")]
