import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import tenants.ids
import tenants.scope
from django.db import migrations, models
from tenants.fence import Fence, Revoke


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tenants', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('action', models.CharField(max_length=60)),
                ('outcome', models.CharField(default='success', max_length=10)),
                ('actor_kind', models.CharField(max_length=10)),
                ('actor_name', models.CharField(max_length=120)),
                ('user_id', models.UUIDField(null=True)),
                ('membership_id', models.UUIDField(null=True)),
                ('patient_id', models.UUIDField(null=True)),
                ('entity', models.CharField(blank=True, max_length=40)),
                ('entity_id', models.UUIDField(null=True)),
                ('request_id', models.CharField(blank=True, max_length=40)),
                ('address', models.CharField(blank=True, max_length=45)),
                ('detail', models.JSONField(default=dict)),
                ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
            ],
            options={
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['practice', 'at'], name='audit_by_time'), models.Index(fields=['practice', 'entity_id', 'at'], name='audit_by_entity'), models.Index(condition=models.Q(('patient_id__isnull', False)), fields=['practice', 'patient_id', 'at'], name='audit_by_patient')],
                'constraints': [models.CheckConstraint(condition=models.Q(('actor_name', ''), _negated=True), name='audit_never_nobody'), models.CheckConstraint(condition=models.Q(('actor_kind__in', ['person', 'machine'])), name='audit_actor_kind_known'), models.CheckConstraint(condition=models.Q(('outcome__in', ['success', 'denied', 'failed'])), name='audit_outcome_known')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0450288fcb55201b346da4e2d56d2293ba7aac03', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_00dfa', table='audit_auditevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditevent',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'the audit trail is append-only';", hash='d2ec785c9eb13d52e28eef7817caa3e9ed61f4cc', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_c220f', table='audit_auditevent', when='BEFORE')),
        ),
        Fence("AuditEvent"),
        Revoke("AuditEvent", "UPDATE", "DELETE", "TRUNCATE"),
    ]
