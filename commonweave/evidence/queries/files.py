"""The document of a record, and what in a record could point to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Q
from django.db.models.functions import Substr
from django.http import Http404

from commonweave.base.formats import locale_for
from commonweave.evidence.models import RecordFile
from commonweave.evidence.queries.records import records_for
from commonweave.evidence.rules.redaction import Passage, look_over
from commonweave.places.atlas import atlas

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer
    from commonweave.evidence.models import Record

PIECE = 512 * 1024


def files_for(viewer: Viewer) -> QuerySet[RecordFile]:
    """Return the documents a viewer may read: those of records they may read, and their own that wait."""
    waiting = Q(record=None, person=viewer.person) if viewer.person else Q(pk__in=())
    return RecordFile.objects.filter(Q(record__in=records_for(viewer)) | waiting).defer("data", "text")


def file_of(viewer: Viewer, record: Record) -> RecordFile | None:
    """Return the document of a record, without its bytes."""
    return files_for(viewer).filter(record=record.pk).first()


def waiting_file(viewer: Viewer, pk: UUID) -> RecordFile:
    """Return a document that waits for the viewer. Raises Http404."""
    found = files_for(viewer).filter(pk=pk, record=None).first()
    if found is None:
        raise Http404
    return found


def piece_of(viewer: Viewer, pk: UUID, start: int, size: int) -> bytes:
    """Return some bytes of a document; the database reads no more than these. Empty when it is gone meanwhile."""
    rows = files_for(viewer).filter(pk=pk).annotate(piece=Substr(F("data"), start + 1, min(size, PIECE)))
    piece: bytes | None = rows.values_list("piece", flat=True).first()  # type: ignore[assignment]  # bytes, as the column is
    return bytes(piece or b"")


def pointing(viewer: Viewer, record: Record) -> list[Passage]:
    """Return what in a record and its document could point to a person; its authors, places and publishers do not."""
    file = (
        RecordFile.objects.filter(record=record.pk).values_list("text", flat=True).first() if not viewer.system else ""
    )
    texts = {f"title {code}": text for code, text in record.titles.texts.items()}
    texts |= {f"summary {code}": text for code, text in record.summary.texts.items()}
    texts["sources"] = "\n".join(f"{each.get('where', '')} | {each.get('facts', '')}" for each in record.sources)
    texts["file"] = file or ""
    return pointing_in(texts, known=own_names(record))


def pointing_in(texts: Mapping[str, str], *, known: Iterable[str] = ()) -> list[Passage]:
    """Return what in texts by their names could point to a person; countries and places do not, nor what is `known`."""
    countries = [str(name) for name in locale_for("en").territories.values()]
    return look_over(texts, known=[*known, *countries], is_place=atlas().is_name)


def own_names(record: Record) -> list[str]:
    """Return the names that a publication gives of itself."""
    return [*names_of(record.authors), record.publisher, record.funder, record.project, record.coded_by]


def names_of(authors: Iterable[Mapping[str, str]]) -> list[str]:
    """Return the names of authors."""
    return [f"{each.get('given', '')} {each.get('family', '')} {each.get('organisation', '')}" for each in authors]
