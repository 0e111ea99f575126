from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('charts', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='chartitem',
            name='answers',
            field=models.JSONField(default=list),
        ),
    ]
