"""Row security, and keys led by the practice."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("integrations", "0001_initial"), ("tenants", "0002_fence")]

    operations = [
        Fence("Feed", "FeedKey", "InboundMessage", "ApiKey", "IdempotentRequest"),
    ]
