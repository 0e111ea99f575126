"""Row security of charts opened in an emergency."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("charts", "0008_emergency_access")]

    operations = [Fence("EmergencyAccess")]
