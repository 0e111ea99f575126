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
        ('referrals', '0001_initial'),
        ('tenants', '0003_wake_cadence'),
    ]

    operations = [
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('work', models.CharField(choices=[('send', 'send'), ('send-failed', 'send-failed'), ('call-to-confirm', 'call-to-confirm'), ('ask-specialist', 'ask-specialist'), ('answer-question', 'answer-question'), ('read-question', 'read-question'), ('find-another', 'find-another'), ('coordinate', 'coordinate'), ('call-patient', 'call-patient'), ('call-back', 'call-back'), ('call-and-letter', 'call-and-letter'), ('read-reply', 'read-reply'), ('patient-declined', 'patient-declined'), ('ask-date', 'ask-date'), ('ask-attendance', 'ask-attendance'), ('rebook', 'rebook'), ('ask-report', 'ask-report'), ('tell-patient', 'tell-patient'), ('authorize', 'authorize'), ('ask-payer', 'ask-payer'), ('denied', 'denied'), ('code-locked', 'code-locked'), ('document', 'document')], max_length=20)),
                ('key', models.CharField(max_length=120)),
                ('asked_at', models.DateTimeField()),
                ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                ('referral', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='referrals.referral')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('practice', 'referral', 'key'), name='asked_once'), models.CheckConstraint(condition=models.Q(('work__in', ['send', 'send-failed', 'call-to-confirm', 'ask-specialist', 'answer-question', 'read-question', 'find-another', 'coordinate', 'call-patient', 'call-back', 'call-and-letter', 'read-reply', 'patient-declined', 'ask-date', 'ask-attendance', 'rebook', 'ask-report', 'tell-patient', 'authorize', 'ask-payer', 'denied', 'code-locked', 'document'])), name='follow_up_work_known')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='followup',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='df914ffee4a2411887cea6f3f26932f2b3f95251', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b9be6', table='referrals_followup', when='BEFORE')),
        ),
        Fence("FollowUp"),
    ]
