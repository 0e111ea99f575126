import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import tenants.ids
import tenants.models
import tenants.scope
from django.db import migrations, models

from tenants.fence import Fence


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('charts', '0002_answers'),
        ('referrals', '0002_follow_ups'),
        ('tenants', '0003_wake_cadence'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cadence',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('specialty', models.CharField(blank=True, choices=[('allergy', 'allergy'), ('behavioral-health', 'behavioral-health'), ('cardiology', 'cardiology'), ('dentistry', 'dentistry'), ('dermatology', 'dermatology'), ('endocrinology', 'endocrinology'), ('gastroenterology', 'gastroenterology'), ('genetics', 'genetics'), ('gynecology', 'gynecology'), ('hematology', 'hematology'), ('infectious-disease', 'infectious-disease'), ('nephrology', 'nephrology'), ('neurology', 'neurology'), ('nutrition', 'nutrition'), ('oncology', 'oncology'), ('ophthalmology', 'ophthalmology'), ('orthopedics', 'orthopedics'), ('otolaryngology', 'otolaryngology'), ('pain', 'pain'), ('physical-therapy', 'physical-therapy'), ('podiatry', 'podiatry'), ('pulmonology', 'pulmonology'), ('rheumatology', 'rheumatology'), ('sleep', 'sleep'), ('social-service', 'social-service'), ('substance-use', 'substance-use'), ('surgery', 'surgery'), ('urology', 'urology'), ('vascular', 'vascular')], max_length=20)),
                ('urgency', models.CharField(blank=True, choices=[('routine', 'routine'), ('urgent', 'urgent'), ('asap', 'asap'), ('stat', 'stat')], max_length=10)),
                ('version', models.PositiveIntegerField()),
                ('rows', models.JSONField()),
                ('pauses_booking', models.BooleanField(default=False)),
                ('published_at', models.DateTimeField()),
                ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                ('published_by', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CadenceStep',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=120)),
                ('row', models.CharField(max_length=40)),
                ('branch', models.CharField(choices=[('patient', 'patient'), ('specialist', 'specialist'), ('coordinator', 'coordinator'), ('payer', 'payer')], max_length=11)),
                ('due_at', models.DateTimeField()),
                ('fired_at', models.DateTimeField()),
                ('came_to', models.CharField(choices=[('written', 'written'), ('asked', 'asked'), ('open', 'open'), ('passed', 'passed')], max_length=7)),
                ('detail', models.CharField(blank=True, max_length=20)),
                ('cadence', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.cadence')),
                ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                ('referral', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='referrals.referral')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='referral',
            name='chased_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('chased_since__isnull', True), ('closed_at__isnull', True)), fields=['practice', 'id'], name='referrals_not_chased'),
        ),
        migrations.AddConstraint(
            model_name='cadence',
            constraint=models.UniqueConstraint(fields=('practice', 'specialty', 'urgency', 'version'), name='cadence_version_once'),
        ),
        migrations.AddConstraint(
            model_name='cadence',
            constraint=models.CheckConstraint(condition=models.Q(('specialty__in', ['', 'allergy', 'behavioral-health', 'cardiology', 'dentistry', 'dermatology', 'endocrinology', 'gastroenterology', 'genetics', 'gynecology', 'hematology', 'infectious-disease', 'nephrology', 'neurology', 'nutrition', 'oncology', 'ophthalmology', 'orthopedics', 'otolaryngology', 'pain', 'physical-therapy', 'podiatry', 'pulmonology', 'rheumatology', 'sleep', 'social-service', 'substance-use', 'surgery', 'urology', 'vascular'])), name='cadence_specialty_known'),
        ),
        migrations.AddConstraint(
            model_name='cadence',
            constraint=models.CheckConstraint(condition=models.Q(('urgency__in', ['', 'routine', 'urgent', 'asap', 'stat'])), name='cadence_urgency_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='cadence',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ccc82735f1e82d55cbf9cb9d6aaada15fb60804a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_5239c', table='referrals_cadence', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='cadencestep',
            constraint=models.UniqueConstraint(fields=('practice', 'referral', 'key'), name='step_once'),
        ),
        migrations.AddConstraint(
            model_name='cadencestep',
            constraint=models.CheckConstraint(condition=models.Q(('branch__in', ['patient', 'specialist', 'coordinator', 'payer'])), name='step_branch_known'),
        ),
        migrations.AddConstraint(
            model_name='cadencestep',
            constraint=models.CheckConstraint(condition=models.Q(('came_to__in', ['written', 'asked', 'open', 'passed'])), name='step_came_to_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='cadencestep',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b383584f3198d7c119ef4e31842b4c30c44128eb', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_62c93', table='referrals_cadencestep', when='BEFORE')),
        ),
        Fence("Cadence"),
        Fence("CadenceStep"),
    ]
