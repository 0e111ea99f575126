import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import tenants.ids
import tenants.models
import tenants.scope
from django.db import migrations, models
from tenants.fence import Fence


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tenants', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DayFact',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('moment', models.CharField(choices=[('end-of-clinic', 'end-of-clinic'), ('end-of-day', 'end-of-day'), ('zero-task-hour', 'zero-task-hour'), ('after-hours', 'after-hours'), ('next-opening', 'next-opening')], max_length=15)),
                ('at', models.DateTimeField()),
                ('frozen_at', models.DateTimeField()),
                ('open', models.PositiveIntegerField()),
                ('open_by', models.JSONField(default=list)),
                ('came', models.PositiveIntegerField()),
                ('closed', models.PositiveIntegerField()),
                ('quarters', models.JSONField(default=dict)),
                ('actions', models.JSONField(default=dict)),
                ('location', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.location')),
                ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
            ],
            options={
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['practice', 'day'], name='facts_by_day')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'location', 'day', 'moment'), name='day_frozen_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('moment__in', ['end-of-clinic', 'end-of-day', 'zero-task-hour', 'after-hours', 'next-opening'])), name='day_moment_known')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dayfact',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='78a072394b128ad501ce56f0535d4342f0dcebac', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cfc35', table='metrics_dayfact', when='BEFORE')),
        ),
        Fence("DayFact"),
    ]
