"""Who outside this network can help; and what one team inside it hands over to another."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from commonweave.base.text import TextField
from commonweave.people.models import Team
from commonweave.places.models import Place


class Destination(models.Model):
    """An outside service for a place and all beneath it. `source` and `checked_on` say how we know it is right."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    names = TextField()
    about = TextField()
    kind = models.CharField(max_length=40)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="destinations")
    report_kinds = ArrayField(models.CharField(max_length=40), default=list)
    telephone = models.CharField(max_length=40, blank=True)
    url = models.URLField(blank=True)
    languages = ArrayField(models.CharField(max_length=12), default=list)
    hours = TextField()
    free = models.BooleanField(default=False)
    source = models.URLField(blank=True)
    checked_on = models.DateField(null=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=["place", "position", "id"], name="destination_place"),)


class HandoverState(models.TextChoices):
    """Where a hand-over stands. The day on which it came there stands in the column `<state>_on`."""

    SENT = "sent"
    SEEN = "seen"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"
    RETURNED = "returned"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"


OPEN = (HandoverState.SENT, HandoverState.SEEN, HandoverState.ACCEPTED)


class Handover(models.Model):
    """One team gives something to another and goes on seeing how that stands, never what it is.

    The subject is named by kind and id only: this floor does not know it. `due_on` is the day by which the receiver
    should have looked (sent) or said yes or no (seen). `returned`: nobody there did in time; `moved`: the receiver had
    it, and it went on to a third team; `withdrawn`: whoever it is about took it back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    from_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=HandoverState, default=HandoverState.SENT)
    due_on = models.DateField(null=True)
    sent_on = models.DateField()
    seen_on = models.DateField(null=True)
    accepted_on = models.DateField(null=True)
    declined_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    returned_on = models.DateField(null=True)
    moved_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)
    decline_reason = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = (models.Index(fields=["from_team", "-sent_on", "id"], name="handover_sent"),)
        constraints = (
            models.UniqueConstraint(
                fields=["subject_kind", "subject"], condition=Q(state__in=OPEN), name="handover_one_open"
            ),
            models.CheckConstraint(condition=~Q(from_team=F("to_team")), name="handover_to_another"),
            *(
                models.CheckConstraint(
                    condition=~Q(state=state) | Q(**{f"{state}_on__isnull": False}), name=f"handover_{state}_has_day"
                )
                for state in HandoverState.values
                if state != "sent"
            ),
            models.CheckConstraint(
                condition=Q(state="declined") & ~Q(decline_reason="") | ~Q(state="declined") & Q(decline_reason=""),
                name="handover_declined_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="done") & ~Q(outcome="") | ~Q(state="done") & Q(outcome=""),
                name="handover_done_with_outcome",
            ),
        )
