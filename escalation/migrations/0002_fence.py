"""Row security, and keys led by the practice."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0001_initial"),
        ("routing", "0002_fence"),
        ("accounts", "0002_fence"),
        ("tenants", "0002_fence"),
    ]

    operations = [
        Fence(
            "Calendar", "Holiday", "Policy", "Ladder", "Target", "Rotation", "Shift", "Override",
            "Absence", "LadderStep", "Clock", "StepFired",
        )  # fmt: skip
    ]
