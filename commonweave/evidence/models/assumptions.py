"""What the field takes for granted, what speaks for and against it, how that changed, and who relies on it."""

from __future__ import annotations

import uuid

from django.db import models

from commonweave.base.text import TextField
from commonweave.evidence.models.records import Record
from commonweave.people.models import Organisation, Person


class AssumptionState(models.TextChoices):
    """What is known of an assumption; codes of the vocabulary `assumption-state`."""

    OPEN = "open"
    SUPPORTED = "supported"
    CONTESTED = "contested"
    REFUTED = "refuted"


class Side(models.TextChoices):
    """What a study says of an assumption; codes of the vocabulary `assumption-side`."""

    FOR = "for"
    AGAINST = "against"
    UNCLEAR = "unclear"


class Assumption(models.Model):
    """One sentence that programmes are built on. `state` is that of its newest step."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    statement = TextField()
    state = models.CharField(max_length=9, choices=AssumptionState, default=AssumptionState.OPEN)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="assumptions")
    on = models.DateField()

    class Meta:
        indexes = (models.Index(fields=["-on", "id"], name="assumption_newest"),)


class AssumptionStep(models.Model):
    """What somebody called an assumption on some day, and why. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assumption = models.ForeignKey(Assumption, on_delete=models.CASCADE, related_name="steps")
    state = models.CharField(max_length=9, choices=AssumptionState)
    reason = models.CharField(max_length=1000)
    language = models.CharField(max_length=12)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="assumption_steps")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="assumption_steps")
    done_at = models.DateTimeField()


class AssumptionEvidence(models.Model):
    """A record that bears on an assumption, and how."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assumption = models.ForeignKey(Assumption, on_delete=models.CASCADE, related_name="evidence")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="bears_on")
    side = models.CharField(max_length=7, choices=Side)
    note = models.CharField(max_length=500)
    language = models.CharField(max_length=12)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="assumption_evidence")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="assumption_evidence")
    on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["assumption", "record"], name="assumption_record_once"),)


class Reliance(models.Model):
    """Who builds on an assumption: an organisation says it of a programme of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assumption = models.ForeignKey(Assumption, on_delete=models.CASCADE, related_name="reliances")
    programme = models.CharField(max_length=200)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="reliances")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="reliances")
    on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["assumption", "organisation", "programme"], name="reliance_once"),
        )
