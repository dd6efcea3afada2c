"""Mails on their way. No mail ever carries what a report says."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class MailState(models.TextChoices):
    """Where a mail stands. `kept`: shown to administrators of a demonstration instead of sent."""

    QUEUED = "queued"
    ACCEPTED = "accepted"
    FAILED = "failed"
    KEPT = "kept"


class Mail(models.Model):
    """One mail to one address, written in the transaction of the action that caused it.

    `body` is sealed under the node's secret, because an invitation's link stands in it, and is gone as soon as
    the next server took the mail or we gave up. A mail to a resident is a `letter` instead: address and words in one
    seal that only the worker opens; `to` stays empty. `person` is whose address it was, when it is a member's.
    `status` is the code with which a server refused it or sent it back ("5.1.1" or "550"), never what it said.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to = models.EmailField(blank=True)
    person = models.UUIDField(null=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.BinaryField()
    letter = models.BinaryField(null=True)
    state = models.CharField(max_length=10, choices=MailState, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=12, blank=True)
    written_at = models.DateTimeField()
    next_try = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["state", "next_try", "id"], name="mail_state"),
            models.Index(fields=["person"], condition=Q(state="failed"), name="mail_failed_person"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[MailState.QUEUED, MailState.KEPT]) | Q(body=b""),
                name="mail_body_gone_when_done",
            ),
            models.CheckConstraint(
                condition=Q(letter__isnull=True) | Q(state=MailState.QUEUED, to="", subject="", body=b""),
                name="mail_letter_tells_nobody",
            ),
            models.CheckConstraint(
                condition=~Q(state=MailState.QUEUED) | Q(letter__isnull=False) | ~Q(to=""),
                name="mail_has_somebody",
            ),
        )


class Outage(models.Model):
    """The mailbox of what came back cannot be read; its one row is there as long as that lasts.

    `reason` is a kind of error or what is missing, never what a server said.
    """

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    since = models.DateTimeField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="outage_only_one"),)
