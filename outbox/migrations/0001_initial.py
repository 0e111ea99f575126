import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import tenants.ids
import tenants.models
import tenants.scope
import tenants.together
from django.db import migrations, models
from tenants.fence import Fence


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('routing', '0001_initial'),
        ('tenants', '0001_initial'),
    ]

    operations = [
        tenants.together.Together(
            operations=[
                migrations.CreateModel(
                    name='Contact',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('channel', models.CharField(choices=[('in-app', 'In ClearChart'), ('email', 'E-mail'), ('sms', 'Text message'), ('voice', 'Phone call'), ('webhook', 'Signed webhook'), ('chat', 'Slack or Teams')], max_length=8)),
                        ('address', models.CharField(max_length=400)),
                        ('position', models.PositiveSmallIntegerField(default=0)),
                        ('code_digest', models.CharField(blank=True, max_length=64)),
                        ('code_sent_at', models.DateTimeField(null=True)),
                        ('code_tries', models.PositiveSmallIntegerField(default=0)),
                        ('verified_at', models.DateTimeField(null=True)),
                        ('broken_at', models.DateTimeField(null=True)),
                        ('broken_reason', models.CharField(blank=True, max_length=10)),
                        ('removed_at', models.DateTimeField(null=True)),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('removed_at__isnull', True)), fields=['practice', 'address'], name='contacts_by_address')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('practice', 'member', 'channel', 'address'), name='contact_once'), models.CheckConstraint(condition=models.Q(('channel__in', ['in-app', 'email', 'sms', 'voice', 'webhook', 'chat'])), name='contact_channel_known'), models.CheckConstraint(condition=models.Q(('broken_reason__in', ['', 'opted-out', 'no-number', 'blocked', 'landline'])), name='contact_broken_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Intent',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('key', models.CharField(max_length=200)),
                        ('channel', models.CharField(choices=[('in-app', 'In ClearChart'), ('email', 'E-mail'), ('sms', 'Text message'), ('voice', 'Phone call'), ('webhook', 'Signed webhook'), ('chat', 'Slack or Teams')], max_length=8)),
                        ('urgency', models.CharField(choices=[('page', 'Page'), ('notice', 'Notice'), ('digest', 'Digest')], max_length=6)),
                        ('until', models.CharField(blank=True, choices=[('acknowledged', 'Acknowledged'), ('ended', 'Ended')], max_length=12)),
                        ('template', models.CharField(max_length=40)),
                        ('subject', models.CharField(blank=True, max_length=120)),
                        ('body', models.TextField()),
                        ('reference', models.CharField(blank=True, max_length=8)),
                        ('rank', models.SmallIntegerField(default=0)),
                        ('state', models.CharField(choices=[('pending', 'Pending'), ('sending', 'Sending'), ('sent', 'Sent'), ('delivered', 'Delivered'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='pending', max_length=9)),
                        ('fence', models.PositiveIntegerField(default=0)),
                        ('lease_until', models.DateTimeField(null=True)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('next_at', models.DateTimeField()),
                        ('created_at', models.DateTimeField()),
                        ('sent_at', models.DateTimeField(null=True)),
                        ('delivered_at', models.DateTimeField(null=True)),
                        ('seen_at', models.DateTimeField(null=True)),
                        ('provider_id', models.CharField(blank=True, max_length=80)),
                        ('failure', models.CharField(blank=True, max_length=120)),
                        ('unheard_at', models.DateTimeField(null=True)),
                        ('unreached_at', models.DateTimeField(null=True)),
                        ('carrier', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='carried', to='outbox.intent')),
                        ('contact', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='outbox.contact')),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('origin', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='others', to='outbox.intent')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('task', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.task')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('state__in', ['pending', 'sending'])), fields=['practice', 'next_at'], name='intents_due'), models.Index(condition=models.Q(('carrier__isnull', True), ('state__in', ['pending', 'sending'])), fields=['practice', 'rank', 'next_at', 'id'], name='intents_in_turn'), models.Index(fields=['practice', 'task'], name='intents_of_task'), models.Index(fields=['practice', 'member', '-created_at'], name='intents_of_member'), models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['practice', 'reference'], name='intents_by_reference'), models.Index(condition=models.Q(('channel', 'in-app'), ('seen_at__isnull', True)), fields=['practice', 'member'], name='notices_not_seen'), models.Index(condition=models.Q(('origin__isnull', False)), fields=['practice', 'origin'], name='intents_of_origin'), models.Index(condition=models.Q(('contact__isnull', False), ('sent_at__isnull', False)), fields=['practice', 'contact', 'sent_at'], name='intents_sent_to'), models.Index(condition=models.Q(('carrier__isnull', False)), fields=['practice', 'carrier'], name='intents_carried')],
                        'constraints': [models.UniqueConstraint(fields=('practice', 'key'), name='said_once'), models.UniqueConstraint(condition=models.Q(('provider_id', ''), _negated=True), fields=('practice', 'provider_id'), name='one_intent_a_message'), models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'sending', 'sent', 'delivered', 'failed', 'cancelled'])), name='intent_state_known'), models.CheckConstraint(condition=models.Q(('channel__in', ['in-app', 'email', 'sms', 'voice', 'webhook', 'chat'])), name='intent_channel_known'), models.CheckConstraint(condition=models.Q(('urgency__in', ['page', 'notice', 'digest'])), name='intent_urgency_known'), models.CheckConstraint(condition=models.Q(('until__in', ['', 'acknowledged', 'ended'])), name='intent_until_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Attempt',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('fence', models.PositiveIntegerField()),
                        ('began_at', models.DateTimeField()),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('result', models.CharField(blank=True, max_length=12)),
                        ('detail', models.CharField(blank=True, max_length=120)),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('intent', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tries', to='outbox.intent')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', '-began_at'], name='attempts_newest')],
                        'constraints': [models.UniqueConstraint(fields=('practice', 'intent', 'fence'), name='one_attempt_a_fence'), models.CheckConstraint(condition=models.Q(('result__in', ['', 'accepted', 'refused', 'unknown', 'found', 'moot'])), name='attempt_result_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Pin',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('digest', models.CharField(max_length=64)),
                        ('set_at', models.DateTimeField()),
                        ('tries', models.PositiveSmallIntegerField(default=0)),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'member'), name='one_pin_a_member')],
                    },
                ),
                migrations.CreateModel(
                    name='Preference',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('quiet_from', models.PositiveSmallIntegerField(null=True)),
                        ('quiet_until', models.PositiveSmallIntegerField(null=True)),
                        ('notices', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('in-app', 'In ClearChart'), ('email', 'E-mail'), ('sms', 'Text message'), ('voice', 'Phone call'), ('webhook', 'Signed webhook'), ('chat', 'Slack or Teams')], max_length=8), default=list, size=None)),
                        ('bundle_minutes', models.PositiveSmallIntegerField(default=0)),
                        ('digest', models.BooleanField(default=True)),
                        ('digest_hour', models.PositiveSmallIntegerField(default=7)),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'member'), name='preference_once'), models.CheckConstraint(condition=models.Q(('digest_hour__lt', 24)), name='digest_hour_of_a_day')],
                    },
                ),
                migrations.CreateModel(
                    name='Reply',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('provider_id', models.CharField(max_length=80)),
                        ('channel', models.CharField(choices=[('in-app', 'In ClearChart'), ('email', 'E-mail'), ('sms', 'Text message'), ('voice', 'Phone call'), ('webhook', 'Signed webhook'), ('chat', 'Slack or Teams')], max_length=8)),
                        ('body', models.TextField(blank=True)),
                        ('meaning', models.CharField(choices=[('take', 'Takes the task'), ('decline', 'Passes it on'), ('stop', 'Wants no more text messages'), ('start', 'Wants text messages again'), ('help', 'Asks what may be answered'), ('unclear', 'Not understood')], max_length=7)),
                        ('answer', models.CharField(blank=True, max_length=320)),
                        ('at', models.DateTimeField()),
                        ('contact', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='outbox.contact')),
                        ('intent', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='outbox.intent')),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('meaning', 'unclear')), fields=['practice', '-at'], name='replies_unclear')],
                        'constraints': [models.UniqueConstraint(fields=('practice', 'provider_id'), name='a_reply_is_worked_once'), models.CheckConstraint(condition=models.Q(('meaning__in', ['take', 'decline', 'stop', 'start', 'help', 'unclear'])), name='reply_meaning_known'), models.CheckConstraint(condition=models.Q(('channel__in', ['in-app', 'email', 'sms', 'voice', 'webhook', 'chat'])), name='reply_channel_known')],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='attempt',
                    trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='0037b9a96df53063c80ce0fe857c038498780973', operation='DELETE', pgid='pgtrigger_kept_348ab', table='outbox_attempt', when='BEFORE')),
                ),
            ],
        ),
        Fence("Contact", "Intent", "Attempt", "Pin", "Preference", "Reply"),
    ]
