"""What stands here already of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.http import Http404

from commonweave.base.sorting import fold
from commonweave.evidence.models import Batch, State
from commonweave.evidence.models.records import marks_of
from commonweave.evidence.queries.records import records_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from commonweave.base.viewer import Viewer


class Twin(NamedTuple):
    """The same publication: a record here, or (without `pk`) an earlier row of the same list."""

    pk: UUID | None
    slug: str
    title: str


def get_batch(viewer: Viewer, pk: UUID) -> Batch:
    """Return a list that the viewer sent, locked. Raises Http404."""
    rows = Batch.objects.select_for_update().filter(pk=pk)
    found = rows.filter(person=viewer.person).first() if viewer.person else None
    if found is None:
        raise Http404
    return found


def twins(viewer: Viewer, rows: Sequence[Mapping[str, Any]]) -> list[Twin | None]:
    """Return, for each row, what stands here with the same DOI, or the same folded title and year. One query."""
    marks = {mark for row in rows for mark in marks_of(row["doi"], row["year"], row["titles"]["texts"].values())}
    there = records_for(viewer).exclude(state=State.WITHDRAWN).filter(marks__overlap=sorted(marks))
    known: dict[object, Twin] = {}
    for pk, slug, doi, year, titles in there.values_list("pk", "slug", "doi", "year", "titles"):
        for key in keys(doi, year, titles.texts.values()):
            known.setdefault(key, Twin(pk, slug, titles.say()))
    found = []
    for row in rows:
        said = row["titles"]["texts"].values()
        own = keys(row["doi"], row["year"], said)
        found.append(next((known[key] for key in own if key in known), None))
        for key in own:
            known.setdefault(key, Twin(None, "", next(iter(said), "")))
    return found


def keys(doi: str, year: int, titles: Iterable[str]) -> list[object]:
    """Return what makes a publication the same as another."""
    return [*([doi.lower()] if doi else []), *((fold(title), year) for title in titles if title)]
