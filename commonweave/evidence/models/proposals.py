"""What somebody without an account sends in: read by administrators of the organisation that was chosen, published by nobody."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from commonweave.evidence.models.records import Record

MOST_WAITING = 30
"""As many wait for one organisation at once; each has one of its places, so that the database counts for a stranger."""


class Proposal(models.Model):
    """A study that was sent in, as its sender described it. Of a decided one its title, the decision and the reason are left.

    `contact` is sealed with a key of the node, and gone with the decision, like everything else but the title. `code_hash`
    stands for the code with which the sender asks what became of it; the code is not kept. `content_hash` stands for all
    that was said of it, so that the same waits once.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting"
        TAKEN = "taken"
        DECLINED = "declined"

    class Reason(models.TextChoices):
        """Why it was declined."""

        HERE = "here"
        NOT_FOUND = "not_found"
        NO_STUDY = "no_study"
        PEOPLE = "people"
        OTHER = "other"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    holder = models.UUIDField()
    place = models.PositiveSmallIntegerField(null=True)
    code_hash = models.BinaryField(unique=True)
    content_hash = models.BinaryField(null=True)
    on = models.DateField()
    title = models.CharField(max_length=600)
    language = models.CharField(max_length=12)
    kind = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    authors = models.JSONField(default=list)
    doi = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=600, blank=True)
    publisher = models.CharField(max_length=300, blank=True)
    words = models.CharField(max_length=2000, blank=True)
    words_language = models.CharField(max_length=12)
    contact = models.BinaryField(default=bytes)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=9, choices=Reason, blank=True)
    reason_words = models.CharField(max_length=500, blank=True)
    record = models.ForeignKey(Record, null=True, on_delete=models.PROTECT, related_name="proposals")
    decided_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["holder", "place"], name="proposal_place"),
            models.UniqueConstraint(fields=["holder", "content_hash"], name="proposal_content"),
            models.CheckConstraint(
                condition=Q(state="waiting", place__range=(1, MOST_WAITING), record__isnull=True, reason="")
                | Q(state="taken", place__isnull=True, record__isnull=False, reason="", decided_on__isnull=False)
                | Q(state="declined", place__isnull=True, record__isnull=True, decided_on__isnull=False)
                & ~Q(reason="")
                & ~Q(reason_words=""),
                name="proposal_decided",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(contact=b"", words="", authors=[]), name="proposal_decided_is_bare"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(content_hash__isnull=True), name="proposal_decided_is_no_copy"
            ),
            models.CheckConstraint(condition=Q(year__range=(1500, 2200)), name="proposal_year"),
        )
