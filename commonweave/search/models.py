"""What may be found: one row for each thing that a floor put in. The only source of the indexes."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from commonweave.base.text import TextField
from commonweave.sharing.models import Protected, Tlp

INDEXED = (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER)
"""What may be indexed at all; AMBER+STRICT, RED and what residents write never are."""
YEAR = "year"
"""The facet that every dated thing has without being told."""


class Document(Protected):
    """A thing that can be found, named by kind and id. Once it is `gone` only these are left, for the indexes to follow.

    `labels` are its vocabulary's words in every language, `facets` say "scheme=code". `revision` grows with every change,
    in the order in which changes are committed (a trigger sees to it); `worded` is the revision of the last change that
    the words' index has to follow, `narrowed` of the last after which fewer people may read it. `vector` is the meaning
    as float16 numbers, made in the background: of the title first (`vector_of` "title"), then of everything ("whole").
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    subject = models.UUIDField()
    title = TextField()
    text = TextField()
    labels = ArrayField(models.TextField(), default=list)
    facets = ArrayField(models.CharField(max_length=120), default=list)
    on = models.DateField(null=True)
    gone = models.BooleanField(default=False)
    revision = models.BigIntegerField(default=0)
    worded = models.BigIntegerField(default=0)
    narrowed = models.BigIntegerField(default=0)
    vector = models.BinaryField(null=True)
    vector_of = models.CharField(max_length=5, default="")
    vector_model = models.CharField(max_length=40, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["kind", "subject"], name="document_subject"),
            models.CheckConstraint(condition=Q(tlp__in=INDEXED, people=[]), name="document_label"),
        )
        indexes = (
            models.Index(fields=["revision"], name="document_revision"),
            models.Index(fields=["worded"], name="document_worded"),
            models.Index(fields=["narrowed"], name="document_narrowed"),
            models.Index(fields=["-revision"], condition=Q(gone=False, vector_of=""), name="document_not_read"),
            models.Index(fields=["-revision"], condition=Q(gone=False, vector_of="title"), name="document_half_read"),
        )
