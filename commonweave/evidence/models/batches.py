"""A list of publications on its way in."""

from __future__ import annotations

import uuid

from django.db import models


class Batch(models.Model):
    """What was read from a list that somebody sent, until they have looked at it: `rows` are facts, nothing is a record yet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.UUIDField()
    holder = models.UUIDField()
    on = models.DateField()
    name = models.CharField(max_length=100)
    rows = models.JSONField()
