import django.db.models.deletion
import tenants.ids
import tenants.scope
from django.db import migrations, models
from tenants.fence import Fence


class Migration(migrations.Migration):

    dependencies = [
        ('metrics', '0001_initial'),
        ('tenants', '0002_wake_referral'),
    ]

    operations = [
        migrations.CreateModel(
            name='LoadedValueSet',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('url', models.CharField(max_length=250)),
                ('codes', models.JSONField()),
                ('usual', models.JSONField(default=list)),
                ('loaded_at', models.DateTimeField()),
                ('loaded_by_name', models.CharField(max_length=120)),
                ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('practice', 'url'), name='value_set_once')],
            },
        ),
        migrations.CreateModel(
            name='ReferralTarget',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('percent', models.PositiveSmallIntegerField()),
                ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('practice',), name='one_referral_target'), models.CheckConstraint(condition=models.Q(('percent__gte', 1), ('percent__lte', 100)), name='target_is_a_percentage')],
            },
        ),
        Fence("LoadedValueSet"),
        Fence("ReferralTarget"),
    ]
