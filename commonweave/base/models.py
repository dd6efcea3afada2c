"""The journal's rows. Nobody updates or deletes them; the database refuses it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now


class JournalEntry(models.Model):
    """What happened, written by actions only. What a resident did has a date and no time of day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    on = models.DateField()
    at = models.DateTimeField(null=True)
    verb = models.CharField(max_length=60)
    actor = models.UUIDField(null=True)
    organisations = models.JSONField(default=list)
    kind = models.CharField(max_length=40)
    subject = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["on", "id"], name="journal_on"),)


class JournalBatch(models.Model):
    """A signed Merkle root over a run of entries, chained to the one before."""

    number = models.BigIntegerField(primary_key=True)
    size = models.PositiveIntegerField()
    previous = models.BinaryField()
    root = models.BinaryField()
    signature = models.BinaryField()
    sealed_on = models.DateField(db_default=Now())


class JournalLeaf(models.Model):
    """Where a sealed entry stands: its number in the whole journal and its hash."""

    number = models.BigIntegerField(primary_key=True)
    entry = models.UUIDField(unique=True)
    batch = models.ForeignKey(JournalBatch, on_delete=models.PROTECT)
    hash = models.BinaryField()


class JournalBell(models.Model):
    """An entry whose bell was rung (so that it never rings twice)."""

    entry = models.UUIDField(primary_key=True)
