"""What people ask to be studied."""

from __future__ import annotations

import uuid

from django.db import models

from commonweave.people.models import Organisation


class Wish(models.Model):
    """One asks for evidence on what something does for an outcome; no words, nobody's name, no address.

    Of somebody without an account nothing is kept but the day. Members ask for their organisation, once for each field
    of the map; which one it was, no page can read.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    intervention = models.CharField(max_length=40)
    outcome = models.CharField(max_length=40)
    country = models.CharField(max_length=2, blank=True)
    on = models.DateField()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", null=True)

    class Meta:
        indexes = (models.Index(fields=["country", "intervention", "outcome"], name="wish_counted"),)
        constraints = (
            models.UniqueConstraint(fields=["intervention", "outcome", "organisation"], name="wish_once"),
            models.CheckConstraint(condition=models.Q(country__regex="^([A-Z]{2})?$"), name="wish_country"),
        )
