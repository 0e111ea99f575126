import django.contrib.postgres.fields
import django.db.models.deletion
import tenants.ids
import tenants.models
import tenants.scope
import tenants.together
from django.db import migrations, models
from tenants.fence import Fence


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        tenants.together.Together(
            operations=[
                migrations.CreateModel(
                    name='Practice',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=120)),
                        ('slug', models.SlugField(unique=True)),
                        ('time_zone', models.CharField(default='America/New_York', max_length=60, validators=[tenants.models.validate_time_zone])),
                        ('is_active', models.BooleanField(default=True)),
                        ('access', models.JSONField(default=dict, editable=False)),
                    ],
                    options={
                        'ordering': ('name',),
                    },
                ),
                migrations.CreateModel(
                    name='Location',
                    fields=[
                        ('id', models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=120)),
                        ('time_zone', models.CharField(max_length=60, validators=[tenants.models.validate_time_zone])),
                        ('codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None)),
                        ('practice', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.scope.current, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                        'default_manager_name': 'objects',
                        'constraints': [models.UniqueConstraint(fields=('practice', 'name'), name='location_name_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Door',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('member', 'Member'), ('feed', 'Feed'), ('api-key', 'Api Key'), ('mllp-port', 'Mllp Port'), ('client-certificate', 'Client Certificate'), ('phone', 'Phone'), ('duty-feed', 'Duty Feed'), ('mail-domain', 'Mail Domain')], max_length=20)),
                        ('key', models.CharField(max_length=80)),
                        ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('kind', 'key', 'practice'), name='door_once'), models.UniqueConstraint(condition=models.Q(('kind__in', ['member', 'phone', 'mail-domain']), _negated=True), fields=('kind', 'key'), name='machine_door_leads_to_one_practice'), models.CheckConstraint(condition=models.Q(('kind__in', ['member', 'feed', 'api-key', 'mllp-port', 'client-certificate', 'phone', 'duty-feed', 'mail-domain'])), name='door_kind_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Wake',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('topic', models.CharField(choices=[('task', 'A task changed: its clocks may have to'), ('clock', 'A step of a ladder is due'), ('page', 'Somebody must be paged'), ('intent', 'Something must be said to a person'), ('unheard', 'A page is out: it may have to go another way'), ('unreached', 'A person cannot be reached: somebody else must be found'), ('staff', 'A member goes, is away or comes back: their work may have to move'), ('day', "A moment of a location's day has come: its numbers are frozen")], max_length=10)),
                        ('at', models.DateTimeField()),
                        ('about', models.UUIDField()),
                        ('practice', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['topic', 'at'], name='wakes_due'), models.Index(fields=['practice', 'topic', 'at'], name='wakes_of_practice')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('topic__in', ['task', 'clock', 'page', 'intent', 'unheard', 'unreached', 'staff', 'day'])), name='wake_topic_known')],
                    },
                ),
            ],
        ),
        Fence("Location"),
    ]
