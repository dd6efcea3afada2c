"""Since when the mailbox of what came back cannot be read: the worker writes it, administrators see it."""

from django.db import migrations, models

from commonweave.base.rls import ADMINISTRATOR, protect


class Migration(migrations.Migration):

    dependencies = [('delivery', '0002_letters_and_returns'), ('base', '0002_policies')]

    operations = [
        migrations.CreateModel(
            name='Outage',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('since', models.DateTimeField()),
                ('reason', models.CharField(max_length=200)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='outage_only_one')],
            },
        ),
        *protect("delivery_outage", select=ADMINISTRATOR),
    ]
