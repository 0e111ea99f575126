
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('escalation', '0012_digest_by_hour'),
        ('routing', '0018_fence_checklists'),
        ('tenants', '0008_unheard_wakes'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='target',
            name='target_category_known',
        ),
        migrations.AlterField(
            model_name='target',
            name='category',
            field=models.CharField(blank=True, choices=[('result-review', 'Result review'), ('consult-report', 'Consult report'), ('referral', 'Referral'), ('refill', 'Refill'), ('unsigned-order', 'Unsigned order'), ('incomplete-note', 'Incomplete note'), ('medication-change', 'Medication change'), ('appointment-follow-up', 'Appointment follow up'), ('administrative-message', 'Administrative message'), ('prior-authorization', 'Prior authorization'), ('misfiled-document', 'Misfiled document'), ('quarantined-message', 'Quarantined message'), ('overdue-result', 'Overdue result'), ('missing-note', 'Missing note'), ('missing-report', 'Missing report'), ('silent-feed', 'Silent feed'), ('visit-checklist', 'Visit checklist')], max_length=30),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.CheckConstraint(condition=models.Q(('category__in', ['', 'result-review', 'consult-report', 'referral', 'refill', 'unsigned-order', 'incomplete-note', 'medication-change', 'appointment-follow-up', 'administrative-message', 'prior-authorization', 'misfiled-document', 'quarantined-message', 'overdue-result', 'missing-note', 'missing-report', 'silent-feed', 'visit-checklist'])), name='target_category_known'),
        ),
    ]
