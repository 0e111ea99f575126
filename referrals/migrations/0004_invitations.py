import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import tenants.ids
import tenants.models
import tenants.scope
from django.db import migrations, models

from tenants.fence import Fence, Revoke


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0003_cadence'),
        ('tenants', '0004_door_invitation'),
    ]

    operations = [
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('link_digest', models.CharField(max_length=64)),
                ('code_digest', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('last_opened_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('locked_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                ('referral', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='referrals.referral')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=80)),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('source', models.CharField(choices=[('order', 'order'), ('message', 'message'), ('direct', 'direct'), ('fax', 'fax'), ('form', 'form'), ('patient', 'patient'), ('staff', 'staff'), ('upload', 'upload'), ('engine', 'engine')], max_length=10)),
                ('invitation', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='referrals.invitation')),
                ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                ('referral', tenants.models.PracticeForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='referrals.referral')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(fields=['practice', 'referral'], name='invitations_of_referral'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(fields=('practice', 'link_digest'), name='invitation_link_once'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(fields=('practice', 'code_digest'), name='invitation_code_once'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='invitation_lasts'),
        ),
        migrations.AddIndex(
            model_name='remark',
            index=models.Index(fields=['practice', 'referral'], name='remarks_of_referral'),
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=models.UniqueConstraint(fields=('practice', 'invitation', 'key'), name='remark_once'),
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='remark_says_something'),
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['order', 'message', 'direct', 'fax', 'form', 'patient', 'staff', 'upload', 'engine'])), name='remark_source_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='remark',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d2e4308d881603f3ec48ae8b2c3ce1a579a13fb1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_8ca73', table='referrals_remark', when='BEFORE')),
        ),
        Fence("Invitation", "Remark"),
        Revoke("Remark", "UPDATE", "DELETE"),
    ]
