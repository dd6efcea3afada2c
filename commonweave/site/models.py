"""The outbox: mails on their way. No mail ever carries what a report says."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class MailState(models.TextChoices):
    """Where a mail stands. `kept`: shown at /outbox/ in a demonstration instead of sent."""

    QUEUED = "queued"
    ACCEPTED = "accepted"
    FAILED = "failed"
    KEPT = "kept"


class Mail(models.Model):
    """One mail to one address, written in the transaction of the action that caused it.

    `body` is sealed under the node's secret, because an invitation's link stands in it, and is gone as soon as
    the next server took the mail or we gave up.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.BinaryField()
    state = models.CharField(max_length=10, choices=MailState, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=60, blank=True)
    written_at = models.DateTimeField()
    next_try = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["state", "next_try", "id"], name="mail_state"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[MailState.QUEUED, MailState.KEPT]) | Q(body=b""),
                name="mail_body_gone_when_done",
            ),
        )
