"""When a body meets."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from commonweave.bodies.models.bodies import Body


class Meeting(models.Model):
    """One meeting. `starts_at` is a moment; pages say it in the time of the body's place."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="meetings", db_index=False)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=90)
    where = models.CharField(max_length=200, blank=True)
    called_off = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=["body", "starts_at"], name="meeting_body"),)
        constraints = (
            models.CheckConstraint(condition=Q(minutes__range=(5, 3 * 24 * 60)), name="meeting_lasts"),
            models.UniqueConstraint(fields=["body", "starts_at"], name="meeting_once"),
        )
