"""Limits of a run of harvesting, drafts that nobody has touched, and numbers by which the same publication is looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django.contrib.postgres.indexes
from django.db import migrations, models

import commonweave.evidence.models.records
from commonweave.evidence.models.records import marks_of

if TYPE_CHECKING:
    from django.apps.registry import Apps as StateApps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

OPEN = """
alter table evidence_record no force row level security;
alter table evidence_record disable trigger changed;
"""
SHUT = """
alter table evidence_record enable trigger changed;
alter table evidence_record force row level security;
"""
SOME = 1_000


def mark(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Mark what stands there; harvesters need not hear of it, for the public sees no difference."""
    record = apps.get_model("evidence", "Record")
    rows = record.objects.only("doi", "year", "titles", "marks")
    batch = []
    for row in rows.iterator(SOME):
        row.marks = marks_of(row.doi, row.year, row.titles.texts.values())
        batch.append(row)
        if len(batch) == SOME:
            record.objects.bulk_update(batch, ["marks"])
            batch = []
    record.objects.bulk_update(batch, ["marks"])


class Migration(migrations.Migration):
    """What a harvest may bring has an end."""

    dependencies = [("evidence", "0020_bare")]
    operations = [
        migrations.AddField("harvest", "run_pages", models.PositiveIntegerField(default=0)),
        migrations.AddField("harvest", "run_drafts", models.PositiveIntegerField(default=0)),
        migrations.AddField("harvest", "run_bytes", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("harvest", "tokens", models.BinaryField(default=b"")),
        migrations.AddField("record", "untouched", models.BooleanField(default=False)),
        migrations.AddField("record", "marks", commonweave.evidence.models.records.MarksField()),
        migrations.RunSQL(OPEN, SHUT),
        migrations.RunPython(mark, migrations.RunPython.noop),
        migrations.RunSQL(SHUT, OPEN),
        migrations.AddIndex("record", django.contrib.postgres.indexes.GinIndex(fields=["marks"], name="record_marks")),
    ]
