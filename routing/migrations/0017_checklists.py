
import django.db.models.deletion
import tenants.ids
import tenants.models
import tenants.scope
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_access_version'),
        ('charts', '0010_visit_types'),
        ('routing', '0016_fence_saved_view'),
        ('tenants', '0008_unheard_wakes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Checklist',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                ('visit_type', models.CharField(max_length=12)),
                ('version', models.PositiveIntegerField()),
                ('published_at', models.DateTimeField()),
                ('published_by', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ChecklistLine',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                ('position', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=80)),
                ('answered_by', models.CharField(blank=True, choices=[('note-signed', 'The note is signed'), ('orders-signed', 'No order waits for a signature'), ('results-reviewed', 'Every result came and is closed'), ('referrals-sent', 'No referral waits to be arranged')], max_length=20)),
                ('role', models.CharField(choices=[('physician', 'Physician'), ('nurse', 'Nurse'), ('medical-assistant', 'Medical assistant'), ('care-coordinator', 'Care coordinator'), ('supervisor', 'Supervisor'), ('practice-manager', 'Practice manager'), ('it', 'IT'), ('privacy-officer', 'Privacy officer')], max_length=20)),
                ('hours', models.PositiveSmallIntegerField(default=0)),
                ('checklist', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='routing.checklist')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='VisitChart',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                ('begun_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('reopened_at', models.DateTimeField(null=True)),
                ('reopened_because', models.CharField(blank=True, choices=[('came', 'something new came'), ('changed', 'something in it changed'), ('task', 'a task of it was opened again'), ('line', 'a line of its checklist was opened again'), ('person', 'somebody opened it again')], max_length=10)),
                ('checklist', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.checklist')),
                ('closed_by', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('encounter', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='charts', to='charts.encounter')),
                ('reopened_item', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='charts.chartitem')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='VisitLine',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                ('done_at', models.DateTimeField(null=True)),
                ('waived', models.CharField(blank=True, max_length=120)),
                ('ask_at', models.DateTimeField(null=True)),
                ('chart', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='routing.visitchart')),
                ('done_by', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('line', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.checklistline')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.RemoveConstraint(
            model_name='task',
            name='task_category_known',
        ),
        migrations.AlterField(
            model_name='task',
            name='category',
            field=models.CharField(choices=[('result-review', 'Result review'), ('consult-report', 'Consult report'), ('referral', 'Referral'), ('refill', 'Refill'), ('unsigned-order', 'Unsigned order'), ('incomplete-note', 'Incomplete note'), ('medication-change', 'Medication change'), ('appointment-follow-up', 'Appointment follow up'), ('administrative-message', 'Administrative message'), ('prior-authorization', 'Prior authorization'), ('misfiled-document', 'Misfiled document'), ('quarantined-message', 'Quarantined message'), ('overdue-result', 'Overdue result'), ('missing-note', 'Missing note'), ('missing-report', 'Missing report'), ('silent-feed', 'Silent feed'), ('visit-checklist', 'Visit checklist')], max_length=30),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(('category__in', ['result-review', 'consult-report', 'referral', 'refill', 'unsigned-order', 'incomplete-note', 'medication-change', 'appointment-follow-up', 'administrative-message', 'prior-authorization', 'misfiled-document', 'quarantined-message', 'overdue-result', 'missing-note', 'missing-report', 'silent-feed', 'visit-checklist'])), name='task_category_known'),
        ),
        migrations.AddConstraint(
            model_name='checklist',
            constraint=models.UniqueConstraint(fields=('practice', 'visit_type', 'version'), name='checklist_version_once'),
        ),
        migrations.AddConstraint(
            model_name='checklist',
            constraint=models.CheckConstraint(condition=models.Q(('visit_type__in', ['office', 'telehealth', 'wellness', 'procedure', 'other'])), name='checklist_visit_type_known'),
        ),
        migrations.AddConstraint(
            model_name='checklistline',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['physician', 'nurse', 'medical-assistant', 'care-coordinator', 'supervisor', 'practice-manager', 'it', 'privacy-officer'])), name='checklist_line_role_known'),
        ),
        migrations.AddConstraint(
            model_name='checklistline',
            constraint=models.UniqueConstraint(fields=('practice', 'checklist', 'position'), name='checklist_line_once'),
        ),
        migrations.AddConstraint(
            model_name='checklistline',
            constraint=models.CheckConstraint(condition=models.Q(('answered_by__in', ['', 'note-signed', 'orders-signed', 'results-reviewed', 'referrals-sent'])), name='checklist_line_answer_known'),
        ),
        migrations.AddConstraint(
            model_name='visitchart',
            constraint=models.UniqueConstraint(fields=('practice', 'encounter'), name='one_chart_a_visit'),
        ),
        migrations.AddConstraint(
            model_name='visitchart',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by__isnull', True)), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='visit_chart_closed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='visitchart',
            constraint=models.CheckConstraint(condition=models.Q(('reopened_because__in', ['', 'came', 'changed', 'task', 'line', 'person'])), name='visit_chart_reopening_known'),
        ),
        migrations.AddIndex(
            model_name='visitline',
            index=models.Index(condition=models.Q(('ask_at__isnull', False)), fields=['practice', 'ask_at'], name='visit_lines_to_ask'),
        ),
        migrations.AddConstraint(
            model_name='visitline',
            constraint=models.UniqueConstraint(fields=('practice', 'chart', 'line'), name='visit_line_once'),
        ),
    ]
