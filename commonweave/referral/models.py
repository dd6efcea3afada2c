"""Who outside this network can help: official forms, telephones, charities."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from commonweave.base.text import TextField
from commonweave.places.models import Place


class Destination(models.Model):
    """An outside service for a place and all beneath it. `source` and `checked_on` say how we know it is right."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    names = TextField()
    about = TextField()
    kind = models.CharField(max_length=40)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="destinations")
    report_kinds = ArrayField(models.CharField(max_length=40), default=list)
    telephone = models.CharField(max_length=40, blank=True)
    url = models.URLField(blank=True)
    languages = ArrayField(models.CharField(max_length=12), default=list)
    hours = TextField()
    free = models.BooleanField(default=False)
    source = models.URLField(blank=True)
    checked_on = models.DateField(null=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=["place", "position", "id"], name="destination_place"),)
