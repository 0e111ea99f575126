"""Row security, and keys led by the practice."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("tenants", "0002_fence")]

    operations = [
        Fence("Membership", "ProviderIdentifier", "Team", "TeamMember"),
    ]
