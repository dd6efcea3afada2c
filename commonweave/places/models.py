"""The tree of places, areas that overlap it, and settings inherited downwards."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from commonweave.base.text import TextField


class BoundaryKind(models.TextChoices):
    """How true a boundary is; pages say so wherever it is drawn."""

    REAL = "real"
    APPROXIMATE = "approximate"
    SYNTHETIC = "synthetic"
    NONE = "none"


class Place(models.Model):
    """A country, region, city, ward, village: any depth, any type.

    `lineage` holds the ids from the root down to this place itself. `settings` holds only what this place
    says itself; `places.atlas` answers with what it inherits. `point` is [longitude, latitude] in degrees (WGS 84).
    `shown_on_reports` says that a report may carry this place in the clear; finer ones stay sealed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    lineage = ArrayField(models.UUIDField())
    type = models.CharField(max_length=40)
    names = TextField()
    sort_key = models.CharField(max_length=200)
    longitude = models.FloatField()
    latitude = models.FloatField()
    boundary = models.JSONField(null=True)
    boundary_kind = models.CharField(max_length=12, choices=BoundaryKind, default=BoundaryKind.NONE)
    population = models.PositiveIntegerField(null=True)
    shown_on_reports = models.BooleanField(default=True)
    settings = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["parent", "sort_key", "id"], name="place_parent"),)
        constraints = (
            models.CheckConstraint(condition=Q(latitude__range=(-90, 90)), name="place_latitude"),
            models.CheckConstraint(condition=Q(longitude__range=(-180, 180)), name="place_longitude"),
        )


class Area(models.Model):
    """A police area, service area or regional hub: a set of places that need not follow the tree."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=40)
    names = TextField()
    synthetic = models.BooleanField(default=False)
    places = models.ManyToManyField(Place, related_name="areas")


class Edition(models.Model):
    """One row whose number grows with every change, so that processes know when to read the places again."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=1)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="edition_single"),)
