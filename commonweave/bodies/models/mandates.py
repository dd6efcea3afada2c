"""On what a body rests, and for how long."""

from __future__ import annotations

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from commonweave.bodies.models.bodies import Body


class Mandate(models.Model):
    """From when to when a body may act, on what, and when that is looked at again. One at a time; earlier ones stay."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="mandates", db_index=False)
    during = DateRangeField()
    review_on = models.DateField(null=True)
    legal_basis = models.CharField(max_length=300, blank=True)
    legal_url = models.URLField(max_length=600, blank=True)
    terms = models.TextField(max_length=4000, blank=True)
    language = models.CharField(max_length=12)

    class Meta:
        constraints = (
            ExclusionConstraint(
                name="mandate_one_at_a_time",
                expressions=[("body", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=Q(during__startswith__isnull=False), name="mandate_begins_on_a_day"),
            models.CheckConstraint(
                condition=Q(review_on__isnull=True) | Q(during__contains=models.F("review_on")),
                name="mandate_reviewed_within",
            ),
        )
