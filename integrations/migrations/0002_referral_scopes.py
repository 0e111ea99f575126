import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='apikey',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('tasks:read', 'Tasks Read'), ('tasks:write', 'Tasks Write'), ('events:write', 'Events Write'), ('referrals:read', 'Referrals Read'), ('referrals:write', 'Referrals Write')], max_length=20), size=None),
        ),
    ]
