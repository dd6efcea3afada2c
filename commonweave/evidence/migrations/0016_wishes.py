"""What people ask to be studied: everybody may ask and count; who asked, no page reads."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from commonweave.base.rls import MY_ORGANISATIONS, WEB, protect

NARROW = """
revoke select on evidence_wish from {web};
grant select (intervention, outcome, country, "on") on evidence_wish to {web};
"""


class Migration(migrations.Migration):
    """One table."""

    dependencies = [("evidence", "0015_proposals"), ("people", "0016_who_hands_in")]
    operations = [
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("intervention", models.CharField(max_length=40)),
                ("outcome", models.CharField(max_length=40)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("on", models.DateField()),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["country", "intervention", "outcome"], name="wish_counted")],
                "constraints": [
                    models.UniqueConstraint(fields=("intervention", "outcome", "organisation"), name="wish_once"),
                    models.CheckConstraint(condition=models.Q(country__regex="^([A-Z]{2})?$"), name="wish_country"),
                ],
            },
        ),
        *protect(
            "evidence_wish",
            select="true",
            insert=f"organisation_id is null or organisation_id = any({MY_ORGANISATIONS})",
        ),
        migrations.RunSQL(NARROW.format(web=WEB), migrations.RunSQL.noop),
    ]
