"""Row security of saved searches."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("integrations", "0012_saved_search")]

    operations = [Fence("SavedSearch")]
