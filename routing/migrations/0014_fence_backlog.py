"""Row security of the backlog in numbers."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("routing", "0013_backlog_counts")]

    operations = [Fence("BacklogChange", "BacklogCount")]
