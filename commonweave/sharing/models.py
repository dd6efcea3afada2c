"""The lattice's columns, and the released counts that stand for rows nobody else may read."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from commonweave.places.models import Place


class Tlp(models.TextChoices):
    """Traffic Light Protocol 2.0 (FIRST); never translated, pages show plain words instead."""

    CLEAR = "CLEAR"
    GREEN = "GREEN"
    AMBER = "AMBER"
    AMBER_STRICT = "AMBER+STRICT"
    RED = "RED"


class Protected(models.Model):
    """What every protected row carries: its label, who holds it, which organisations and people read it."""

    tlp = models.CharField(max_length=12, choices=Tlp)
    holder = models.UUIDField()
    readers = ArrayField(models.UUIDField(), default=list)
    people = ArrayField(models.UUIDField(), default=list)

    class Meta:
        abstract = True


class Table(models.TextChoices):
    """The fixed set of tables; no other count ever leaves the rows."""

    KINDS = "kinds"
    OUTCOMES = "outcomes"
    GAPS = "gaps"
    ANSWERS = "answers"


class Cell(models.Model):
    """One released count, written once when a period closes and never changed.

    Cells of one table never overlap: each counted thing stands in exactly one of them. `value` is at least
    the smallest number that may be shown. `starts_on`/`ends_on` bound the ISO weeks it covers (inclusive); a cell of
    several weeks holds what no cell of one week or of a finer place tells. `elsewhere` means: somewhere beneath
    `place`, or at the place itself, but not where another cell stands.
    `measure` is "count", or a name of a summary in working days such as "median_answer_days".
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    table = models.CharField(max_length=40)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="cells")
    elsewhere = models.BooleanField(default=False)
    category = models.CharField(max_length=40)
    measure = models.SlugField(default="count")
    starts_on = models.DateField()
    ends_on = models.DateField()
    value = models.IntegerField()
    released_on = models.DateField()

    class Meta:
        indexes = (models.Index(fields=["table", "ends_on", "place"], name="cell_table"),)
        constraints = (
            models.UniqueConstraint(
                fields=["table", "place", "elsewhere", "category", "measure", "starts_on", "ends_on"], name="cell_once"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="cell_period"),
        )


class HeldBack(models.Model):
    """What was too small to show even for a whole country, from `parts` periods since `since`.

    It waits for the end of its year; only the worker reads it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    table = models.CharField(max_length=40)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="held_back")
    category = models.CharField(max_length=40)
    since = models.DateField()
    value = models.IntegerField()
    parts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["table", "place", "category"], name="held_back_once"),)


class ClosedWeek(models.Model):
    """A week whose counts were released (once)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    table = models.CharField(max_length=40)
    country = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="closed_weeks")
    ends_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["table", "country", "ends_on"], name="week_closed_once"),)


class Band(models.Model):
    """How busy the running week is, in three wide bands, written once a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="bands")
    on = models.DateField()
    band = models.CharField(max_length=40)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["place", "on"], name="band_once"),)
