import django.contrib.postgres.fields
import django.db.models.deletion
import outbox.models.patient
import pgtrigger.compiler
import pgtrigger.migrations
import tenants.ids
import tenants.models
import tenants.scope
from django.db import migrations, models

from tenants.fence import Fence, Revoke, Root, Tie
from tenants.together import Together


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('charts', '0003_patient_ways'),
        ('outbox', '0001_initial'),
        ('routing', '0001_initial'),
        ('tenants', '0003_wake_cadence'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='contact',
            name='contact_channel_known',
        ),
        migrations.RemoveConstraint(
            model_name='contact',
            name='contact_broken_known',
        ),
        migrations.RemoveConstraint(
            model_name='intent',
            name='intent_channel_known',
        ),
        migrations.RemoveConstraint(
            model_name='reply',
            name='reply_channel_known',
        ),
        migrations.AddField(
            model_name='contact',
            name='patient',
            field=tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='charts.patient'),
        ),
        migrations.AddField(
            model_name='intent',
            name='moot_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='contact',
            name='channel',
            field=models.CharField(choices=[('in-app', 'In ClearChart'), ('email', 'E-mail'), ('sms', 'Text message'), ('voice', 'Phone call'), ('webhook', 'Signed webhook'), ('chat', 'Slack or Teams'), ('portal', 'Patient portal')], max_length=8),
        ),
        migrations.AlterField(
            model_name='contact',
            name='member',
            field=tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='accounts.membership'),
        ),
        migrations.AlterField(
            model_name='intent',
            name='channel',
            field=models.CharField(choices=[('in-app', 'In ClearChart'), ('email', 'E-mail'), ('sms', 'Text message'), ('voice', 'Phone call'), ('webhook', 'Signed webhook'), ('chat', 'Slack or Teams'), ('portal', 'Patient portal')], max_length=8),
        ),
        migrations.AlterField(
            model_name='preference',
            name='notices',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('in-app', 'In ClearChart'), ('email', 'E-mail'), ('sms', 'Text message'), ('voice', 'Phone call'), ('webhook', 'Signed webhook'), ('chat', 'Slack or Teams'), ('portal', 'Patient portal')], max_length=8), default=list, size=None),
        ),
        migrations.AlterField(
            model_name='reply',
            name='channel',
            field=models.CharField(choices=[('in-app', 'In ClearChart'), ('email', 'E-mail'), ('sms', 'Text message'), ('voice', 'Phone call'), ('webhook', 'Signed webhook'), ('chat', 'Slack or Teams'), ('portal', 'Patient portal')], max_length=8),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('practice', 'patient', 'channel', 'address'), name='patient_contact_once'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('member__isnull', True), ('patient__isnull', True), _connector='XOR'), name='contact_of_one'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['in-app', 'email', 'sms', 'voice', 'webhook', 'chat', 'portal'])), name='contact_channel_known'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('broken_reason__in', ['', 'opted-out', 'no-number', 'blocked', 'landline', 'not-theirs'])), name='contact_broken_known'),
        ),
        migrations.AddConstraint(
            model_name='intent',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['in-app', 'email', 'sms', 'voice', 'webhook', 'chat', 'portal'])), name='intent_channel_known'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['in-app', 'email', 'sms', 'voice', 'webhook', 'chat', 'portal'])), name='reply_channel_known'),
        ),
        Together(
            operations=[
                migrations.CreateModel(
                    name='Letterhead',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=60)),
                        ('phone', models.CharField(max_length=16)),
                        ('address', models.CharField(blank=True, max_length=250)),
                        ('portal_address', models.CharField(blank=True, max_length=400)),
                        ('order', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('sms', 'sms'), ('portal', 'portal'), ('email', 'email'), ('voice', 'voice'), ('letter', 'letter')], max_length=8), default=outbox.models.patient.every_way, size=None)),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice',), name='one_letterhead')],
                    },
                ),
                migrations.CreateModel(
                    name='Consent',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('way', models.CharField(choices=[('sms', 'sms'), ('portal', 'portal'), ('email', 'email'), ('voice', 'voice'), ('letter', 'letter')], max_length=8)),
                        ('basis', models.CharField(choices=[('treatment', 'treatment'), ('tcpa', 'tcpa')], max_length=10)),
                        ('given', models.BooleanField()),
                        ('source', models.CharField(choices=[('staff', 'staff'), ('form', 'form'), ('reply', 'reply'), ('provider', 'provider'), ('import', 'import')], max_length=10)),
                        ('language', models.CharField(blank=True, max_length=20)),
                        ('actor_name', models.CharField(max_length=120)),
                        ('at', models.DateTimeField()),
                        ('told_at', models.DateTimeField()),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('patient', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='charts.patient')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'patient', '-told_at'], name='consents_newest')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('way__in', ['sms', 'portal', 'email', 'voice', 'letter'])), name='consent_way_known'), models.CheckConstraint(condition=models.Q(('basis__in', ['treatment', 'tcpa'])), name='consent_basis_known'), models.CheckConstraint(condition=models.Q(('source__in', ['staff', 'form', 'reply', 'provider', 'import'])), name='consent_source_known')],
                    },
                ),
                migrations.CreateModel(
                    name='PatientMessage',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('key', models.CharField(max_length=200)),
                        ('direction', models.CharField(choices=[('out', 'out'), ('in', 'in')], max_length=3)),
                        ('way', models.CharField(choices=[('sms', 'sms'), ('portal', 'portal'), ('email', 'email'), ('voice', 'voice'), ('letter', 'letter')], max_length=8)),
                        ('template', models.CharField(blank=True, max_length=20)),
                        ('subject', models.CharField(blank=True, max_length=120)),
                        ('body', models.TextField()),
                        ('language', models.CharField(blank=True, max_length=10)),
                        ('about_id', models.UUIDField(null=True)),
                        ('meaning', models.CharField(blank=True, choices=[('confirm', 'confirm'), ('reschedule', 'reschedule'), ('booked', 'booked'), ('seen', 'seen'), ('declined', 'declined'), ('call-me', 'call-me'), ('stop', 'stop'), ('start', 'start'), ('agrees', 'agrees'), ('wrong-person', 'wrong-person'), ('help', 'help'), ('noted', 'noted'), ('unclear', 'unclear')], max_length=12)),
                        ('number', models.CharField(blank=True, max_length=40)),
                        ('actor_name', models.CharField(max_length=120)),
                        ('at', models.DateTimeField()),
                        ('contact', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='outbox.contact')),
                        ('intent', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='outbox.intent')),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('patient', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='charts.patient')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'patient', '-at'], name='messages_of_patient'), models.Index(condition=models.Q(('about_id__isnull', False)), fields=['practice', 'about_id'], name='messages_about'), models.Index(fields=['practice', 'contact', '-at'], name='messages_of_contact')],
                        'constraints': [models.UniqueConstraint(fields=('practice', 'key'), name='patient_message_once'), models.UniqueConstraint(condition=models.Q(('intent__isnull', False)), fields=('practice', 'intent'), name='one_message_an_intent'), models.CheckConstraint(condition=models.Q(('direction__in', ['out', 'in'])), name='patient_message_direction_known'), models.CheckConstraint(condition=models.Q(('way__in', ['sms', 'portal', 'email', 'voice', 'letter'])), name='patient_message_way_known'), models.CheckConstraint(condition=models.Q(('meaning__in', ['', 'confirm', 'reschedule', 'booked', 'seen', 'declined', 'call-me', 'stop', 'start', 'agrees', 'wrong-person', 'help', 'noted', 'unclear'])), name='patient_message_meaning_known')],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='consent',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ed4d387773ceca9f69829ed19725c1219c91b131', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b9620', table='outbox_consent', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='patientmessage',
                    trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='b62d9c65dc3d320c9d3de55e2e69c9ac4641aa90', operation='DELETE', pgid='pgtrigger_kept_17c69', table='outbox_patientmessage', when='BEFORE')),
                ),
            ],
        ),
        Fence("Consent", "Letterhead", "PatientMessage"),
        Revoke("Consent", "UPDATE", "DELETE"),
        Tie("Contact", "patient"),
        Root("Contact"),
    ]
