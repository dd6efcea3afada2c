"""Keeping and removing files: sealed before anything touches a disk; the row is what counts, the folder follows."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction

from commonweave.files import arriving, queries, rules, sealing, store
from commonweave.files.models import File
from commonweave.sharing import envelopes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer

VERSION = 1


@dataclass(frozen=True)
class Subject:
    """What a file belongs to: a kind and an id, and the columns that its row policies read."""

    kind: str
    pk: UUID
    team: UUID | None = None
    locator: UUID | None = None


@dataclass(frozen=True)
class Item:
    """A file on its way into the folder. `original` marks one that was not cleaned, `active` one that held more."""

    pk: UUID
    name: str
    kind: str
    data: bytes
    original: bool = False
    active: bool = False
    preview: bytes = b""


@dataclass(frozen=True)
class Laid:
    """A file that lies sealed in the folder and has no row yet."""

    item: Item
    stored: UUID
    key: bytes


def lay(items: Iterable[Item]) -> list[Laid]:
    """Seal files into the folder; what is not kept afterwards has to be taken back. Raises NoRoom."""
    laid: list[Laid] = []
    try:
        for item in items:
            each = Laid(item, uuid4(), sealing.new_key())
            pieces = sealing.seal(item.data, each.key, each.stored)
            store.write(each.stored, pieces, sealing.count(len(item.data)) * sealing.SEALED)
            laid.append(each)
    except store.NoRoom:
        take_back(laid)
        raise
    return laid


def take_back(laid: Iterable[Laid]) -> None:
    """Remove from the folder what got no row."""
    store.remove(each.stored for each in laid)


@transaction.atomic
def keep_files(
    viewer: Viewer, subject: Subject, laid: list[Laid], *, sender: str, on: date, recipients: Mapping[str, bytes]
) -> list[File]:
    """Give files their rows, sealed for these recipients. The caller holds the lock of the subject."""
    files, chunks = queries.taken(viewer, subject.kind, subject.pk, sender)
    pieces = [sealing.count(len(each.item.data)) for each in laid]
    rules.may_keep(files + len(laid), chunks + sum(pieces)).enforce()
    made = []
    for each, count in zip(laid, pieces, strict=True):
        sealed = envelopes.seal(_document(each), recipients)
        file = File(
            pk=each.item.pk,
            kind=subject.kind,
            subject=subject.pk,
            team_id=subject.team,
            locator=subject.locator,
            on=on,
            sender=sender,
            stored=each.stored,
            chunks=count,
            body=sealed.body,
            keys=sealed.keys,
        )
        file.save(force_insert=True)
        made.append(file)
    return made


def _document(laid: Laid) -> envelopes.Document:
    item = laid.item
    return {
        "v": VERSION,
        "key": b64encode(laid.key).decode("ascii"),
        "name": item.name,
        "kind": item.kind,
        "size": len(item.data),
        "sha256": hashlib.sha256(item.data).hexdigest(),
        "original": item.original,
        "active": item.active,
        "preview": b64encode(item.preview).decode("ascii"),
    }


@transaction.atomic
def remove_files(rows: QuerySet[File]) -> int:
    """Delete rows of files, and with the transaction's end what lies in the folder."""
    names = list(rows.values_list("stored", flat=True))
    rows.delete()
    transaction.on_commit(partial(store.remove, names))
    return len(names)


def remove_files_of(viewer: Viewer, kind: str, subjects: Iterable[UUID]) -> int:
    """Delete every file of these things."""
    return remove_files(queries.files_for(viewer).filter(kind=kind, subject__in=list(subjects)))


def sweep(viewer: Viewer) -> int:
    """Remove from the folder what has no row any more, and uploads that nobody finished; safe at any time."""
    gone = queries.orphans(viewer)
    store.remove(gone)
    return len(gone) + arriving.sweep()
