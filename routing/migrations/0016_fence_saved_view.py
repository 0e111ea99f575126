"""Row security of saved views."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("routing", "0015_saved_view")]

    operations = [Fence("SavedView")]
