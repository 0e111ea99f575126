"""Row security of the lengths of waits."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("charts", "0004_expected")]

    operations = [Fence("WaitLength")]
