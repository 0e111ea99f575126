"""Row security of what we ask of EHRs."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("integrations", "0004_connection")]

    operations = [Fence("Connection", "ClientKey", "Subscription", "Fetch")]
