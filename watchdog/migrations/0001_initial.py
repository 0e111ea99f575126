import django.db.models.deletion
import tenants.together
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tenants', '0001_initial'),
    ]

    operations = [
        tenants.together.Together(
            operations=[
                migrations.CreateModel(
                    name='Heartbeat',
                    fields=[
                        ('name', models.CharField(max_length=60, primary_key=True, serialize=False)),
                        ('every', models.FloatField()),
                        ('at', models.DateTimeField()),
                        ('looked', models.PositiveIntegerField(default=0)),
                        ('fired', models.PositiveIntegerField(default=0)),
                        ('took_ms', models.PositiveIntegerField(default=0)),
                        ('busy_at', models.DateTimeField(null=True)),
                        ('busy_looked', models.PositiveIntegerField(default=0)),
                        ('busy_fired', models.PositiveIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name='ClockReading',
                    fields=[
                        ('process', models.CharField(max_length=120, primary_key=True, serialize=False)),
                        ('at', models.DateTimeField()),
                        ('spread_seconds', models.FloatField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['at'], name='readings_by_time')],
                    },
                ),
                migrations.CreateModel(
                    name='Breach',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('obligation', models.CharField(max_length=40)),
                        ('about', models.UUIDField(null=True)),
                        ('rows', models.PositiveIntegerField(default=1)),
                        ('since', models.DateTimeField(null=True)),
                        ('opened_at', models.DateTimeField()),
                        ('seen_at', models.DateTimeField()),
                        ('closed_at', models.DateTimeField(null=True)),
                        ('pages', models.PositiveIntegerField(default=0)),
                        ('next_page_at', models.DateTimeField(null=True)),
                        ('end_told_at', models.DateTimeField(null=True)),
                        ('practice', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.practice')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['-opened_at'], name='breaches_newest'), models.Index(condition=models.Q(('closed_at__isnull', False), ('end_told_at__isnull', True), ('pages__gt', 0)), fields=['closed_at'], name='breaches_to_end')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('obligation', 'practice'), name='one_open_breach', nulls_distinct=False)],
                    },
                ),
            ],
        ),
    ]
