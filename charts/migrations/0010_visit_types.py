
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('charts', '0009_fence_emergency_access'),
        ('tenants', '0008_unheard_wakes'),
    ]

    operations = [
        migrations.AddField(
            model_name='encounter',
            name='closing_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='encounter',
            name='is_type_settled',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='encounter',
            name='visit_type',
            field=models.CharField(default='other', max_length=12),
        ),
        migrations.AddIndex(
            model_name='encounter',
            index=models.Index(condition=models.Q(('closing_since__isnull', False)), fields=['practice', 'closing_since'], name='encounters_to_close'),
        ),
        migrations.AddConstraint(
            model_name='encounter',
            constraint=models.CheckConstraint(condition=models.Q(('visit_type__in', ['office', 'telehealth', 'wellness', 'procedure', 'other'])), name='encounter_visit_type_known'),
        ),
    ]
