"""The outbox. A web request may write a mail; only administrators see those that failed or are kept to be shown."""

import uuid
from django.db import migrations, models

from commonweave.base.rls import ADMINISTRATOR, protect


class Migration(migrations.Migration):

    dependencies = [
        ('site', '0001_rights'),
        ('base', '0002_policies'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('to', models.EmailField(max_length=254)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.BinaryField()),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('accepted', 'Accepted'), ('failed', 'Failed'), ('kept', 'Kept')], default='queued', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, max_length=60)),
                ('written_at', models.DateTimeField()),
                ('next_try', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'next_try', 'id'], name='mail_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'kept']), ('body', b''), _connector='OR'), name='mail_body_gone_when_done')],
            },
        ),
        *protect('site_mail', insert='true', select=f"{ADMINISTRATOR} and state in ('failed', 'kept')"),
    ]
