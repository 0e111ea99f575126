"""Row security of code maps and of what is unmapped."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("integrations", "0006_code_map")]

    operations = [Fence("CodeMap", "Unmapped")]
