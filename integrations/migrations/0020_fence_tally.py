"""Row security of tallies."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("integrations", "0019_tally")]

    operations = [Fence("Tally")]
