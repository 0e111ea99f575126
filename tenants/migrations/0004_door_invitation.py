from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0003_wake_cadence'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='door',
            name='door_kind_known',
        ),
        migrations.AlterField(
            model_name='door',
            name='kind',
            field=models.CharField(choices=[('member', 'Member'), ('feed', 'Feed'), ('api-key', 'Api Key'), ('mllp-port', 'Mllp Port'), ('client-certificate', 'Client Certificate'), ('phone', 'Phone'), ('duty-feed', 'Duty Feed'), ('mail-domain', 'Mail Domain'), ('invitation', 'Invitation')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='door',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['member', 'feed', 'api-key', 'mllp-port', 'client-certificate', 'phone', 'duty-feed', 'mail-domain', 'invitation'])), name='door_kind_known'),
        ),
    ]
