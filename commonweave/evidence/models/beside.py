"""What others write beside a record: the programme's reply, and where it was used since."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from commonweave.evidence.models.records import Direction, Record
from commonweave.people.models import Organisation, Person


class ReplyLink(models.Model):
    """An address that the holder of a record hands to those who ran the programme: one reply, without an account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="reply_links")
    token_hash = models.BinaryField(unique=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reply_links")
    expires_on = models.DateField()


class Reply(models.Model):
    """What those who ran a programme say to its rating. Shown at once; of a refused one the reason is left.

    `refused` is "" or why: against the law, or abuse. Nothing else is a reason.
    """

    class Refused(models.TextChoices):
        """The only two reasons for taking a reply away."""

        LAW = "law"
        ABUSE = "abuse"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="replies")
    programme = models.CharField(max_length=200)
    words = models.CharField(max_length=3000, blank=True)
    language = models.CharField(max_length=12)
    on = models.DateField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="replies")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="replies")
    link = models.OneToOneField(ReplyLink, null=True, on_delete=models.PROTECT, related_name="reply")
    refused = models.CharField(max_length=5, choices=Refused, blank=True)
    refused_words = models.CharField(max_length=500, blank=True)
    refused_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(refused="") & ~Q(words="")
                | Q(refused__in=("law", "abuse"), words="", refused_on__isnull=False) & ~Q(refused_words=""),
                name="reply_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation__isnull=False, link__isnull=True)
                | Q(person__isnull=True, organisation__isnull=True, link__isnull=False),
                name="reply_by_member_or_link",
            ),
        )


class Adaptation(models.Model):
    """Where something was used since: what was changed, and what happened, harm included. Its record's holder looks first."""

    class State(models.TextChoices):
        """Where a note stands."""

        WAITING = "waiting"
        SHOWN = "shown"
        DECLINED = "declined"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="adaptations")
    place = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    year = models.PositiveSmallIntegerField()
    changed = models.CharField(max_length=1000)
    happened = models.CharField(max_length=13, choices=Direction)
    words = models.CharField(max_length=1000)
    language = models.CharField(max_length=12)
    on = models.DateField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="adaptations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="adaptations")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=500, blank=True)
    decided_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(reason=""), name="adaptation_declined_why"),
            models.CheckConstraint(condition=Q(year__range=(1900, 2200)), name="adaptation_year"),
        )
