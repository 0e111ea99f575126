"""Row security, and keys led by the practice."""

from django.db import migrations

from tenants.fence import Fence


class Migration(migrations.Migration):
    dependencies = [("routing", "0001_initial"), ("tenants", "0002_fence"), ("accounts", "0002_fence"), ("charts", "0002_fence")]

    operations = [
        Fence("Queue", "ListedCode", "RuleSet", "Rule", "Task", "TaskTransition", "RoutingDecision", "TaskCopy"),
    ]
