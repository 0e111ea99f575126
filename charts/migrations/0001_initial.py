import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import tenants.ids
import tenants.models
import tenants.scope
import tenants.together
from django.db import migrations, models
from tenants.fence import Fence, Revoke


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('tenants', '0001_initial'),
    ]

    operations = [
        tenants.together.Together(
            operations=[
                migrations.CreateModel(
                    name='Patient',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('family', models.CharField(blank=True, max_length=120)),
                        ('given', models.CharField(blank=True, max_length=120)),
                        ('birth_date', models.DateField(null=True)),
                        ('sex', models.CharField(blank=True, max_length=10)),
                        ('phone', models.CharField(blank=True, max_length=40)),
                        ('language', models.CharField(blank=True, max_length=20)),
                        ('is_deceased', models.BooleanField(default=False)),
                        ('is_unidentified', models.BooleanField(default=False)),
                        ('is_restricted', models.BooleanField(default=False)),
                        ('updated_at', models.DateTimeField()),
                        ('merged_into', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='charts.patient')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['practice', 'merged_into'], name='patient_merged')],
                    },
                ),
                migrations.CreateModel(
                    name='Encounter',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('source', models.CharField(max_length=80)),
                        ('number', models.CharField(max_length=120)),
                        ('status', models.CharField(max_length=20)),
                        ('visit_type', models.CharField(default='other', max_length=12)),
                        ('is_type_settled', models.BooleanField(default=False)),
                        ('location_code', models.CharField(blank=True, max_length=80)),
                        ('attending', models.JSONField(default=dict)),
                        ('started_at', models.DateTimeField(null=True)),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('note_awaited_since', models.DateTimeField(null=True)),
                        ('closing_since', models.DateTimeField(null=True)),
                        ('location', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.location')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('patient', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='encounters', to='charts.patient')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'patient', '-started_at'], name='encounters_of_patient'), models.Index(condition=models.Q(('note_awaited_since__isnull', False)), fields=['practice', 'note_awaited_since'], name='encounters_to_look_at'), models.Index(condition=models.Q(('closing_since__isnull', False)), fields=['practice', 'closing_since'], name='encounters_to_close')],
                        'constraints': [models.UniqueConstraint(fields=('practice', 'source', 'number'), name='encounter_once'), models.CheckConstraint(condition=models.Q(('status__in', ['planned', 'in-progress', 'finished', 'cancelled'])), name='encounter_status_known'), models.CheckConstraint(condition=models.Q(('visit_type__in', ['office', 'telehealth', 'wellness', 'procedure', 'other'])), name='encounter_visit_type_known')],
                    },
                ),
                migrations.CreateModel(
                    name='EmergencyAccess',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('reason', models.CharField(max_length=250)),
                        ('begun_at', models.DateTimeField()),
                        ('until', models.DateTimeField()),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('reviewed_at', models.DateTimeField(null=True)),
                        ('finding', models.CharField(blank=True, choices=[('justified', 'It was right'), ('not-justified', 'It was not right')], max_length=15)),
                        ('note', models.CharField(blank=True, max_length=250)),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('reviewed_by', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('patient', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='charts.patient')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('reviewed_at__isnull', True)), fields=['practice', 'begun_at'], name='emergencies_to_review')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='emergency_has_a_reason'), models.CheckConstraint(condition=models.Q(('until__gt', models.F('begun_at'))), name='emergency_has_a_time'), models.CheckConstraint(condition=models.Q(('finding__in', ['', 'justified', 'not-justified'])), name='emergency_finding_known'), models.CheckConstraint(condition=models.Q(('reviewed_by__isnull', True), models.Q(('reviewed_by', models.F('member')), _negated=True), _connector='OR'), name='emergency_reviewed_by_another')],
                    },
                ),
                migrations.CreateModel(
                    name='ChartItem',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('source', models.CharField(max_length=80)),
                        ('kind', models.CharField(max_length=20)),
                        ('key', models.CharField(max_length=250)),
                        ('status', models.CharField(max_length=20)),
                        ('code', models.CharField(blank=True, max_length=80)),
                        ('code_system', models.CharField(blank=True, max_length=20)),
                        ('alternate_code', models.CharField(blank=True, max_length=80)),
                        ('title', models.CharField(blank=True, max_length=250)),
                        ('severity', models.CharField(blank=True, max_length=10)),
                        ('stated_severity', models.CharField(blank=True, max_length=10)),
                        ('priority', models.CharField(blank=True, max_length=10)),
                        ('placer', models.CharField(blank=True, max_length=120)),
                        ('filler', models.CharField(blank=True, max_length=120)),
                        ('encounter_number', models.CharField(blank=True, max_length=120)),
                        ('location_code', models.CharField(blank=True, max_length=80)),
                        ('people', models.JSONField(default=dict)),
                        ('issued_at', models.DateTimeField(null=True)),
                        ('effective_at', models.DateTimeField(null=True)),
                        ('due_date', models.DateField(null=True)),
                        ('observations', models.JSONField(default=list)),
                        ('details', models.JSONField(default=dict)),
                        ('text', models.TextField(blank=True)),
                        ('revision', models.JSONField(default=list)),
                        ('older', models.JSONField(default=dict)),
                        ('version', models.PositiveIntegerField(default=1)),
                        ('received_at', models.DateTimeField()),
                        ('look_at', models.DateTimeField(null=True)),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('patient', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='charts.patient')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'patient', '-received_at'], name='items_of_patient'), models.Index(condition=models.Q(('look_at__isnull', False)), fields=['practice', 'look_at'], name='items_to_look_at')],
                        'constraints': [models.UniqueConstraint(fields=('practice', 'key', 'kind', 'source'), name='chart_item_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['result', 'order', 'document', 'referral', 'refill', 'medication', 'appointment', 'request', 'message'])), name='item_kind_known'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'registered', 'preliminary', 'active', 'on-hold', 'final', 'amended', 'corrected', 'completed', 'missed', 'unknown', 'withdrawn'])), name='item_status_known'), models.CheckConstraint(condition=models.Q(('severity__in', ['', 'critical', 'abnormal', 'unknown', 'normal'])), name='item_severity_known'), models.CheckConstraint(condition=models.Q(('stated_severity__in', ['', 'critical', 'abnormal', 'unknown', 'normal'])), name='item_stated_severity_known'), models.CheckConstraint(condition=models.Q(('priority__in', ['', 'routine', 'urgent', 'asap', 'stat'])), name='item_priority_known')],
                    },
                ),
                migrations.CreateModel(
                    name='PatientCode',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('list', models.CharField(choices=[('problem', 'Problem'), ('medication', 'Medication')], max_length=12)),
                        ('system', models.CharField(max_length=20)),
                        ('code', models.CharField(max_length=80)),
                        ('display', models.CharField(blank=True, max_length=200)),
                        ('patient', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='charts.patient')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'patient', 'list', 'system', 'code'), name='patient_code_once'), models.CheckConstraint(condition=models.Q(('list__in', ['problem', 'medication'])), name='patient_code_list_known')],
                    },
                ),
                migrations.CreateModel(
                    name='PatientIdentifier',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('assigner', models.CharField(blank=True, max_length=120)),
                        ('value', models.CharField(max_length=120)),
                        ('type', models.CharField(blank=True, max_length=10)),
                        ('patient', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='identifiers', to='charts.patient')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'patient'], name='patient_ids')],
                        'constraints': [models.UniqueConstraint(fields=('practice', 'value', 'assigner'), name='patient_id_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ResultValue',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('code', models.CharField(max_length=80)),
                        ('sub_id', models.CharField(blank=True, max_length=40)),
                        ('observed_at', models.DateTimeField()),
                        ('value', models.CharField(blank=True, max_length=250)),
                        ('number', models.FloatField(null=True)),
                        ('units', models.CharField(blank=True, max_length=40)),
                        ('severity', models.CharField(blank=True, max_length=10)),
                        ('item', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='values', to='charts.chartitem')),
                        ('patient', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='charts.patient')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'patient', 'code', '-observed_at'], name='values_of_patient')],
                        'constraints': [models.UniqueConstraint(fields=('practice', 'item', 'code', 'sub_id'), name='result_value_once'), models.CheckConstraint(condition=models.Q(('severity__in', ['', 'critical', 'abnormal', 'unknown', 'normal'])), name='result_value_severity_known')],
                    },
                ),
                migrations.CreateModel(
                    name='SearchToken',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('token', models.CharField(db_collation='C', max_length=120)),
                        ('item', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='charts.chartitem')),
                        ('patient', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='charts.patient')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'patient', 'token'], name='tokens_of_patient')],
                        'constraints': [models.UniqueConstraint(fields=('practice', 'token', 'patient', 'item'), name='search_token_once', nulls_distinct=False)],
                    },
                ),
                migrations.CreateModel(
                    name='TokenRound',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('after', models.UUIDField(null=True)),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice',), name='one_token_round')],
                    },
                ),
                migrations.CreateModel(
                    name='WaitLength',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('wait', models.CharField(choices=[('laboratory', 'Result of a laboratory order'), ('imaging', 'Result of an imaging order'), ('urgent-order', 'Result of an urgent order'), ('note', 'Signed note of a visit'), ('referral', 'Report on a referral'), ('urgent-referral', 'Report on an urgent referral')], max_length=20)),
                        ('days', models.PositiveSmallIntegerField()),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'wait'), name='wait_length_once'), models.CheckConstraint(condition=models.Q(('wait__in', ['laboratory', 'imaging', 'urgent-order', 'note', 'referral', 'urgent-referral'])), name='wait_known'), models.CheckConstraint(condition=models.Q(('days__gte', 1)), name='wait_at_least_a_day')],
                    },
                ),
                migrations.CreateModel(
                    name='Attachment',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('content_type', models.CharField(max_length=80)),
                        ('title', models.CharField(blank=True, max_length=200)),
                        ('url', models.CharField(blank=True, max_length=500)),
                        ('digest', models.CharField(max_length=64)),
                        ('data', models.BinaryField(default=b'')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('item', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='charts.chartitem')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'item', 'digest'), name='attachment_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ItemVersion',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('number', models.PositiveIntegerField()),
                        ('status', models.CharField(max_length=20)),
                        ('severity', models.CharField(blank=True, max_length=10)),
                        ('issued_at', models.DateTimeField(null=True)),
                        ('received_at', models.DateTimeField()),
                        ('message_id', models.UUIDField(null=True)),
                        ('is_current', models.BooleanField()),
                        ('observations', models.JSONField(default=list)),
                        ('item', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='charts.chartitem')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'item', 'number'), name='item_version_once'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'registered', 'preliminary', 'active', 'on-hold', 'final', 'amended', 'corrected', 'completed', 'missed', 'unknown', 'withdrawn'])), name='item_version_status_known'), models.CheckConstraint(condition=models.Q(('severity__in', ['', 'critical', 'abnormal', 'unknown', 'normal'])), name='item_version_severity_known')],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='itemversion',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c8d1cf520cc286b0e46c9624b78b930e0bc4a006', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_dfada', table='charts_itemversion', when='BEFORE')),
                ),
            ],
        ),
        Fence(
            "Patient", "Encounter", "EmergencyAccess", "ChartItem", "PatientCode",
            "PatientIdentifier", "ResultValue", "SearchToken", "TokenRound",
            "WaitLength", "Attachment", "ItemVersion",
        ),
        Revoke("ItemVersion", "UPDATE", "DELETE"),
    ]
