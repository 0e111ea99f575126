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
                    name='Absence',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('moves_open_work', models.BooleanField(default=True)),
                        ('goes_back', models.BooleanField(default=True)),
                        ('begins_at', models.DateTimeField()),
                        ('ends_at', models.DateTimeField(null=True)),
                        ('reason', models.CharField(blank=True, max_length=120)),
                        ('settled_at', models.DateTimeField(null=True)),
                        ('cover', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'member', 'ends_at'], name='absences_running')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gt', models.F('begins_at')), _connector='OR'), name='absence_has_length'), models.CheckConstraint(condition=models.Q(('cover', models.F('member')), _negated=True), name='absence_covered_by_another')],
                    },
                ),
                migrations.CreateModel(
                    name='Calendar',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('week', models.JSONField()),
                        ('anchors', models.JSONField(blank=True, default=dict)),
                        ('country', models.CharField(blank=True, max_length=2)),
                        ('subdivision', models.CharField(blank=True, max_length=6)),
                        ('location', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.location')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'location'), name='calendar_of_location_once', nulls_distinct=False)],
                    },
                ),
                migrations.CreateModel(
                    name='Call',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('whom', models.CharField(max_length=120)),
                        ('outcome', models.CharField(choices=[('spoke', 'Spoke to them'), ('message', 'Left a message to call back'), ('no-answer', 'No answer'), ('wrong-number', 'The number is wrong')], max_length=12)),
                        ('note', models.CharField(blank=True, max_length=500)),
                        ('took_it', models.BooleanField(default=False)),
                        ('at', models.DateTimeField()),
                        ('caller', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('task', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.task')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'task', 'at'], name='calls_of_task')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['spoke', 'message', 'no-answer', 'wrong-number'])), name='call_outcome_known'), models.CheckConstraint(condition=models.Q(('whom', ''), _negated=True), name='call_names_somebody')],
                    },
                ),
                migrations.CreateModel(
                    name='Policy',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('version', models.PositiveIntegerField()),
                        ('status', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=9)),
                        ('author', models.CharField(max_length=120)),
                        ('clinical_approver', models.CharField(blank=True, max_length=120)),
                        ('effective_at', models.DateTimeField(null=True)),
                        ('note', models.CharField(blank=True, max_length=250)),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'version'), name='policy_version_once'), models.UniqueConstraint(condition=models.Q(('status', 'published')), fields=('practice',), name='one_published_policy'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'published', 'retired'])), name='policy_status_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Ladder',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=80)),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('policy', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='ladders', to='escalation.policy')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'policy', 'name'), name='ladder_name_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Target',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('category', models.CharField(blank=True, choices=[('result-review', 'Result review'), ('consult-report', 'Consult report'), ('referral', 'Referral'), ('refill', 'Refill'), ('unsigned-order', 'Unsigned order'), ('incomplete-note', 'Incomplete note'), ('medication-change', 'Medication change'), ('appointment-follow-up', 'Appointment follow up'), ('administrative-message', 'Administrative message'), ('prior-authorization', 'Prior authorization'), ('misfiled-document', 'Misfiled document'), ('quarantined-message', 'Quarantined message'), ('overdue-result', 'Overdue result'), ('missing-note', 'Missing note'), ('missing-report', 'Missing report'), ('silent-feed', 'Silent feed'), ('visit-checklist', 'Visit checklist')], max_length=30)),
                        ('priority', models.CharField(blank=True, max_length=10)),
                        ('acknowledge_amount', models.PositiveIntegerField(null=True)),
                        ('acknowledge_measure', models.CharField(blank=True, choices=[('clock', 'clock'), ('business', 'business'), ('business-days', 'business-days'), ('end-of-business-day', 'end-of-business-day')], max_length=20)),
                        ('close_amount', models.PositiveIntegerField(null=True)),
                        ('close_measure', models.CharField(blank=True, choices=[('clock', 'clock'), ('business', 'business'), ('business-days', 'business-days'), ('end-of-business-day', 'end-of-business-day')], max_length=20)),
                        ('pauses', models.BooleanField(default=True)),
                        ('lapse_minutes', models.PositiveIntegerField(null=True)),
                        ('ladder', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalation.ladder')),
                        ('policy', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='escalation.policy')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('queue', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.queue')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'policy', 'category', 'priority', 'queue'), name='target_scope_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('category__in', ['', 'result-review', 'consult-report', 'referral', 'refill', 'unsigned-order', 'incomplete-note', 'medication-change', 'appointment-follow-up', 'administrative-message', 'prior-authorization', 'misfiled-document', 'quarantined-message', 'overdue-result', 'missing-note', 'missing-report', 'silent-feed', 'visit-checklist'])), name='target_category_known'), models.CheckConstraint(condition=models.Q(('priority__in', ['', 'routine', 'urgent', 'asap', 'stat'])), name='target_priority_known'), models.CheckConstraint(condition=models.Q(('acknowledge_measure__in', ['', 'clock', 'business', 'business-days', 'end-of-business-day'])), name='target_acknowledge_measure_known'), models.CheckConstraint(condition=models.Q(('close_measure__in', ['', 'clock', 'business', 'business-days', 'end-of-business-day'])), name='target_close_measure_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Clock',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('kind', models.CharField(choices=[('acknowledge', 'Acknowledge by'), ('close', 'Close by')], max_length=11)),
                        ('begun_at', models.DateTimeField()),
                        ('since_version', models.PositiveIntegerField()),
                        ('due_at', models.DateTimeField()),
                        ('paused_since', models.DateTimeField(null=True)),
                        ('next_at', models.DateTimeField(null=True)),
                        ('lap', models.PositiveSmallIntegerField(default=0)),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('end', models.CharField(blank=True, choices=[('met', 'In time'), ('missed', 'Late'), ('moot', 'No longer asked')], max_length=6)),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('task', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.task')),
                        ('policy', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalation.policy')),
                        ('target', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalation.target')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('next_at__isnull', False)), fields=['practice', 'next_at'], name='clocks_due'), models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['practice', 'due_at'], name='clocks_running')],
                        'constraints': [models.UniqueConstraint(fields=('practice', 'task', 'kind', 'since_version'), name='one_clock_a_cause'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('practice', 'task', 'kind'), name='one_running_clock_a_kind'), models.CheckConstraint(condition=models.Q(('kind__in', ['acknowledge', 'close'])), name='clock_kind_known'), models.CheckConstraint(condition=models.Q(('end__in', ['', 'met', 'missed', 'moot'])), name='clock_end_known'), models.CheckConstraint(condition=models.Q(models.Q(('end', ''), ('ended_at__isnull', True)), models.Q(('ended_at__isnull', False), ('next_at__isnull', True), models.Q(('end', ''), _negated=True)), _connector='OR'), name='clock_ended_whole')],
                    },
                ),
                migrations.CreateModel(
                    name='CoveredTask',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('at', models.DateTimeField()),
                        ('absence', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='covered', to='escalation.absence')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('task', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.task')),
                        ('to', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'absence'], name='tasks_covered'), models.Index(fields=['practice', 'task', '-at'], name='covers_of_task')],
                    },
                ),
                migrations.CreateModel(
                    name='Digest',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('on', models.DateField()),
                        ('hour', models.PositiveSmallIntegerField(default=7)),
                        ('at', models.DateTimeField()),
                        ('written', models.PositiveIntegerField(default=0)),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'on', 'hour'), name='one_digest_an_hour')],
                    },
                ),
                migrations.CreateModel(
                    name='DutyFeed',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('digest', models.CharField(max_length=64)),
                        ('made_at', models.DateTimeField()),
                        ('revoked_at', models.DateTimeField(null=True)),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('practice', 'member'), name='one_duty_feed_a_member'), models.UniqueConstraint(fields=('practice', 'digest'), name='duty_feed_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Extension',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('minutes', models.PositiveIntegerField()),
                        ('reason', models.CharField(max_length=250)),
                        ('at', models.DateTimeField()),
                        ('clock', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='escalation.clock')),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'clock'], name='extensions_of_clock')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('minutes__gt', 0), models.Q(('reason', ''), _negated=True)), name='extension_says_how_long_and_why')],
                    },
                ),
                migrations.CreateModel(
                    name='Holiday',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('day', models.DateField()),
                        ('name', models.CharField(max_length=120)),
                        ('hours', models.JSONField(blank=True, default=list)),
                        ('approved_at', models.DateTimeField(null=True)),
                        ('declined_at', models.DateTimeField(null=True)),
                        ('approved_by', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('calendar', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='holidays', to='escalation.calendar')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.CheckConstraint(condition=models.Q(('approved_by__isnull', True), ('declined_at__isnull', True), _connector='OR'), name='holiday_decided_one_way'), models.UniqueConstraint(fields=('practice', 'calendar', 'day'), name='one_holiday_a_day')],
                    },
                ),
                migrations.CreateModel(
                    name='Rotation',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=80)),
                        ('time_zone', models.CharField(max_length=60, validators=[tenants.models.validate_time_zone])),
                        ('begins_on', models.DateField()),
                        ('handover_minute', models.PositiveSmallIntegerField(default=480)),
                        ('turn_days', models.PositiveSmallIntegerField(default=7)),
                        ('retired_at', models.DateTimeField(null=True)),
                        ('location', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.location')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'name'), name='rotation_name_once'), models.CheckConstraint(condition=models.Q(('handover_minute__lt', 1440), ('turn_days__gt', 0)), name='rotation_turns')],
                    },
                ),
                migrations.CreateModel(
                    name='LadderStep',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('position', models.PositiveSmallIntegerField()),
                        ('clock', models.CharField(max_length=11)),
                        ('after_amount', models.IntegerField(null=True)),
                        ('after_measure', models.CharField(blank=True, max_length=20)),
                        ('anchor', models.CharField(blank=True, max_length=20)),
                        ('action', models.CharField(choices=[('remind', 'Remind'), ('tell', 'Tell'), ('page', 'Page'), ('reassign', 'Reassign'), ('force-close', 'Ask a physician to close it by override')], max_length=12)),
                        ('receiver', models.CharField(choices=[('owner', 'Owner, or who works the queue'), ('orderer', 'The clinician who ordered it'), ('supervisor', "The queue's supervisor"), ('on-call', 'Whoever is on call'), ('member', 'One person'), ('role', 'Everybody of a role'), ('leads', 'Supervisors and managers, or else everybody')], max_length=12)),
                        ('role', models.CharField(blank=True, choices=[('physician', 'Physician'), ('nurse', 'Nurse'), ('medical-assistant', 'Medical assistant'), ('care-coordinator', 'Care coordinator'), ('supervisor', 'Supervisor'), ('practice-manager', 'Practice manager'), ('it', 'IT'), ('privacy-officer', 'Privacy officer')], max_length=30)),
                        ('repeat', models.PositiveSmallIntegerField(default=0)),
                        ('every_minutes', models.PositiveIntegerField(null=True)),
                        ('until_done', models.BooleanField(default=False)),
                        ('day_and_night', models.BooleanField(default=False)),
                        ('ladder', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='escalation.ladder')),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('queue', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.queue')),
                        ('rotation', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalation.rotation')),
                    ],
                    options={
                        'ordering': ('position',),
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'ladder', 'position'), name='one_step_a_position'), models.CheckConstraint(condition=models.Q(('clock__in', ['', 'acknowledge', 'close'])), name='step_clock_known'), models.CheckConstraint(condition=models.Q(('action__in', ['remind', 'tell', 'page', 'reassign', 'force-close'])), name='step_action_known'), models.CheckConstraint(condition=models.Q(('receiver__in', ['owner', 'orderer', 'supervisor', 'on-call', 'member', 'role', 'leads'])), name='step_receiver_known'), models.CheckConstraint(condition=models.Q(('after_measure__in', ['', 'clock', 'business', 'business-days', 'end-of-business-day'])), name='step_measure_known'), models.CheckConstraint(condition=models.Q(('role__in', ['', 'physician', 'nurse', 'medical-assistant', 'care-coordinator', 'supervisor', 'practice-manager', 'it', 'privacy-officer'])), name='step_role_known'), models.CheckConstraint(condition=models.Q(('anchor__in', ['', 'end-of-clinic', 'end-of-day', 'zero-task-hour', 'after-hours'])), name='step_anchor_known'), models.CheckConstraint(condition=models.Q(('after_amount__isnull', True), ('anchor', ''), _connector='XOR'), name='step_at_an_offset_or_an_anchor'), models.CheckConstraint(condition=models.Q(models.Q(('repeat', 0), ('until_done', False)), ('every_minutes__gt', 0), _connector='OR'), name='step_repeats_after_some_time')],
                    },
                ),
                migrations.CreateModel(
                    name='Shift',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('position', models.PositiveSmallIntegerField()),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('rotation', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='escalation.rotation')),
                    ],
                    options={
                        'ordering': ('position',),
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'rotation', 'position'), name='one_shift_a_position')],
                    },
                ),
                migrations.CreateModel(
                    name='StepFired',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('lap', models.PositiveSmallIntegerField(default=0)),
                        ('round', models.PositiveSmallIntegerField(default=0)),
                        ('due_at', models.DateTimeField()),
                        ('at', models.DateTimeField()),
                        ('result', models.CharField(choices=[('fired', 'Fired'), ('skipped', 'Skipped'), ('passed', 'Passed')], max_length=7)),
                        ('reason', models.CharField(blank=True, max_length=120)),
                        ('clock', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='fired', to='escalation.clock')),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('step', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalation.ladderstep')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'clock', 'step', 'lap', 'round'), name='a_step_fires_once'), models.CheckConstraint(condition=models.Q(('result__in', ['fired', 'skipped', 'passed'])), name='step_result_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Swap',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('offered_from', models.DateTimeField()),
                        ('offered_until', models.DateTimeField()),
                        ('wanted_from', models.DateTimeField()),
                        ('wanted_until', models.DateTimeField()),
                        ('state', models.CharField(choices=[('asked', 'Asked'), ('agreed', 'Agreed'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='asked', max_length=9)),
                        ('asked_at', models.DateTimeField()),
                        ('answered_at', models.DateTimeField(null=True)),
                        ('asker', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('colleague', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('rotation', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='swaps', to='escalation.rotation')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('state', 'asked')), fields=['practice', 'colleague'], name='swaps_asked')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'agreed', 'declined', 'withdrawn'])), name='swap_state_known'), models.CheckConstraint(condition=models.Q(('asker', models.F('colleague')), _negated=True), name='swap_with_another'), models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('practice', 'rotation', 'asker', 'offered_from'), name='a_turn_is_offered_once_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='Override',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('begins_at', models.DateTimeField()),
                        ('ends_at', models.DateTimeField()),
                        ('reason', models.CharField(blank=True, max_length=120)),
                        ('made_at', models.DateTimeField()),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('rotation', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='escalation.rotation')),
                        ('swap', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='escalation.swap')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'rotation', 'ends_at'], name='overrides_running')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('begins_at'))), name='override_has_length')],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='call',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='47cb260216f5631798a9a88862317b72aedc05fd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_668de', table='escalation_call', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='extension',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5c40435d998b08d6f3dc67b5007e55c18511b316', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bbb47', table='escalation_extension', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='stepfired',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0dfadef5031e1eb8786523680722fcc9780460d7', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3affa', table='escalation_stepfired', when='BEFORE')),
                ),
            ],
        ),
        Fence(
            "Absence", "Calendar", "Call", "Policy", "Ladder", "Target", "Clock",
            "CoveredTask", "Digest", "DutyFeed", "Extension", "Holiday", "Rotation",
            "LadderStep", "Shift", "StepFired", "Swap", "Override",
        ),
    ]
