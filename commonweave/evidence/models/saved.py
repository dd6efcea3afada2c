"""Questions that somebody wants to be told about."""

from __future__ import annotations

import uuid

from django.db import models

from commonweave.people.models import Person


class SavedSearch(models.Model):
    """A question of one person. Nobody else reads it, the organisation neither.

    `question` is what stands behind the "?" of its list's address. `told_until` is the day up to which new records were
    counted, `fresh` how many came since the person looked last.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    question = models.CharField(max_length=2000, blank=True)
    mail = models.BooleanField(default=False)
    told_until = models.DateField()
    fresh = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=["person", "-made_at"], name="saved_search_of"),)
        constraints = (models.CheckConstraint(condition=~models.Q(name=""), name="saved_search_named"),)
