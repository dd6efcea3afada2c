"""The document of a record: cleaned before it is kept, kept with one record, gone with it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from commonweave.base import journal
from commonweave.evidence import queries, rules
from commonweave.evidence.models import Batch, Record, RecordFile
from commonweave.files.cleaning import ask
from commonweave.files.cleaning.unfit import Unfit, Why
from commonweave.files.names import tidy

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.files.cleaning.ask import Read

WAITS = timedelta(days=1)


def read_pdf(viewer: Viewer, *, name: str, data: bytes) -> tuple[RecordFile, Read]:
    """Clean a PDF and keep it for whoever sent it, until it goes with a record; return what it says of itself. Raises Unfit."""
    rules.may_contribute(viewer).enforce()
    said = ask.read(data)
    clean = ask.clean(data)
    if clean.kind != "pdf" or viewer.person is None:
        raise Unfit(Why.UNKNOWN)
    file = RecordFile(
        pk=uuid4(),
        person=viewer.person,
        on=timezone.now().date(),
        name=tidy(name, "pdf"),
        size=len(clean.data),
        sha256=hashlib.sha256(clean.data).hexdigest(),
        text=said.text,
        data=clean.data,
    )
    with transaction.atomic():
        RecordFile.objects.filter(record=None, person=viewer.person).delete()
        file.save(force_insert=True)
    return file, said


@transaction.atomic
def attach_file(viewer: Viewer, record: Record, pk: UUID) -> None:
    """Let a document that waits go with a draft, in place of the one there was."""
    rules.may_attach(viewer, record).enforce()
    file = queries.waiting_file(viewer, pk)
    RecordFile.objects.filter(record=record).delete()
    file.record = record
    file.save(update_fields=["record"])
    journal.write(viewer, "record.file_added", kind="record", subject=record.pk)


@transaction.atomic
def remove_file(viewer: Viewer, pk: UUID) -> None:
    """Take the document of a record away."""
    record = queries.get_own(viewer, pk, lock=True)
    rules.may_change(viewer, record).enforce()
    RecordFile.objects.filter(record=record).delete()
    journal.write(viewer, "record.file_removed", kind="record", subject=record.pk)


def sweep_files(viewer: Viewer) -> int:
    """Remove documents that no record took, and lists that nobody took in, for a day."""
    rules.may_sweep(viewer).enforce()
    before = (timezone.now() - WAITS).date()
    Batch.objects.filter(on__lt=before).delete()
    return RecordFile.objects.filter(record=None, on__lt=before).delete()[0]
