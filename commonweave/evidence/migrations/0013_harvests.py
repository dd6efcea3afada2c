"""Libraries of others that are harvested: for the administrators of the organisation that asked."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from commonweave.base.rls import ADMINISTRATOR, MY_ORGANISATIONS, protect

KEPT = f"{ADMINISTRATOR} and holder = any({MY_ORGANISATIONS})"
STATES = [("waiting", "Waiting"), ("stopped", "Stopped"), ("done", "Done")]
COUNTS = ("pages", "taken", "there", "unfit", "gone")


class Migration(migrations.Migration):
    """What comes is written by the worker alone."""

    dependencies = [("evidence", "0012_effects")]
    operations = [
        migrations.CreateModel(
            name="Harvest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("holder", models.UUIDField()),
                ("address", models.CharField(max_length=600)),
                ("oai_set", models.CharField(blank=True, max_length=200)),
                ("state", models.CharField(choices=STATES, default="waiting", max_length=7)),
                ("token", models.TextField(blank=True)),
                ("since", models.CharField(blank=True, max_length=40)),
                ("newest", models.CharField(blank=True, max_length=40)),
                ("fault", models.CharField(blank=True, max_length=40)),
                *((name, models.PositiveIntegerField(default=0)) for name in COUNTS),
                ("asked_on", models.DateField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("holder", "address", "oai_set"), name="harvest_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "stopped", "done"])), name="harvest_state"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Harvested",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("identifier", models.CharField(max_length=400)),
                ("datestamp", models.CharField(blank=True, max_length=40)),
                ("gone", models.BooleanField(default=False)),
                (
                    "harvest",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="evidence.harvest",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="harvested",
                        to="evidence.record",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("harvest", "identifier"), name="harvested_once")],
            },
        ),
        *protect("evidence_harvest", select=KEPT, insert=KEPT, update=KEPT),
        *protect("evidence_harvested", select="exists (select from evidence_harvest h where h.id = harvest_id)"),
    ]
