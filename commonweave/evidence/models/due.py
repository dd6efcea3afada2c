"""Evaluations that somebody promised to publish, and what became of them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from commonweave.evidence.models.records import Record
from commonweave.sharing.models import Protected


class DueEvaluation(Protected):
    """An evaluation that is due. Its status follows from days and facts (`rules.due_status`) and is never stored.

    `fulfilled_on` is when its record is out, a day to come while an embargo runs; the
    database takes it away when the record is withdrawn, or leaves the sight of those who read the row. `first_due_on` stays when the day moves.
    CLEAR only where the funder agreed to that; else the organisation that holds the row reads it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.CharField(max_length=200)
    funder = models.CharField(max_length=200)
    runner = models.CharField(max_length=200)
    first_due_on = models.DateField()
    due_on = models.DateField()
    record = models.ForeignKey(Record, null=True, on_delete=models.SET_NULL, related_name="promised")
    fulfilled_on = models.DateField(null=True)
    excuse = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = (models.Index(fields=["due_on", "id"], name="due_order"),)
        constraints = (
            models.CheckConstraint(condition=Q(tlp__in=("CLEAR", "AMBER")), name="due_label"),
            models.CheckConstraint(
                condition=Q(fulfilled_on__isnull=True) | Q(record__isnull=False), name="due_fulfilled_by_a_record"
            ),
        )
