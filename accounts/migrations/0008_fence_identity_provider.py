"""Row security of the practices' own sign-in."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_identity_provider")]

    operations = [Fence("IdentityProvider")]
