"""Files that belong to something: the row holds sealed facts and the file's key; the sealed bytes lie in a folder."""

from __future__ import annotations

import uuid

from django.db import models

from commonweave.people.models import Team


class Sender(models.TextChoices):
    """Who added a file."""

    RESIDENT = "resident"
    TEAM = "team"


class File(models.Model):
    """One sealed file. Its subject is named by kind and id; `team` and `locator` are what row policies read.

    `stored` names what lies in the folder, in `chunks` sealed pieces of one size. `body` is the sealed document with the
    file's key, name, kind, size and SHA-256; `keys` its data key wrapped per recipient (base64).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    team = models.ForeignKey(
        Team, null=True, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    locator = models.UUIDField(null=True)
    on = models.DateField()
    sender = models.CharField(max_length=10, choices=Sender)
    stored = models.UUIDField(unique=True)
    chunks = models.PositiveIntegerField()
    body = models.BinaryField()
    keys = models.JSONField()

    class Meta:
        indexes = (models.Index(fields=["subject"], name="file_subject"),)
