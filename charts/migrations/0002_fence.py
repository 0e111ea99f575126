"""Row security, and keys led by the practice."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("charts", "0001_initial"), ("tenants", "0002_fence")]

    operations = [
        Fence("Patient", "PatientIdentifier", "PatientCode", "Encounter", "ChartItem", "ItemVersion", "ResultValue", "Attachment"),
    ]
