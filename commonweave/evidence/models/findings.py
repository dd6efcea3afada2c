"""What studies say together, as it stood on each day that it changed."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Finding(models.Model):
    """What all public effects of one thing that was tried, for one outcome, on one scale came to on one day.

    Reckoned by the worker from CLEAR records only, so anybody may read it. `number` counts from 1; the newest is `latest`.
    `inputs` say which effects went in (record → effects), never their numbers: a withdrawn record leaves none behind.
    `left_out` are records about people whom another already stands for. `digest` (SHA-256) is of all that was weighed:
    the same digest, the same finding. Numbers are on `scale`, as `synthesis.findings` has them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    intervention = models.CharField(max_length=40)
    outcome = models.CharField(max_length=40)
    scale = models.CharField(max_length=8)
    number = models.PositiveIntegerField()
    latest = models.BooleanField(default=True)
    reckoned_at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    helpful = models.SmallIntegerField()
    design = models.PositiveSmallIntegerField()
    studies = models.PositiveIntegerField()
    results = models.PositiveIntegerField()
    helped = models.PositiveIntegerField()
    harmed = models.PositiveIntegerField()
    mean = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    ahead_low = models.FloatField(null=True)
    ahead_high = models.FloatField(null=True)
    lacking: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=20), default=list)
    inputs = models.JSONField(default=dict)
    left_out = models.JSONField(default=list)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["intervention", "outcome", "scale", "number"], name="finding_number"),
            models.UniqueConstraint(
                fields=["intervention", "outcome", "scale"], condition=Q(latest=True), name="finding_latest"
            ),
            models.CheckConstraint(
                condition=Q(mean__isnull=True) | Q(studies__gte=3), name="finding_pools_three_or_more"
            ),
        )
