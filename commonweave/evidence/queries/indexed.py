"""Finding by the index of the whole house: it proposes and counts; the records' own table decides once more who reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from commonweave.evidence.queries.questions import FACETS, KIND, PAGE, Found, Page, narrowed, years
from commonweave.evidence.queries.records import like_codes, newest, published_for
from commonweave.search import queries as search
from commonweave.search.models import INDEXED

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.evidence.models import Record
    from commonweave.evidence.queries.questions import Asked

ALIKE = 4  # how many others a record's page names


def by_index(viewer: Viewer, asked: Asked) -> Found | None:
    """Return what a viewer may read of what was asked for, a fixed number of queries; None while there is no index.

    With words the best few hundred, best first; without, everything, the newest first.
    """
    asking = search.Asked(asked.text, asked.facets, kinds=[KIND], years=(asked.since, asked.until))
    found = search.find(viewer, asking)
    if not found.ready:
        return None
    counts = {(name, code): count for name, _, code, count in _counted(found) if name in FACETS}
    carried = [each.label.say() for each in found.carried]
    if not asked.text.strip():
        rows = published_for(viewer).filter(narrowed(asked), years(asked), tlp__in=INDEXED)
        return Found(found.total, newest(rows, asked.after, PAGE), counts)
    first = _number(asked.after)
    hits = found.hits[first : first + PAGE]
    records = _in_order(viewer, [hit.subject for hit in hits])
    more = str(first + PAGE) if len(found.hits) > first + PAGE else ""
    explained = zip(hits, search.explain(viewer, found, asking, hits), strict=True)
    why = {hit.subject: each for hit, each in explained}
    return Found(found.total, Page(records, more), counts, why, carried)


def like_this(viewer: Viewer, record: Record) -> list[Record]:
    """Return what is like a record: near in meaning or words; while it is not in the index, what has the same codes."""
    hits = search.like(viewer, KIND, record.pk, ALIKE)
    return _in_order(viewer, [hit.subject for hit in hits]) or like_codes(viewer, record, ALIKE)


def _counted(found: search.Found) -> list[tuple[str, str, str, int]]:
    return [(*facet.partition("="), count) for facet, count in found.facets.items()]


def _in_order(viewer: Viewer, subjects: list[UUID]) -> list[Record]:
    rows = published_for(viewer).defer("sources").in_bulk(subjects)
    return [rows[subject] for subject in subjects if subject in rows]


def _number(after: str) -> int:
    if after and not (after.isdecimal() and len(after) < 5):  # noqa: PLR2004 the index proposes some hundred
        raise Http404
    return int(after or 0)
