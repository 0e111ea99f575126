"""Row security of what is searched for."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("charts", "0006_search_tokens")]

    operations = [Fence("SearchToken", "TokenRound")]
