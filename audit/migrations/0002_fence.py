"""Row security, and keys led by the practice."""

from django.db import migrations

from tenants.fence import Fence, Revoke


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("tenants", "0002_fence")]

    operations = [
        Fence("AuditEvent"),
        Revoke("AuditEvent", "UPDATE", "DELETE", "TRUNCATE"),
    ]
