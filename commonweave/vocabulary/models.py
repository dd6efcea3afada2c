"""Concept schemes in the shape of SKOS: codes that are stored, words that people read."""

from __future__ import annotations

import uuid

from django.db import models

from commonweave.base.text import TextField


class Scheme(models.Model):
    """A list of concepts, such as the kinds of a report or its outcomes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(unique=True)
    names = TextField()


class Concept(models.Model):
    """One meaning: the plain label residents read, the exact one staff work with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="concepts")
    code = models.CharField(max_length=40)
    public_label = TextField()
    working_label = TextField()
    definition = TextField()
    broader = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="narrower")
    position = models.PositiveSmallIntegerField(default=0)
    retired_on = models.DateField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["scheme", "code"], name="concept_code"),)
