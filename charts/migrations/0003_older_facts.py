"""How old the older facts of an item are; versions are append-only by privilege too."""

from django.db import migrations, models

from tenants.fence import Revoke


class Migration(migrations.Migration):

    dependencies = [
        ('charts', '0002_fence'),
        ('tenants', '0002_fence'),
    ]

    operations = [
        migrations.AddField(
            model_name='chartitem',
            name='older',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='chartitem',
            name='stated_severity',
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddConstraint(
            model_name='chartitem',
            constraint=models.CheckConstraint(condition=models.Q(('stated_severity__in', ['', 'critical', 'abnormal', 'unknown', 'normal'])), name='item_stated_severity_known'),
        ),
        migrations.AddConstraint(
            model_name='itemversion',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'registered', 'preliminary', 'active', 'on-hold', 'final', 'amended', 'corrected', 'completed', 'missed', 'unknown', 'withdrawn'])), name='item_version_status_known'),
        ),
        migrations.AddConstraint(
            model_name='itemversion',
            constraint=models.CheckConstraint(condition=models.Q(('severity__in', ['', 'critical', 'abnormal', 'unknown', 'normal'])), name='item_version_severity_known'),
        ),
        migrations.AddConstraint(
            model_name='resultvalue',
            constraint=models.CheckConstraint(condition=models.Q(('severity__in', ['', 'critical', 'abnormal', 'unknown', 'normal'])), name='result_value_severity_known'),
        ),
        Revoke("ItemVersion", "UPDATE", "DELETE"),
    ]
