"""Row security of checklists and of the charts of visits."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("routing", "0017_checklists")]

    operations = [Fence("Checklist", "ChecklistLine", "VisitChart", "VisitLine")]
