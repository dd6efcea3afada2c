"""A body, and who sits on it."""

from __future__ import annotations

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from commonweave.base.text import TextField
from commonweave.people.models import Person
from commonweave.places.models import Place
from commonweave.sharing.models import Protected, Tlp


class Body(Protected):
    """A committee, council, group or forum. Its level is the type of its place; its holder keeps it up to date.

    `lineage` repeats that of its place, so that everything of a country is one look-up.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    names = TextField()
    sort_key = models.CharField(max_length=200)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="bodies")
    purpose = TextField()
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    began_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["sort_key", "id"], name="body_order"),
            models.Index(fields=["place", "sort_key", "id"], name="body_place"),
            models.Index(fields=["holder"], name="body_holder"),
            GinIndex(fields=["readers"], name="body_readers"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(tlp__in=[Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER]), name="body_label"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("began_on")),
                name="body_ends_after_it_began",
            ),
        )


class Seat(models.TextChoices):
    """What somebody does on a body; codes of the vocabulary `seat`."""

    CHAIR = "chair"
    DEPUTY = "deputy"
    SECRETARY = "secretary"
    MEMBER = "member"


class Sitting(models.Model):
    """Somebody on a body, from a day to a day: its history stays. Ending is a date, never a deletion.

    `named` says that everybody who sees the body may read the name; else members of its holder alone do.
    `person` is the account, where there is one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="sittings", db_index=False)
    seat = models.CharField(max_length=9, choices=Seat, default=Seat.MEMBER)
    constituency = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=200)
    comes_from = models.CharField(max_length=200, blank=True)
    named = models.BooleanField(default=False)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="sittings")
    during = DateRangeField()

    class Meta:
        indexes = (models.Index(fields=["body", "sort_key", "id"], name="sitting_body"),)
        constraints = (
            models.CheckConstraint(condition=Q(seat__in=Seat.values), name="sitting_seat"),
            models.CheckConstraint(condition=~Q(name=""), name="sitting_has_a_name"),
            ExclusionConstraint(
                name="sitting_once_at_a_time",
                expressions=[
                    ("body", RangeOperators.EQUAL),
                    ("sort_key", RangeOperators.EQUAL),
                    ("seat", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        )
