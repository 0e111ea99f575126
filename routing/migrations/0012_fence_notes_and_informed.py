"""Row security, and keys led by the practice."""

from django.db import migrations

from tenants.fence import Fence, Tie


class Migration(migrations.Migration):
    dependencies = [("routing", "0011_notes_and_informed")]

    operations = [
        Fence("Communication", "NoteRead", "OutcomeName", "TaskNote"),
        Tie("Task", "closed_with"),
    ]
