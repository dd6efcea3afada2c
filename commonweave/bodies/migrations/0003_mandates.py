"""On what a body rests, and for how long; as open as the body itself."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import uuid
from django.db import migrations, models

from commonweave.base.rls import ME, MY_ORGANISATIONS, WEB, protect

OF_OURS = f"exists (select from bodies_body b where b.id = body_id and b.holder = any({MY_ORGANISATIONS}))"
KEPT = f"{ME} is not null and {OF_OURS}"
# What a decision rested on stays: a mandate may end earlier or be looked at on another day, and nothing else of it changes.
NARROW = f"""
revoke update on bodies_mandate from {WEB};
grant update (during, review_on) on bodies_mandate to {WEB};
"""


class Migration(migrations.Migration):

    dependencies = [
        ('bodies', '0002_policies'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('review_on', models.DateField(null=True)),
                ('legal_basis', models.CharField(blank=True, max_length=300)),
                ('legal_url', models.URLField(blank=True, max_length=600)),
                ('terms', models.TextField(blank=True, max_length=4000)),
                ('language', models.CharField(max_length=12)),
                ('body', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='mandates', to='bodies.body')),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('body', '='), ('during', '&&')], name='mandate_one_at_a_time'), models.CheckConstraint(condition=models.Q(('during__startswith__isnull', False)), name='mandate_begins_on_a_day'), models.CheckConstraint(condition=models.Q(('review_on__isnull', True), ('during__contains', models.F('review_on')), _connector='OR'), name='mandate_reviewed_within')],
            },
        ),
        *protect(
            "bodies_mandate", select="exists (select from bodies_body b where b.id = body_id)", insert=KEPT, update=KEPT
        ),
        migrations.RunSQL(NARROW, migrations.RunSQL.noop),
    ]
