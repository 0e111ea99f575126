import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
import referrals.models.packet
import referrals.models.specialist
import referrals.ways
import tenants.ids
import tenants.models
import tenants.scope
import tenants.together
from django.db import migrations, models

from tenants.fence import Fence, Revoke, Tie


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('charts', '0003_patient_ways'),
        ('referrals', '0004_invitations'),
        ('tenants', '0003_wake_cadence'),
    ]

    operations = [
        tenants.together.Together(
            operations=[
                migrations.CreateModel(
                    name='Specialist',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('organization', models.CharField(max_length=120)),
                        ('person', models.CharField(blank=True, max_length=120)),
                        ('npi', models.CharField(blank=True, max_length=10)),
                        ('specialty', models.CharField(blank=True, choices=[('allergy', 'allergy'), ('behavioral-health', 'behavioral-health'), ('cardiology', 'cardiology'), ('dentistry', 'dentistry'), ('dermatology', 'dermatology'), ('endocrinology', 'endocrinology'), ('gastroenterology', 'gastroenterology'), ('genetics', 'genetics'), ('gynecology', 'gynecology'), ('hematology', 'hematology'), ('infectious-disease', 'infectious-disease'), ('nephrology', 'nephrology'), ('neurology', 'neurology'), ('nutrition', 'nutrition'), ('oncology', 'oncology'), ('ophthalmology', 'ophthalmology'), ('orthopedics', 'orthopedics'), ('otolaryngology', 'otolaryngology'), ('pain', 'pain'), ('physical-therapy', 'physical-therapy'), ('podiatry', 'podiatry'), ('pulmonology', 'pulmonology'), ('rheumatology', 'rheumatology'), ('sleep', 'sleep'), ('social-service', 'social-service'), ('substance-use', 'substance-use'), ('surgery', 'surgery'), ('urology', 'urology'), ('vascular', 'vascular')], max_length=20)),
                        ('direct_address', models.CharField(blank=True, max_length=200)),
                        ('fax', models.CharField(blank=True, max_length=16)),
                        ('fax_verified_at', models.DateTimeField(null=True)),
                        ('phone', models.CharField(blank=True, max_length=16)),
                        ('ways', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('direct', 'direct'), ('fax', 'fax'), ('phone', 'phone')], max_length=6), default=referrals.models.specialist.preferred, size=None)),
                        ('takes_360x', models.BooleanField(default=False)),
                        ('agreement_on', models.DateField(null=True)),
                        ('is_active', models.BooleanField(default=True)),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(models.F('practice'), django.db.models.functions.text.Lower('organization'), django.db.models.functions.text.Lower('person'), condition=models.Q(('is_active', True)), name='specialist_once'), models.CheckConstraint(condition=models.Q(('fax_verified_at__isnull', True), models.Q(('fax', ''), _negated=True), _connector='OR'), name='specialist_verified_is_a_number'), models.CheckConstraint(condition=models.Q(('specialty__in', ['', 'allergy', 'behavioral-health', 'cardiology', 'dentistry', 'dermatology', 'endocrinology', 'gastroenterology', 'genetics', 'gynecology', 'hematology', 'infectious-disease', 'nephrology', 'neurology', 'nutrition', 'oncology', 'ophthalmology', 'orthopedics', 'otolaryngology', 'pain', 'physical-therapy', 'podiatry', 'pulmonology', 'rheumatology', 'sleep', 'social-service', 'substance-use', 'surgery', 'urology', 'vascular'])), name='specialist_specialty_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Carrier',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('kind', models.CharField(choices=[('hisp', 'Hisp'), ('documo', 'Documo'), ('telnyx', 'Telnyx')], max_length=6)),
                        ('feed_slug', models.CharField(max_length=60)),
                        ('address', models.CharField(max_length=200)),
                        ('url', models.CharField(blank=True, max_length=200)),
                        ('mail_url', models.CharField(blank=True, max_length=200)),
                        ('user', models.CharField(blank=True, max_length=120)),
                        ('secret', models.TextField()),
                        ('connection', models.CharField(blank=True, max_length=120)),
                        ('callback_secret', models.TextField(blank=True)),
                        ('baa_on', models.DateField(null=True)),
                        ('opened_at', models.DateTimeField()),
                        ('closed_at', models.DateTimeField(null=True)),
                        ('mail_validity', models.BigIntegerField(default=0)),
                        ('mail_seen', models.BigIntegerField(default=0)),
                        ('mail_trouble', models.CharField(blank=True, max_length=20)),
                        ('mail_read_at', models.DateTimeField(null=True)),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('practice', 'kind'), name='one_open_carrier_a_kind'), models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('practice', 'feed_slug'), name='one_open_carrier_a_feed'), models.CheckConstraint(condition=models.Q(('kind__in', ['hisp', 'documo', 'telnyx'])), name='carrier_kind_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Packet',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('purpose', models.CharField(choices=[('TREAT', 'TREAT')], default=referrals.models.packet.Purpose['TREATMENT'], max_length=5)),
                        ('pdf', models.BinaryField()),
                        ('digest', models.CharField(max_length=64)),
                        ('pages', models.PositiveSmallIntegerField()),
                        ('size', models.PositiveIntegerField()),
                        ('left_out', models.PositiveSmallIntegerField(default=0)),
                        ('made_at', models.DateTimeField()),
                        ('actor_name', models.CharField(max_length=120)),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('referral', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='packets', to='referrals.referral')),
                        ('specialist', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.specialist')),
                    ],
                    options={
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'referral'], name='packets_of_referral')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('purpose__in', ['TREAT'])), name='packet_purpose_known')],
                    },
                ),
                migrations.CreateModel(
                    name='PacketPart',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('kind', models.CharField(choices=[('demographics', 'demographics'), ('question', 'question'), ('insurance', 'insurance'), ('problem', 'problem'), ('medication', 'medication'), ('result', 'result'), ('note', 'note'), ('document', 'document')], max_length=12)),
                        ('version', models.PositiveIntegerField(null=True)),
                        ('count', models.PositiveSmallIntegerField(default=1)),
                        ('attachment', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='charts.attachment')),
                        ('item', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='charts.chartitem')),
                        ('packet', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='referrals.packet')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'packet'], name='parts_of_packet')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['demographics', 'question', 'insurance', 'problem', 'medication', 'result', 'note', 'document'])), name='packet_part_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Paper',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('key', models.CharField(max_length=250)),
                        ('sender', models.CharField(blank=True, max_length=200)),
                        ('content_type', models.CharField(default='application/pdf', max_length=80)),
                        ('pages', models.PositiveSmallIntegerField(null=True)),
                        ('body', models.BinaryField(default=b'')),
                        ('digest', models.CharField(blank=True, max_length=64)),
                        ('url', models.CharField(blank=True, max_length=1000)),
                        ('came_at', models.DateTimeField()),
                        ('next_at', models.DateTimeField(null=True)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('set_aside_at', models.DateTimeField(null=True)),
                        ('carrier', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.carrier')),
                        ('item', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='charts.chartitem')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('item__isnull', True), ('set_aside_at__isnull', True)), fields=['practice', '-came_at'], name='papers_to_file'), models.Index(condition=models.Q(('next_at__isnull', False)), fields=['practice', 'next_at'], name='papers_to_fetch')],
                        'constraints': [models.UniqueConstraint(fields=('practice', 'carrier', 'key'), name='paper_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Transmission',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('number', models.PositiveSmallIntegerField()),
                        ('way', models.CharField(choices=[('direct', 'direct'), ('fax', 'fax'), ('phone', 'phone')], max_length=6)),
                        ('to_address', models.CharField(max_length=200)),
                        ('passage', models.CharField(choices=[('queued', 'queued'), ('sending', 'sending'), ('sent', 'sent'), ('processed', 'processed'), ('delivered', 'delivered'), ('unknown', 'unknown'), ('failed', 'failed')], default=referrals.ways.Passage['QUEUED'], max_length=9)),
                        ('next_at', models.DateTimeField(null=True)),
                        ('fence', models.PositiveIntegerField(default=0)),
                        ('lease_until', models.DateTimeField(null=True)),
                        ('message_id', models.CharField(max_length=120)),
                        ('provider_id', models.CharField(blank=True, max_length=120)),
                        ('trouble', models.CharField(blank=True, choices=[('no-such-address', 'no-such-address'), ('not-trusted', 'not-trusted'), ('refused', 'refused'), ('too-large', 'too-large'), ('busy', 'busy'), ('no-pick-up', 'no-pick-up'), ('cut-off', 'cut-off'), ('sign-in', 'sign-in'), ('unreached', 'unreached'), ('no-answer', 'no-answer'), ('no-receipt', 'no-receipt'), ('no-account', 'no-account'), ('not-verified', 'not-verified'), ('not-needed', 'not-needed'), ('other', 'other')], max_length=20)),
                        ('queued_at', models.DateTimeField()),
                        ('claimed_at', models.DateTimeField(null=True)),
                        ('sent_at', models.DateTimeField(null=True)),
                        ('heard_at', models.DateTimeField(null=True)),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('carrier', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.carrier')),
                        ('packet', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='transmissions', to='referrals.packet')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('referral', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='transmissions', to='referrals.referral')),
                    ],
                    options={
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('next_at__isnull', False)), fields=['practice', 'next_at'], name='transmissions_due')],
                        'constraints': [models.UniqueConstraint(fields=('practice', 'packet', 'number'), name='transmission_once'), models.UniqueConstraint(condition=models.Q(('passage__in', [referrals.ways.Passage['PROCESSED'], referrals.ways.Passage['QUEUED'], referrals.ways.Passage['SENDING'], referrals.ways.Passage['SENT']])), fields=('practice', 'referral'), name='one_transmission_under_way'), models.UniqueConstraint(fields=('practice', 'message_id'), name='one_transmission_a_message'), models.UniqueConstraint(condition=models.Q(('provider_id', ''), _negated=True), fields=('practice', 'carrier', 'provider_id'), name='one_transmission_a_fax'), models.UniqueConstraint(condition=models.Q(('passage', 'sending'), ('way', 'fax')), fields=('practice', 'carrier', 'to_address'), name='one_fax_at_a_time_to_a_number'), models.CheckConstraint(condition=models.Q(('way__in', ['direct', 'fax', 'phone'])), name='transmission_way_known'), models.CheckConstraint(condition=models.Q(('passage__in', ['queued', 'sending', 'sent', 'processed', 'delivered', 'unknown', 'failed'])), name='transmission_passage_known'), models.CheckConstraint(condition=models.Q(('trouble__in', ['', 'no-such-address', 'not-trusted', 'refused', 'too-large', 'busy', 'no-pick-up', 'cut-off', 'sign-in', 'unreached', 'no-answer', 'no-receipt', 'no-account', 'not-verified', 'not-needed', 'other'])), name='transmission_trouble_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Receipt',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('key', models.CharField(max_length=250)),
                        ('about', models.CharField(max_length=250)),
                        ('step', models.CharField(blank=True, choices=[('claim', 'claim'), ('accept', 'accept'), ('process', 'process'), ('deliver', 'deliver'), ('miss', 'miss'), ('fail', 'fail')], max_length=7)),
                        ('trouble', models.CharField(blank=True, choices=[('no-such-address', 'no-such-address'), ('not-trusted', 'not-trusted'), ('refused', 'refused'), ('too-large', 'too-large'), ('busy', 'busy'), ('no-pick-up', 'no-pick-up'), ('cut-off', 'cut-off'), ('sign-in', 'sign-in'), ('unreached', 'unreached'), ('no-answer', 'no-answer'), ('no-receipt', 'no-receipt'), ('no-account', 'no-account'), ('not-verified', 'not-verified'), ('not-needed', 'not-needed'), ('other', 'other')], max_length=20)),
                        ('heard_at', models.DateTimeField()),
                        ('carrier', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.carrier')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('transmission', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='referrals.transmission')),
                    ],
                    options={
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'carrier', 'about'], name='receipts_about')],
                        'constraints': [models.UniqueConstraint(fields=('practice', 'carrier', 'key'), name='receipt_once'), models.CheckConstraint(condition=models.Q(('step__in', ['', 'claim', 'accept', 'process', 'deliver', 'miss', 'fail'])), name='receipt_step_known'), models.CheckConstraint(condition=models.Q(('trouble__in', ['', 'no-such-address', 'not-trusted', 'refused', 'too-large', 'busy', 'no-pick-up', 'cut-off', 'sign-in', 'unreached', 'no-answer', 'no-receipt', 'no-account', 'not-verified', 'not-needed', 'other'])), name='receipt_trouble_known')],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='packetpart',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='17f965d710e96757559b6a8c4bc5a723936c80b5', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_5d3df', table='referrals_packetpart', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='paper',
                    trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='91ce3a6c27321da4ee85349846fa2b90174c97b2', operation='DELETE', pgid='pgtrigger_kept_7538e', table='referrals_paper', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='packet',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3abfdb6a321b23517f088cebe74ad35d117705d4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_2b7a1', table='referrals_packet', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='transmission',
                    trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='460df2c412907bdf289e6199b6e148ea7a6770e2', operation='DELETE', pgid='pgtrigger_kept_86fa5', table='referrals_transmission', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='receipt',
                    trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='38c8ed5f319534fa0f8cb8740dbc9f3c4d3f8522', operation='DELETE', pgid='pgtrigger_kept_7de8d', table='referrals_receipt', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='receipt',
                    trigger=pgtrigger.compiler.Trigger(name='told_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."about" IS DISTINCT FROM (NEW."about") OR OLD."step" IS DISTINCT FROM (NEW."step") OR OLD."trouble" IS DISTINCT FROM (NEW."trouble") OR OLD."heard_at" IS DISTINCT FROM (NEW."heard_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='7e79e51bb3ae7f2e17e3a468bc7cbe005c92056c', operation='UPDATE', pgid='pgtrigger_told_once_f16d4', table='referrals_receipt', when='BEFORE')),
                ),
            ],
        ),
        migrations.AddField(
            model_name='referral',
            name='insurance',
            field=models.CharField(blank=True, max_length=250),
        ),
        migrations.AddField(
            model_name='referral',
            name='specialist',
            field=tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='referrals.specialist'),
        ),
        Fence(
            "Specialist", "Carrier", "Packet", "PacketPart", "Transmission", "Receipt", "Paper",
        ),
        Tie("Referral", "specialist"),
        Revoke("Packet", "UPDATE", "DELETE"),
        Revoke("PacketPart", "UPDATE", "DELETE"),
    ]
