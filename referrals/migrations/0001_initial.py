import charts.values
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import referrals.states
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
        ('charts', '0002_answers'),
        ('tenants', '0002_wake_referral'),
    ]

    operations = [
        tenants.together.Together(
            operations=[
                migrations.CreateModel(
                    name='Referral',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('referrer_name', models.CharField(blank=True, max_length=120)),
                        ('specialist_name', models.CharField(blank=True, max_length=200)),
                        ('specialty', models.CharField(blank=True, choices=[('allergy', 'allergy'), ('behavioral-health', 'behavioral-health'), ('cardiology', 'cardiology'), ('dentistry', 'dentistry'), ('dermatology', 'dermatology'), ('endocrinology', 'endocrinology'), ('gastroenterology', 'gastroenterology'), ('genetics', 'genetics'), ('gynecology', 'gynecology'), ('hematology', 'hematology'), ('infectious-disease', 'infectious-disease'), ('nephrology', 'nephrology'), ('neurology', 'neurology'), ('nutrition', 'nutrition'), ('oncology', 'oncology'), ('ophthalmology', 'ophthalmology'), ('orthopedics', 'orthopedics'), ('otolaryngology', 'otolaryngology'), ('pain', 'pain'), ('physical-therapy', 'physical-therapy'), ('podiatry', 'podiatry'), ('pulmonology', 'pulmonology'), ('rheumatology', 'rheumatology'), ('sleep', 'sleep'), ('social-service', 'social-service'), ('substance-use', 'substance-use'), ('surgery', 'surgery'), ('urology', 'urology'), ('vascular', 'vascular')], max_length=20)),
                        ('reason', models.CharField(blank=True, max_length=250)),
                        ('question', models.TextField(blank=True)),
                        ('urgency', models.CharField(choices=[('routine', 'routine'), ('urgent', 'urgent'), ('asap', 'asap'), ('stat', 'stat')], default=charts.values.Priority['ROUTINE'], max_length=10)),
                        ('loop_key', models.CharField(max_length=340)),
                        ('ordered_at', models.DateTimeField()),
                        ('expected_on', models.DateField(null=True)),
                        ('transmission', models.CharField(choices=[('none', 'none'), ('queued', 'queued'), ('sent', 'sent'), ('processed', 'processed'), ('delivered', 'delivered'), ('failed', 'failed'), ('unknown', 'unknown')], default='none', max_length=12)),
                        ('acceptance', models.CharField(choices=[('pending', 'pending'), ('question', 'question'), ('accepted', 'accepted'), ('declined', 'declined')], default='pending', max_length=12)),
                        ('appointment', models.CharField(choices=[('none', 'none'), ('booked', 'booked'), ('cancelled', 'cancelled')], default='none', max_length=12)),
                        ('appointment_at', models.DateTimeField(null=True)),
                        ('attendance', models.CharField(choices=[('unknown', 'unknown'), ('seen', 'seen'), ('no-show', 'no-show')], default='unknown', max_length=12)),
                        ('report_state', models.CharField(choices=[('none', 'none'), ('interim', 'interim'), ('received', 'received'), ('withdrawn', 'withdrawn')], default='none', max_length=12)),
                        ('question_answered', models.CharField(choices=[('not-asked', 'not-asked'), ('yes', 'yes'), ('partly', 'partly'), ('no', 'no')], default='not-asked', max_length=12)),
                        ('patient_told', models.CharField(choices=[('no', 'no'), ('yes', 'yes')], default='no', max_length=12)),
                        ('patient_told_at', models.DateTimeField(null=True)),
                        ('authorization', models.CharField(choices=[('unknown', 'unknown'), ('not-needed', 'not-needed'), ('needed', 'needed'), ('requested', 'requested'), ('approved', 'approved'), ('denied', 'denied')], default='unknown', max_length=12)),
                        ('closed_at', models.DateTimeField(null=True)),
                        ('closed_because', models.CharField(blank=True, choices=[('reported', 'reported'), ('withdrawn', 'withdrawn'), ('patient-declined', 'patient-declined'), ('specialist-declined', 'specialist-declined'), ('unreachable', 'unreachable'), ('seen-elsewhere', 'seen-elsewhere'), ('no-longer-needed', 'no-longer-needed'), ('duplicate', 'duplicate'), ('deceased', 'deceased')], max_length=20)),
                        ('step', models.CharField(choices=[('ordered', 'ordered'), ('sent', 'sent'), ('accepted', 'accepted'), ('booked', 'booked'), ('seen', 'seen'), ('answered', 'answered'), ('closed', 'closed')], default=referrals.states.Step['ORDERED'], max_length=10)),
                        ('turn', models.CharField(choices=[('us', 'us'), ('specialist', 'specialist'), ('patient', 'patient'), ('payer', 'payer'), ('nobody', 'nobody')], default=referrals.states.Turn['US'], max_length=10)),
                        ('version', models.PositiveIntegerField(default=0)),
                        ('item', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='charts.chartitem')),
                        ('location', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.location')),
                        ('patient', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='charts.patient')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('referrer', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='accounts.membership')),
                        ('report', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='charts.chartitem')),
                    ],
                    options={
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(fields=['practice', 'patient', '-ordered_at'], name='referrals_of_patient'), models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['practice', 'turn', 'ordered_at'], name='referrals_open_by_turn'), models.Index(fields=['practice', '-ordered_at'], name='referrals_by_day'), models.Index(condition=models.Q(('report__isnull', False)), fields=['practice', 'report'], name='referrals_by_report')],
                        'constraints': [models.UniqueConstraint(fields=('practice', 'loop_key'), name='referral_once'), models.UniqueConstraint(condition=models.Q(('item__isnull', False)), fields=('practice', 'item'), name='one_referral_an_item'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_because', '')), models.Q(('closed_at__isnull', False), models.Q(('closed_because', ''), _negated=True)), _connector='OR'), name='referral_closed_with_its_reason'), models.CheckConstraint(condition=models.Q(('specialty__in', ['', 'allergy', 'behavioral-health', 'cardiology', 'dentistry', 'dermatology', 'endocrinology', 'gastroenterology', 'genetics', 'gynecology', 'hematology', 'infectious-disease', 'nephrology', 'neurology', 'nutrition', 'oncology', 'ophthalmology', 'orthopedics', 'otolaryngology', 'pain', 'physical-therapy', 'podiatry', 'pulmonology', 'rheumatology', 'sleep', 'social-service', 'substance-use', 'surgery', 'urology', 'vascular'])), name='referral_specialty_known'), models.CheckConstraint(condition=models.Q(('urgency__in', ['routine', 'urgent', 'asap', 'stat'])), name='referral_urgency_known'), models.CheckConstraint(condition=models.Q(('transmission__in', ['none', 'queued', 'sent', 'processed', 'delivered', 'failed', 'unknown'])), name='referral_transmission_known'), models.CheckConstraint(condition=models.Q(('acceptance__in', ['pending', 'question', 'accepted', 'declined'])), name='referral_acceptance_known'), models.CheckConstraint(condition=models.Q(('appointment__in', ['none', 'booked', 'cancelled'])), name='referral_appointment_known'), models.CheckConstraint(condition=models.Q(('attendance__in', ['unknown', 'seen', 'no-show'])), name='referral_attendance_known'), models.CheckConstraint(condition=models.Q(('report_state__in', ['none', 'interim', 'received', 'withdrawn'])), name='referral_report_known'), models.CheckConstraint(condition=models.Q(('question_answered__in', ['not-asked', 'yes', 'partly', 'no'])), name='referral_answer_known'), models.CheckConstraint(condition=models.Q(('patient_told__in', ['no', 'yes'])), name='referral_told_known'), models.CheckConstraint(condition=models.Q(('authorization__in', ['unknown', 'not-needed', 'needed', 'requested', 'approved', 'denied'])), name='referral_authorization_known'), models.CheckConstraint(condition=models.Q(('closed_because__in', ['', 'reported', 'withdrawn', 'patient-declined', 'specialist-declined', 'unreachable', 'seen-elsewhere', 'no-longer-needed', 'duplicate', 'deceased'])), name='referral_closure_known'), models.CheckConstraint(condition=models.Q(('step__in', ['ordered', 'sent', 'accepted', 'booked', 'seen', 'answered', 'closed'])), name='referral_step_known'), models.CheckConstraint(condition=models.Q(('turn__in', ['us', 'specialist', 'patient', 'payer', 'nobody'])), name='referral_turn_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Fact',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('key', models.CharField(max_length=120)),
                        ('axis', models.CharField(choices=[('transmission', 'transmission'), ('acceptance', 'acceptance'), ('appointment', 'appointment'), ('attendance', 'attendance'), ('report', 'report'), ('answer', 'answer'), ('told', 'told'), ('authorization', 'authorization')], max_length=15)),
                        ('value', models.CharField(max_length=12)),
                        ('at', models.DateTimeField()),
                        ('told_at', models.DateTimeField()),
                        ('source', models.CharField(choices=[('order', 'order'), ('message', 'message'), ('direct', 'direct'), ('fax', 'fax'), ('form', 'form'), ('patient', 'patient'), ('staff', 'staff'), ('upload', 'upload'), ('engine', 'engine')], max_length=10)),
                        ('actor_name', models.CharField(max_length=120)),
                        ('appointment_at', models.DateTimeField(null=True)),
                        ('detail', models.JSONField(default=dict)),
                        ('held', models.CharField(blank=True, max_length=12)),
                        ('item', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='charts.chartitem')),
                        ('member', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                        ('undoes', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='referrals.fact')),
                        ('referral', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='referrals.referral')),
                    ],
                    options={
                        'abstract': False,
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'indexes': [models.Index(condition=models.Q(('item__isnull', False)), fields=['practice', 'item'], name='facts_of_item')],
                        'constraints': [models.UniqueConstraint(fields=('practice', 'referral', 'key'), name='fact_once'), models.CheckConstraint(condition=models.Q(('axis__in', ['transmission', 'acceptance', 'appointment', 'attendance', 'report', 'answer', 'told', 'authorization'])), name='fact_axis_known'), models.CheckConstraint(condition=models.Q(('source__in', ['order', 'message', 'direct', 'fax', 'form', 'patient', 'staff', 'upload', 'engine'])), name='fact_source_known')],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='fact',
                    trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='49164965f707e79ef5eabfd68be800ae81c0837a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_60b3b', table='referrals_fact', when='BEFORE')),
                ),
            ],
        ),
        Fence("Referral", "Fact"),
        Revoke("Fact", "UPDATE", "DELETE"),
    ]
