"""How publications are judged: a draft that only its rater reads, appraisals that never change, and how two were settled."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from commonweave.evidence.models.records import Direction, Record
from commonweave.people.models import Organisation, Person


class Interest(models.TextChoices):
    """What a rater has to do with the programme. Whoever ran it rates themselves, and the page says so."""

    NONE = "none"
    SOME = "some"
    RAN = "ran"


class SmsVersion(models.TextChoices):
    """The two Maryland scales in use; both count from 1 to 5 and mean different things."""

    WWG = "What Works Growth"  # whatworksgrowth.org/resources/the-scientific-maryland-scale
    ORIGINAL = "Sherman 1997"


class AppraisalDraft(models.Model):
    """An appraisal on its way. While it is here its rater sees no other appraisal of this record: the row policy asks."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="drafts")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="appraisal_drafts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="appraisal_drafts")
    interest = models.CharField(max_length=4, choices=Interest)
    interest_words = models.CharField(max_length=500, blank=True)
    seen_others = models.BooleanField()
    design = models.CharField(max_length=40)
    began_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["record", "person"], name="appraisal_draft_once"),)


class Appraisal(models.Model):
    """What one rater made of one publication, written once. `follows` is what the same rater said before.

    `answers` says criterion → {"value", "reason", "note"}, codes of the vocabularies `appraisal-…`. `name` is empty where
    the rater wished to be shown with the organisation only. `seen_others`: knew another appraisal when this one began.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="appraisals")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appraisals")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="appraisals")
    name = models.CharField(max_length=120, blank=True)
    interest = models.CharField(max_length=4, choices=Interest)
    interest_words = models.CharField(max_length=500, blank=True)
    seen_others = models.BooleanField()
    design = models.CharField(max_length=40)
    direction = models.CharField(max_length=13, choices=Direction)
    sms_version = models.CharField(max_length=40, choices=SmsVersion, blank=True)
    answers = models.JSONField(default=dict)
    words = models.CharField(max_length=1000, blank=True)
    language = models.CharField(max_length=12)
    done_at = models.DateTimeField()
    follows = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="followed_by")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["record", "person"], condition=Q(follows__isnull=True), name="appraisal_first_once"
            ),
            models.CheckConstraint(condition=Q(interest__in=Interest.values), name="appraisal_interest"),
            models.CheckConstraint(
                condition=Q(interest=Interest.NONE) | ~Q(interest_words=""), name="appraisal_says_interest"
            ),
            models.CheckConstraint(
                condition=Q(direction__in=[each for each in Direction.values if each != Direction.UNKNOWN]),
                name="appraisal_direction",
            ),
        )


class Settlement(models.Model):
    """What holds where two disagree, and why: said by one of them and agreed to by the other, or by a third person.

    `choices` says what was judged → the code that holds, for each difference.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="settlements")
    first = models.ForeignKey(Appraisal, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Appraisal, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="settlements")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="settlements")
    name = models.CharField(max_length=120, blank=True)
    third = models.BooleanField()
    choices = models.JSONField()
    reason = models.CharField(max_length=1000)
    language = models.CharField(max_length=12)
    done_at = models.DateTimeField()
    agreed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="agreements")
    agreed_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="settlement_has_reason"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="settlement_of_two"),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("person")), name="settlement_agreed_by_another"
            ),
        )
