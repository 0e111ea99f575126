from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0002_wake_referral'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='wake',
            name='wake_topic_known',
        ),
        migrations.AlterField(
            model_name='wake',
            name='topic',
            field=models.CharField(choices=[('task', 'A task changed: its clocks may have to'), ('clock', 'A step of a ladder is due'), ('page', 'Somebody must be paged'), ('intent', 'Something must be said to a person'), ('unheard', 'A page is out: it may have to go another way'), ('unreached', 'A person cannot be reached: somebody else must be found'), ('staff', 'A member goes, is away or comes back: their work may have to move'), ('day', "A moment of a location's day has come: its numbers are frozen"), ('referral', 'A referral, its report or its patient changed: its facts may have to'), ('cadence', 'Something of a referral lacks by now: somebody must be asked'), ('carry', 'A packet must go out, or what became of it is not known'), ('answered', 'A patient answered: what it is about may have to change')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='wake',
            constraint=models.CheckConstraint(condition=models.Q(('topic__in', ['task', 'clock', 'page', 'intent', 'unheard', 'unreached', 'staff', 'day', 'referral', 'cadence', 'carry', 'answered'])), name='wake_topic_known'),
        ),
    ]
