"""Questions about files. Each takes the viewer; the row policies ask the same again."""

from __future__ import annotations

from base64 import b64decode
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, Sum
from django.http import Http404

from commonweave.files import sealing, store
from commonweave.files.cleaning.kinds import KINDS, PICTURES
from commonweave.files.models import File
from commonweave.sharing import envelopes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet
    from nacl.public import PrivateKey

    from commonweave.base.viewer import Viewer

    Ring = Mapping[str, PrivateKey]


def files_for(viewer: Viewer) -> QuerySet[File]:
    """Return the files a viewer may know of: those of their teams, or of their own receipt."""
    if viewer.system:
        return File.objects.all()
    own = Q(locator=viewer.receipt) if viewer.receipt else Q(pk__in=())
    return File.objects.filter(own | Q(team__in=viewer.teams))


def files_of(viewer: Viewer, kind: str, subject: UUID) -> list[File]:
    """Return the sealed files of one thing."""
    return list(files_for(viewer).filter(kind=kind, subject=subject).order_by("on", "pk"))


def files_of_all(viewer: Viewer, kind: str, subjects: Sequence[UUID]) -> Mapping[UUID, list[File]]:
    """Return the sealed files of several things, in one question."""
    found: dict[UUID, list[File]] = defaultdict(list)
    for file in files_for(viewer).filter(kind=kind, subject__in=subjects):
        found[file.subject].append(file)
    return found


def get_file(viewer: Viewer, kind: str, subject: UUID, pk: UUID) -> File:
    """Return one file of one thing, or 404 to a stranger."""
    found = files_for(viewer).filter(kind=kind, subject=subject, pk=pk).first()
    if found is None:
        raise Http404
    return found


def taken(viewer: Viewer, kind: str, subject: UUID, sender: str) -> tuple[int, int]:
    """Return how many files and how many pieces of a thing one side has added."""
    rows = files_for(viewer).filter(kind=kind, subject=subject, sender=sender)
    return rows.count(), rows.aggregate(all=Sum("chunks"))["all"] or 0


def orphans(viewer: Viewer) -> list[UUID]:
    """Return what lies in the folder and belongs to no row any more."""
    old = [name for name, age in store.stored() if age > store.YOUNG]
    known = set(files_for(viewer).filter(stored__in=old).values_list("stored", flat=True))
    return [name for name in old if name not in known]


@dataclass(frozen=True)
class Attached:
    """A file as its readers see it in a list. `sha256` is that of `size` bytes as they can be fetched."""

    pk: UUID
    on: date
    sender: str
    name: str
    kind: str
    size: int
    sha256: str
    original: bool
    active: bool
    preview: str

    @property
    def mime(self) -> str:
        """Return what browsers call it."""
        return KINDS[self.kind].mime if self.kind in KINDS else "application/octet-stream"

    @property
    def picture(self) -> bool:
        """Say whether it is a picture."""
        return self.kind in PICTURES


def attached(files: Iterable[File], ring: Ring) -> list[Attached]:
    """Open the documents of files with the keys at hand, originals behind what was made of them. Raises CannotOpen."""
    found = [_attached(file, envelopes.unseal(bytes(file.body), file.keys, ring)) for file in files]
    return sorted(found, key=lambda each: (each.on, each.name, each.original))


def _attached(file: File, inside: envelopes.Document) -> Attached:
    words = ("name", "kind", "size", "sha256", "original", "active", "preview")
    return Attached(file.pk, file.on, file.sender, *(inside[word] for word in words))


def opened(file: File, ring: Ring) -> tuple[Attached, bytes]:
    """Return a file and its bytes as they were sealed. Raises CannotOpen."""
    inside = envelopes.unseal(bytes(file.body), file.keys, ring)
    data = sealing.unseal(store.read(file.stored), b64decode(inside["key"]), file.stored, inside["size"])
    return _attached(file, inside), data
