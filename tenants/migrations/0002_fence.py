"""Row security, and keys led by the practice."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial")]

    operations = [
        Fence("Location"),
    ]
