"""The document of a record: one PDF, cleaned, with what it says."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from commonweave.evidence.models.records import Record


class RecordFile(models.Model):
    """A cleaned PDF. Without a record it waits, for its `person` alone, until the form it filled in is saved.

    Who may read it is who may read its record: the row policy asks there. `text` is what it says, for the look at what could
    point to a person; `data` is stored out of line and uncompressed, so that a piece of it is read alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.OneToOneField(Record, null=True, on_delete=models.CASCADE, related_name="file")
    person = models.UUIDField()
    on = models.DateField()
    name = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    text = models.TextField(blank=True)
    data = models.BinaryField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(size__range=(1, 60_000_000)), name="record_file_size"),)
