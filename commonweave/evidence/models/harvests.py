"""Libraries of others that are harvested, how far that has come, and what came from where."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from commonweave.evidence.models.records import Record


class HarvestState(models.TextChoices):
    """Where a harvest stands. STOPPED: by its source, by a limit or by a person; it goes on from the same page."""

    WAITING = "waiting"
    STOPPED = "stopped"
    DONE = "done"


class Harvest(models.Model):
    """A library at an address, and one set of it. `token` is the next page of a run, `since` the newest day that came whole.

    `newest` is the newest day of the list that is read; `fault` is the code of why it stopped. A run is what comes until it
    stops or is done: how many pages, drafts and bytes, and eight bytes of each of its `tokens`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    holder = models.UUIDField()
    address = models.CharField(max_length=600)
    oai_set = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=7, choices=HarvestState, default=HarvestState.WAITING)
    token = models.TextField(blank=True)
    since = models.CharField(max_length=40, blank=True)
    newest = models.CharField(max_length=40, blank=True)
    fault = models.CharField(max_length=40, blank=True)
    pages = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    there = models.PositiveIntegerField(default=0)
    unfit = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    run_pages = models.PositiveIntegerField(default=0)
    run_drafts = models.PositiveIntegerField(default=0)
    run_bytes = models.PositiveBigIntegerField(default=0)
    tokens = models.BinaryField(default=b"")
    asked_on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["holder", "address", "oai_set"], name="harvest_once"),
            models.CheckConstraint(condition=Q(state__in=HarvestState.values), name="harvest_state"),
        )


class Harvested(models.Model):
    """One entry of a library, by its identifier there: the draft it became, if any, and whether it was taken back there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    harvest = models.ForeignKey(Harvest, on_delete=models.CASCADE, related_name="entries", db_index=False)
    identifier = models.CharField(max_length=400)
    datestamp = models.CharField(max_length=40, blank=True)
    record = models.ForeignKey(Record, null=True, on_delete=models.SET_NULL, related_name="harvested")
    gone = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["harvest", "identifier"], name="harvested_once"),)
