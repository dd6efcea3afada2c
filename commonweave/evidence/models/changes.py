"""When what the public sees of a record changed last: what harvesters, sitemaps and feeds read."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class Change(models.Model):
    """The newest change of a record that the public sees or has seen; the database alone writes it (migration 0003).

    `gone`: it is there no more; kind, language, design and direction are then those it had last. `changed_at` lies ahead
    where an embargo ends by itself, and `ends_at` is when such a row comes in place of this one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.UUIDField()
    changed_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    gone = models.BooleanField()
    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=12)
    design = models.CharField(max_length=40)
    direction = models.CharField(max_length=13)

    class Meta:
        indexes = (models.Index(fields=["changed_at", "record"], name="change_order"),)
        constraints = (
            models.UniqueConstraint(fields=["record", "gone"], name="change_once"),
            models.CheckConstraint(condition=Q(ends_at__isnull=True) | Q(gone=True), name="change_ends_when_gone"),
        )
