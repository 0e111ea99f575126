"""Row security of what notifications told."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("integrations", "0014_notified_event")]

    operations = [Fence("NotifiedEvent", "SourceClosing")]
