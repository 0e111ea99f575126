import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
import routing.categories
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
        ('charts', '0001_initial'),
        ('tenants', '0001_initial'),
    ]

    operations = [
        tenants.together.Together(
            operations=[
                migrations.CreateModel(
                    name='BacklogChange',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('cells', models.JSONField()),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                    },
                ),
                migrations.CreateModel(
                    name='Checklist',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('visit_type', models.CharField(max_length=12)),
                        ('version', models.PositiveIntegerField()),
                        ('published_at', models.DateTimeField()),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('published_by', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'visit_type', 'version'), name='checklist_version_once'), models.CheckConstraint(condition=models.Q(('visit_type__in', ['office', 'telehealth', 'wellness', 'procedure', 'other'])), name='checklist_visit_type_known')],
                    },
                ),
                migrations.CreateModel(
                    name='ChecklistLine',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('position', models.PositiveSmallIntegerField()),
                        ('title', models.CharField(max_length=80)),
                        ('answered_by', models.CharField(blank=True, choices=[('note-signed', 'The note is signed'), ('orders-signed', 'No order waits for a signature'), ('results-reviewed', 'Every result came and is closed'), ('referrals-sent', 'No referral waits to be arranged')], max_length=20)),
                        ('role', models.CharField(choices=[('physician', 'Physician'), ('nurse', 'Nurse'), ('medical-assistant', 'Medical assistant'), ('care-coordinator', 'Care coordinator'), ('supervisor', 'Supervisor'), ('practice-manager', 'Practice manager'), ('it', 'IT'), ('privacy-officer', 'Privacy officer')], max_length=20)),
                        ('hours', models.PositiveSmallIntegerField(default=0)),
                        ('checklist', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='routing.checklist')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'checklist', 'position'), name='checklist_line_once'), models.CheckConstraint(condition=models.Q(('answered_by__in', ['', 'note-signed', 'orders-signed', 'results-reviewed', 'referrals-sent'])), name='checklist_line_answer_known'), models.CheckConstraint(condition=models.Q(('role__in', ['physician', 'nurse', 'medical-assistant', 'care-coordinator', 'supervisor', 'practice-manager', 'it', 'privacy-officer'])), name='checklist_line_role_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Delegation',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('category', models.CharField(choices=[('result-review', 'Result review'), ('consult-report', 'Consult report'), ('referral', 'Referral'), ('refill', 'Refill'), ('unsigned-order', 'Unsigned order'), ('incomplete-note', 'Incomplete note'), ('medication-change', 'Medication change'), ('appointment-follow-up', 'Appointment follow up'), ('administrative-message', 'Administrative message'), ('prior-authorization', 'Prior authorization'), ('misfiled-document', 'Misfiled document'), ('quarantined-message', 'Quarantined message'), ('overdue-result', 'Overdue result'), ('missing-note', 'Missing note'), ('missing-report', 'Missing report'), ('silent-feed', 'Silent feed'), ('visit-checklist', 'Visit checklist')], max_length=30)),
                        ('severity', models.CharField(blank=True, max_length=10)),
                        ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('physician', 'Physician'), ('nurse', 'Nurse'), ('medical-assistant', 'Medical assistant'), ('care-coordinator', 'Care coordinator'), ('supervisor', 'Supervisor'), ('practice-manager', 'Practice manager'), ('it', 'IT'), ('privacy-officer', 'Privacy officer')], max_length=30), size=None)),
                        ('valid_from', models.DateTimeField()),
                        ('valid_until', models.DateTimeField(null=True)),
                        ('protocol', models.CharField(blank=True, max_length=200)),
                        ('made_at', models.DateTimeField()),
                        ('delegated_by', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'category', 'severity', 'made_at'], name='delegations_of_work')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('category__in', ['result-review', 'consult-report', 'referral', 'refill', 'unsigned-order', 'incomplete-note', 'medication-change', 'appointment-follow-up', 'administrative-message', 'prior-authorization', 'misfiled-document', 'quarantined-message', 'overdue-result', 'missing-note', 'missing-report', 'silent-feed', 'visit-checklist'])), name='delegation_category_known'), models.CheckConstraint(condition=models.Q(('severity__in', ['', 'critical', 'abnormal', 'unknown', 'normal']), models.Q(('severity', 'critical'), _negated=True)), name='delegation_never_critical'), models.CheckConstraint(condition=models.Q(('roles__len__gt', 0), ('roles__contained_by', ['care-coordinator', 'medical-assistant', 'nurse', 'physician', 'practice-manager', 'supervisor'])), name='delegation_to_those_who_close_work'), models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='delegation_has_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='ListedCode',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('list', models.CharField(choices=[('delegable-result', 'Results a medical assistant may close when normal'), ('watched-problem', "Problems that raise a patient's risk"), ('watched-medication', "Medications that raise a patient's risk"), ('refill-protocol', 'Medications refilled under a protocol')], max_length=20)),
                        ('system', models.CharField(max_length=20)),
                        ('code', models.CharField(max_length=80)),
                        ('display', models.CharField(blank=True, max_length=200)),
                        ('protocol', models.CharField(blank=True, max_length=200)),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'list', 'system', 'code'), name='listed_code_once'), models.CheckConstraint(condition=models.Q(('list__in', ['delegable-result', 'watched-problem', 'watched-medication', 'refill-protocol'])), name='code_list_known')],
                    },
                ),
                migrations.CreateModel(
                    name='OutcomeName',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('outcome', models.CharField(choices=[('normal-told', 'Normal, patient told by portal'), ('normal-quiet', 'Normal, no message needed'), ('discussed', 'Discussed with patient'), ('follow-up', 'Follow-up ordered'), ('referred', 'Referred'), ('repeat', 'Repeat test')], max_length=20)),
                        ('name', models.CharField(max_length=60)),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'outcome'), name='outcome_named_once'), models.CheckConstraint(condition=models.Q(('outcome__in', ['normal-told', 'normal-quiet', 'discussed', 'follow-up', 'referred', 'repeat'])), name='named_outcome_known'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='outcome_has_a_name')],
                    },
                ),
                migrations.CreateModel(
                    name='Queue',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=120)),
                        ('role', models.CharField(choices=[('physician', 'Physician'), ('nurse', 'Nurse'), ('medical-assistant', 'Medical assistant'), ('care-coordinator', 'Care coordinator'), ('supervisor', 'Supervisor'), ('practice-manager', 'Practice manager'), ('it', 'IT'), ('privacy-officer', 'Privacy officer')], max_length=30)),
                        ('location', tenants.models.PracticeForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.location')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('supervisor', tenants.models.PracticeForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supervised', to='accounts.membership')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'role', 'location'), name='queue_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('role__in', ['physician', 'nurse', 'medical-assistant', 'care-coordinator', 'supervisor', 'practice-manager', 'it', 'privacy-officer'])), name='queue_role_known')],
                    },
                ),
                migrations.CreateModel(
                    name='RuleSet',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('version', models.PositiveIntegerField()),
                        ('status', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published')], default='draft', max_length=10)),
                        ('author', models.CharField(max_length=120)),
                        ('clinical_approver', models.CharField(blank=True, max_length=120)),
                        ('effective_at', models.DateTimeField(null=True)),
                        ('published_at', models.DateTimeField(null=True)),
                        ('margin_percent', models.PositiveSmallIntegerField(default=5)),
                        ('change_percent', models.PositiveSmallIntegerField(default=50)),
                        ('risk_age', models.PositiveSmallIntegerField(default=65)),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'version'), name='rule_set_version_once'), models.CheckConstraint(condition=models.Q(('status', 'draft'), models.Q(('effective_at__isnull', False), ('published_at__isnull', False), ('status', 'published'), models.Q(('clinical_approver', ''), _negated=True)), _connector='OR'), name='rule_set_published_whole')],
                    },
                ),
                migrations.CreateModel(
                    name='Rule',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('position', models.PositiveSmallIntegerField()),
                        ('name', models.CharField(max_length=160)),
                        ('scope', models.CharField(choices=[('provider', 'Provider'), ('specialty', 'Specialty'), ('location', 'Location'), ('practice', 'Practice')], default='practice', max_length=10)),
                        ('scope_value', models.CharField(blank=True, max_length=80)),
                        ('conditions', models.JSONField(default=dict)),
                        ('role', models.CharField(choices=[('physician', 'Physician'), ('nurse', 'Nurse'), ('medical-assistant', 'Medical assistant'), ('care-coordinator', 'Care coordinator'), ('supervisor', 'Supervisor'), ('practice-manager', 'Practice manager'), ('it', 'IT'), ('privacy-officer', 'Privacy officer')], max_length=30)),
                        ('assignee', models.CharField(choices=[('nobody', 'the queue'), ('orderer', 'the ordering clinician'), ('author', 'the author'), ('signer', 'the signer'), ('closer', 'whoever closed it')], default='nobody', max_length=10)),
                        ('priority', models.CharField(max_length=10)),
                        ('is_fallback', models.BooleanField(default=False)),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('rule_set', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='routing.ruleset')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'rule_set', 'position'), name='rule_position_once'), models.UniqueConstraint(condition=models.Q(('is_fallback', True)), fields=('practice', 'rule_set'), name='one_fallback'), models.CheckConstraint(condition=models.Q(('role__in', ['physician', 'nurse', 'medical-assistant', 'care-coordinator', 'supervisor', 'practice-manager', 'it', 'privacy-officer'])), name='rule_role_known'), models.CheckConstraint(condition=models.Q(('scope__in', ['provider', 'specialty', 'location', 'practice'])), name='rule_scope_known'), models.CheckConstraint(condition=models.Q(('assignee__in', ['nobody', 'orderer', 'author', 'signer', 'closer'])), name='rule_assignee_known'), models.CheckConstraint(condition=models.Q(('priority__in', ['routine', 'urgent', 'asap', 'stat'])), name='rule_priority_known')],
                    },
                ),
                migrations.CreateModel(
                    name='SavedView',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=60)),
                        ('screen', models.CharField(choices=[('queue', 'My queue'), ('team', 'Team queue')], max_length=5)),
                        ('view', models.CharField(max_length=10)),
                        ('filters', models.JSONField(default=dict)),
                        ('is_shared', models.BooleanField(default=False)),
                        ('created_at', models.DateTimeField()),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'member', 'name'), name='saved_view_once'), models.CheckConstraint(condition=models.Q(('screen__in', ['queue', 'team'])), name='saved_view_screen_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Task',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('message_id', models.UUIDField(null=True)),
                        ('about_id', models.UUIDField(null=True)),
                        ('category', models.CharField(choices=[('result-review', 'Result review'), ('consult-report', 'Consult report'), ('referral', 'Referral'), ('refill', 'Refill'), ('unsigned-order', 'Unsigned order'), ('incomplete-note', 'Incomplete note'), ('medication-change', 'Medication change'), ('appointment-follow-up', 'Appointment follow up'), ('administrative-message', 'Administrative message'), ('prior-authorization', 'Prior authorization'), ('misfiled-document', 'Misfiled document'), ('quarantined-message', 'Quarantined message'), ('overdue-result', 'Overdue result'), ('missing-note', 'Missing note'), ('missing-report', 'Missing report'), ('silent-feed', 'Silent feed'), ('visit-checklist', 'Visit checklist')], max_length=30)),
                        ('title', models.CharField(max_length=250)),
                        ('status', models.CharField(choices=[('ready', 'Ready'), ('in-progress', 'In Progress'), ('on-hold', 'On Hold'), ('completed', 'Completed'), ('cancelled', 'Cancelled')], default='ready', max_length=15)),
                        ('status_reason', models.CharField(blank=True, max_length=120)),
                        ('priority', models.CharField(max_length=10)),
                        ('severity', models.CharField(blank=True, max_length=10)),
                        ('danger', models.PositiveSmallIntegerField()),
                        ('authored_at', models.DateTimeField()),
                        ('issued_at', models.DateTimeField()),
                        ('acknowledged_at', models.DateTimeField(null=True)),
                        ('claimed_until', models.DateTimeField(null=True)),
                        ('recheck_date', models.DateField(null=True)),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('outcome', models.CharField(blank=True, choices=[('normal-told', 'Normal, patient told by portal'), ('normal-quiet', 'Normal, no message needed'), ('discussed', 'Discussed with patient'), ('follow-up', 'Follow-up ordered'), ('referred', 'Referred'), ('repeat', 'Repeat test'), ('done', 'Done'), ('source-closed', 'Closed in the EHR'), ('override', "Closed by a physician's override")], max_length=20)),
                        ('told', models.CharField(blank=True, max_length=120)),
                        ('told_at', models.DateTimeField(null=True)),
                        ('is_late', models.BooleanField(db_default=False, default=False)),
                        ('is_escalated', models.BooleanField(db_default=False, default=False)),
                        ('version', models.PositiveIntegerField(default=1)),
                        ('number', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Right(django.db.models.functions.comparison.Cast('id', models.CharField()), 8), output_field=models.CharField(db_collation='C', max_length=8))),
                        ('claimed_by', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('closed_with', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='closed_along', to='routing.task')),
                        ('ended_by', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('item', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='charts.chartitem')),
                        ('location', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.location')),
                        ('owner', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='accounts.membership')),
                        ('patient', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='charts.patient')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('queue', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='routing.queue')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['practice', 'owner', 'danger', 'authored_at', 'id'], include=('status',), name='tasks_of_owner'), models.Index(condition=models.Q(('ended_at__isnull', True), ('owner__isnull', True)), fields=['practice', 'queue', 'danger', 'authored_at', 'id'], include=('claimed_until', 'claimed_by'), name='tasks_of_queue'), models.Index(condition=models.Q(('danger', 0), ('ended_at__isnull', True)), fields=['practice', 'authored_at'], name='tasks_critical'), models.Index(fields=['practice', 'item'], name='tasks_of_item'), models.Index(fields=['practice', 'number'], name='tasks_by_number'), models.Index(condition=models.Q(('about_id__isnull', False)), fields=['practice', 'about_id'], name='tasks_about'), models.Index(fields=['practice', 'patient', '-authored_at'], name='tasks_of_patient'), models.Index(condition=models.Q(('ended_at__isnull', False)), fields=['practice', 'owner', '-ended_at'], name='tasks_done_by_owner'), models.Index(condition=models.Q(('claimed_until__isnull', False), ('ended_at__isnull', True)), fields=['practice', 'claimed_until'], name='tasks_claimed'), models.Index(condition=models.Q(('closed_with__isnull', False)), fields=['practice', 'closed_with'], name='tasks_closed_along')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('practice', 'item'), name='one_open_task_an_item'), models.UniqueConstraint(condition=models.Q(('category', routing.categories.Category['QUARANTINED_MESSAGE']), ('ended_at__isnull', True)), fields=('practice', 'message_id'), name='one_open_task_a_quarantined_message'), models.UniqueConstraint(condition=models.Q(('about_id__isnull', False), ('ended_at__isnull', True)), fields=('practice', 'category', 'about_id'), name='one_open_task_an_absence'), models.CheckConstraint(condition=models.Q(('status__in', ['ready', 'in-progress', 'on-hold', 'completed', 'cancelled'])), name='task_status_known'), models.CheckConstraint(condition=models.Q(('category__in', ['result-review', 'consult-report', 'referral', 'refill', 'unsigned-order', 'incomplete-note', 'medication-change', 'appointment-follow-up', 'administrative-message', 'prior-authorization', 'misfiled-document', 'quarantined-message', 'overdue-result', 'missing-note', 'missing-report', 'silent-feed', 'visit-checklist'])), name='task_category_known'), models.CheckConstraint(condition=models.Q(('priority__in', ['routine', 'urgent', 'asap', 'stat'])), name='task_priority_known'), models.CheckConstraint(condition=models.Q(('severity__in', ['', 'critical', 'abnormal', 'unknown', 'normal'])), name='task_severity_known'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('status__in', ['cancelled', 'completed'])), models.Q(('ended_at__isnull', True), models.Q(('status__in', ['cancelled', 'completed']), _negated=True)), _connector='OR'), name='task_ended_with_its_status'), models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'normal-told', 'normal-quiet', 'discussed', 'follow-up', 'referred', 'repeat', 'done', 'source-closed', 'override'])), name='task_outcome_known'), models.CheckConstraint(condition=models.Q(models.Q(('claimed_by__isnull', True), ('claimed_until__isnull', True)), models.Q(('claimed_by__isnull', False), ('claimed_until__isnull', False)), _connector='OR'), name='task_lease_whole')],
                    },
                ),
                migrations.CreateModel(
                    name='RoutingDecision',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('at', models.DateTimeField()),
                        ('message_id', models.UUIDField(null=True)),
                        ('facts', models.JSONField()),
                        ('owner', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('queue', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.queue')),
                        ('rule', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.rule')),
                        ('rule_set', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.ruleset')),
                        ('task', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='routing.task')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'task', 'at'], name='decisions_of_task'), models.Index(fields=['practice', 'message_id'], name='decisions_of_message')],
                    },
                ),
                migrations.CreateModel(
                    name='Communication',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('channel', models.CharField(choices=[('portal', 'Portal'), ('phone', 'Phone'), ('letter', 'Letter'), ('in-person', 'In person'), ('text', 'Text message'), ('spoken', 'By phone or in person')], max_length=10)),
                        ('reached', models.BooleanField()),
                        ('at', models.DateTimeField()),
                        ('recorded_at', models.DateTimeField()),
                        ('by_name', models.CharField(max_length=120)),
                        ('by_outcome', models.BooleanField(default=False)),
                        ('withdrawn_at', models.DateTimeField(null=True)),
                        ('withdrawn_by_name', models.CharField(blank=True, max_length=120)),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('patient', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='charts.patient')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('task', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='communications', to='routing.task')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'task', 'at'], name='communications_of_task')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('channel__in', ['portal', 'phone', 'letter', 'in-person', 'text', 'spoken'])), name='communication_channel_known'), models.CheckConstraint(condition=models.Q(('at__lte', models.F('recorded_at'))), name='communication_not_ahead')],
                    },
                ),
                migrations.CreateModel(
                    name='TaskCopy',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('at', models.DateTimeField()),
                        ('by_name', models.CharField(max_length=120)),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('task', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='routing.task')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'member', '-at'], name='copies_of_member')],
                        'constraints': [models.UniqueConstraint(fields=('practice', 'task', 'member'), name='one_copy_a_member')],
                    },
                ),
                migrations.CreateModel(
                    name='TaskNote',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('kind', models.CharField(choices=[('comment', 'Note'), ('hand-off', 'Hand-off note')], max_length=8)),
                        ('text', models.TextField()),
                        ('by_name', models.CharField(max_length=120)),
                        ('at', models.DateTimeField()),
                        ('author', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('task', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='routing.task')),
                        ('to', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'task', 'at'], name='notes_of_task')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['comment', 'hand-off'])), name='note_kind_known'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='note_says_something')],
                    },
                ),
                migrations.CreateModel(
                    name='NoteRead',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('at', models.DateTimeField()),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('note', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reads', to='routing.tasknote')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'note', 'member'), name='note_read_once')],
                    },
                ),
                migrations.CreateModel(
                    name='TaskTransition',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('version', models.PositiveIntegerField()),
                        ('move', models.CharField(choices=[('create', 'Create'), ('claim', 'Claim'), ('release', 'Release'), ('acknowledge', 'Acknowledge'), ('hold', 'Hold'), ('resume', 'Resume'), ('assign', 'Assign'), ('copy', 'Copy'), ('update', 'Update'), ('reroute', 'Reroute'), ('complete', 'Complete'), ('force-close', 'Force Close'), ('cancel', 'Cancel'), ('reopen', 'Reopen')], max_length=15)),
                        ('before', models.CharField(blank=True, max_length=15)),
                        ('after', models.CharField(max_length=15)),
                        ('at', models.DateTimeField()),
                        ('actor_name', models.CharField(max_length=120)),
                        ('reason', models.CharField(blank=True, max_length=250)),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('owner', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('queue', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.queue')),
                        ('task', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='routing.task')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'at'], name='moves_by_time')],
                        'constraints': [models.UniqueConstraint(fields=('practice', 'task', 'version'), name='one_move_a_version'), models.CheckConstraint(condition=models.Q(('move__in', ['create', 'claim', 'release', 'acknowledge', 'hold', 'resume', 'assign', 'copy', 'update', 'reroute', 'complete', 'force-close', 'cancel', 'reopen'])), name='move_known')],
                    },
                ),
                migrations.CreateModel(
                    name='VisitChart',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('begun_at', models.DateTimeField()),
                        ('closed_at', models.DateTimeField(null=True)),
                        ('reopened_at', models.DateTimeField(null=True)),
                        ('reopened_because', models.CharField(blank=True, choices=[('came', 'something new came'), ('changed', 'something in it changed'), ('task', 'a task of it was opened again'), ('line', 'a line of its checklist was opened again'), ('person', 'somebody opened it again')], max_length=10)),
                        ('checklist', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.checklist')),
                        ('closed_by', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('encounter', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='charts', to='charts.encounter')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('reopened_item', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='charts.chartitem')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'encounter'), name='one_chart_a_visit'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by__isnull', True)), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='visit_chart_closed_by_somebody'), models.CheckConstraint(condition=models.Q(('reopened_because__in', ['', 'came', 'changed', 'task', 'line', 'person'])), name='visit_chart_reopening_known')],
                    },
                ),
                migrations.CreateModel(
                    name='VisitLine',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('done_at', models.DateTimeField(null=True)),
                        ('waived', models.CharField(blank=True, max_length=120)),
                        ('ask_at', models.DateTimeField(null=True)),
                        ('chart', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='routing.visitchart')),
                        ('done_by', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('line', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.checklistline')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('ask_at__isnull', False)), fields=['practice', 'ask_at'], name='visit_lines_to_ask')],
                        'constraints': [models.UniqueConstraint(fields=('practice', 'chart', 'line'), name='visit_line_once')],
                    },
                ),
                migrations.CreateModel(
                    name='BacklogCount',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('kind', models.CharField(choices=[('what', 'What'), ('when', 'When'), ('came', 'Came'), ('closed', 'Closed')], max_length=6)),
                        ('location_id', models.UUIDField(null=True)),
                        ('owner_id', models.UUIDField(null=True)),
                        ('queue_id', models.UUIDField(null=True)),
                        ('category', models.CharField(blank=True, max_length=30)),
                        ('severity', models.CharField(blank=True, max_length=10)),
                        ('stage', models.CharField(blank=True, choices=[('unclaimed', 'Unclaimed'), ('owned', 'With a person'), ('waiting', 'Waiting, on hold'), ('escalated', 'Escalated')], max_length=10)),
                        ('is_late', models.BooleanField()),
                        ('day', models.DateField(null=True)),
                        ('n', models.IntegerField()),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'kind', 'location_id', 'owner_id', 'queue_id', 'category', 'severity', 'stage', 'is_late', 'day'), name='backlog_cell_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('kind__in', ['what', 'when', 'came', 'closed'])), name='backlog_cell_kind_known'), models.CheckConstraint(condition=models.Q(('stage__in', ['', 'unclaimed', 'owned', 'waiting', 'escalated'])), name='backlog_stage_known')],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='delegation',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8fd23a04bdfcdb9bdf30095566954b29d2a72100', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_534e3', table='routing_delegation', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='ruleset',
                    trigger=pgtrigger.compiler.Trigger(name='published_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."status" = \'published\')', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1f015fe593bc8bd6e6e764d3cf33657904152311', operation='UPDATE OR DELETE', pgid='pgtrigger_published_is_final_1b326', table='routing_ruleset', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='rule',
                    trigger=pgtrigger.compiler.Trigger(name='published_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nIF EXISTS (SELECT 1 FROM routing_ruleset held\n           WHERE held.practice_id IN (OLD.practice_id, NEW.practice_id)\n             AND held.id IN (OLD.rule_set_id, NEW.rule_set_id) AND held.status = 'published') THEN\n    RAISE EXCEPTION 'the rules of a published version never change';\nEND IF;\nIF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\nRETURN NEW;\n", hash='b1117e5378ebf17474398ecb28cdb4809bc1efb9', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_published_is_final_4b125', table='routing_rule', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='task',
                    trigger=pgtrigger.compiler.Trigger(name='counted_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nINSERT INTO routing_backlogchange (practice_id, id, cells)\nSELECT practice_id, gen_random_uuid(), jsonb_agg(to_jsonb(cell) - 'practice_id')\nFROM (\nSELECT r.practice_id, c.kind, r.location_id, r.owner_id, c.queue_id, c.category, c.severity,\n       c.stage, c.is_late, c.day, sum(r.n) AS n\nFROM (SELECT practice_id, location_id, owner_id, queue_id, category, severity, status, is_late,\nis_escalated, authored_at, ended_at, 1 AS n FROM came) r\nJOIN tenants_practice p ON p.id = r.practice_id\nCROSS JOIN LATERAL (SELECT CASE WHEN r.is_escalated THEN 'escalated'\nWHEN r.status = 'on-hold' THEN 'waiting'\nWHEN r.owner_id IS NOT NULL THEN 'owned' ELSE 'unclaimed' END AS stage) s\nCROSS JOIN LATERAL (VALUES\n  ('what', r.ended_at IS NULL, r.queue_id, r.category, r.severity, s.stage, r.is_late, NULL),\n  ('when', r.ended_at IS NULL, r.queue_id, '', '', s.stage, r.is_late,\n           (r.authored_at AT TIME ZONE p.time_zone)::date),\n  ('came', true, NULL, '', '', '', false, (r.authored_at AT TIME ZONE p.time_zone)::date),\n  ('closed', r.ended_at IS NOT NULL, NULL, '', '', '', false,\n             (r.ended_at AT TIME ZONE p.time_zone)::date)\n) c (kind, counts, queue_id, category, severity, stage, is_late, day)\nWHERE c.counts\nGROUP BY r.practice_id, c.kind, r.location_id, r.owner_id, c.queue_id, c.category, c.severity,\n         c.stage, c.is_late, c.day\nHAVING sum(r.n) <> 0\n) cell GROUP BY practice_id;\nRETURN NULL;\n", hash='6e7640433485b6e6db39dc53cad28a036c8436e2', level='STATEMENT', operation='INSERT', pgid='pgtrigger_counted_on_insert_2da6b', referencing='REFERENCING NEW TABLE AS came ', table='routing_task', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='task',
                    trigger=pgtrigger.compiler.Trigger(name='counted_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nINSERT INTO routing_backlogchange (practice_id, id, cells)\nSELECT practice_id, gen_random_uuid(), jsonb_agg(to_jsonb(cell) - 'practice_id')\nFROM (\nSELECT r.practice_id, c.kind, r.location_id, r.owner_id, c.queue_id, c.category, c.severity,\n       c.stage, c.is_late, c.day, sum(r.n) AS n\nFROM (SELECT practice_id, location_id, owner_id, queue_id, category, severity, status, is_late,\nis_escalated, authored_at, ended_at, -1 AS n FROM went UNION ALL SELECT practice_id, location_id, owner_id, queue_id, category, severity, status, is_late,\nis_escalated, authored_at, ended_at, 1 AS n FROM came) r\nJOIN tenants_practice p ON p.id = r.practice_id\nCROSS JOIN LATERAL (SELECT CASE WHEN r.is_escalated THEN 'escalated'\nWHEN r.status = 'on-hold' THEN 'waiting'\nWHEN r.owner_id IS NOT NULL THEN 'owned' ELSE 'unclaimed' END AS stage) s\nCROSS JOIN LATERAL (VALUES\n  ('what', r.ended_at IS NULL, r.queue_id, r.category, r.severity, s.stage, r.is_late, NULL),\n  ('when', r.ended_at IS NULL, r.queue_id, '', '', s.stage, r.is_late,\n           (r.authored_at AT TIME ZONE p.time_zone)::date),\n  ('came', true, NULL, '', '', '', false, (r.authored_at AT TIME ZONE p.time_zone)::date),\n  ('closed', r.ended_at IS NOT NULL, NULL, '', '', '', false,\n             (r.ended_at AT TIME ZONE p.time_zone)::date)\n) c (kind, counts, queue_id, category, severity, stage, is_late, day)\nWHERE c.counts\nGROUP BY r.practice_id, c.kind, r.location_id, r.owner_id, c.queue_id, c.category, c.severity,\n         c.stage, c.is_late, c.day\nHAVING sum(r.n) <> 0\n) cell GROUP BY practice_id;\nRETURN NULL;\n", hash='fe7e4e38f548b47534adac0956cec44172e7ff22', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_counted_on_update_81044', referencing='REFERENCING OLD TABLE AS went  NEW TABLE AS came ', table='routing_task', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='task',
                    trigger=pgtrigger.compiler.Trigger(name='counted_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nINSERT INTO routing_backlogchange (practice_id, id, cells)\nSELECT practice_id, gen_random_uuid(), jsonb_agg(to_jsonb(cell) - 'practice_id')\nFROM (\nSELECT r.practice_id, c.kind, r.location_id, r.owner_id, c.queue_id, c.category, c.severity,\n       c.stage, c.is_late, c.day, sum(r.n) AS n\nFROM (SELECT practice_id, location_id, owner_id, queue_id, category, severity, status, is_late,\nis_escalated, authored_at, ended_at, -1 AS n FROM went) r\nJOIN tenants_practice p ON p.id = r.practice_id\nCROSS JOIN LATERAL (SELECT CASE WHEN r.is_escalated THEN 'escalated'\nWHEN r.status = 'on-hold' THEN 'waiting'\nWHEN r.owner_id IS NOT NULL THEN 'owned' ELSE 'unclaimed' END AS stage) s\nCROSS JOIN LATERAL (VALUES\n  ('what', r.ended_at IS NULL, r.queue_id, r.category, r.severity, s.stage, r.is_late, NULL),\n  ('when', r.ended_at IS NULL, r.queue_id, '', '', s.stage, r.is_late,\n           (r.authored_at AT TIME ZONE p.time_zone)::date),\n  ('came', true, NULL, '', '', '', false, (r.authored_at AT TIME ZONE p.time_zone)::date),\n  ('closed', r.ended_at IS NOT NULL, NULL, '', '', '', false,\n             (r.ended_at AT TIME ZONE p.time_zone)::date)\n) c (kind, counts, queue_id, category, severity, stage, is_late, day)\nWHERE c.counts\nGROUP BY r.practice_id, c.kind, r.location_id, r.owner_id, c.queue_id, c.category, c.severity,\n         c.stage, c.is_late, c.day\nHAVING sum(r.n) <> 0\n) cell GROUP BY practice_id;\nRETURN NULL;\n", hash='b553b98f7df14db32274d2aa97f68da8aa90bbd9', level='STATEMENT', operation='DELETE', pgid='pgtrigger_counted_on_delete_ac37e', referencing='REFERENCING OLD TABLE AS went ', table='routing_task', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='routingdecision',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='63c697b6ddd6ceac12059cc5786a0be17c25950a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a2c01', table='routing_routingdecision', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='tasknote',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1e13167116c7e5c50f33a6e315646fb043150b0c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f8d5b', table='routing_tasknote', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='noteread',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bccaa422eee4e2e5c8352fd9adea765210bfd8f5', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_68bd0', table='routing_noteread', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='tasktransition',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1c092061a39e05bff6d05b20411cabd088520f89', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b67e4', table='routing_tasktransition', when='BEFORE')),
                ),
            ],
        ),
        Fence(
            "BacklogChange", "Checklist", "ChecklistLine", "Delegation", "ListedCode",
            "OutcomeName", "Queue", "RuleSet", "Rule", "SavedView", "Task",
            "RoutingDecision", "Communication", "TaskCopy", "TaskNote", "NoteRead",
            "TaskTransition", "VisitChart", "VisitLine", "BacklogCount",
        ),
        Revoke("TaskTransition", "UPDATE", "DELETE"),
        Revoke("RoutingDecision", "UPDATE", "DELETE"),
    ]
