"""The queue moves from the floor `site` to its own, with all it holds: rows, rights and row policies stay."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    dependencies = [("site", "0002_mail")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "alter table site_mail rename to delivery_mail;"
                    "alter index site_mail_pkey rename to delivery_mail_pkey;",
                    "alter table delivery_mail rename to site_mail;"
                    "alter index delivery_mail_pkey rename to site_mail_pkey;",
                ),
            ],
            state_operations=[
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
            ],
        ),
    ]
