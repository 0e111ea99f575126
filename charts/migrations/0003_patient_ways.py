from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('charts', '0002_answers'),
    ]

    operations = [
        migrations.AddField(
            model_name='patient',
            name='email',
            field=models.CharField(blank=True, default='', max_length=254),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='patient',
            name='address',
            field=models.CharField(blank=True, default='', max_length=250),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='patient',
            name='state',
            field=models.CharField(blank=True, default='', max_length=20),
            preserve_default=False,
        ),
    ]
