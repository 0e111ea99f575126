"""Row security of imports."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("integrations", "0016_backlog")]

    operations = [Fence("BacklogMapping", "BacklogImport", "BacklogFile", "BacklogRow")]
