"""Row security of who may close what."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("routing", "0009_delegation")]

    operations = [Fence("Delegation")]
