"""The one table."""

from __future__ import annotations

import uuid

from django.db import models


class Row(models.Model):
    """One row with a key made in Python and some bytes, as a report has."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.BinaryField()

    class Meta:
        managed = False
        app_label = "bare"
        db_table = 'bench"."row'
