"""What our own organisations hold, and what stands here already."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404

from commonweave.evidence.models import Record, State
from commonweave.evidence.queries.records import get_record, published_for, records_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer

OURS_PAGE = 30


class Ours(NamedTuple):
    """A page of our records, the key of the next one ("" when this is the last), how many are in each state."""

    records: list[Record]
    next: str
    counts: Mapping[str, int]


def held_by(viewer: Viewer) -> QuerySet[Record]:
    """Return what the viewer's organisations hold and the viewer may read."""
    return records_for(viewer).filter(holder__in=list(viewer.organisations))


def ours(viewer: Viewer, *, state: str = "", after: str = "") -> Ours:
    """Return our records, those by year and address, newest first. Two queries."""
    rows = held_by(viewer)
    counts = dict(rows.order_by().values_list("state").annotate(number=Count("pk")))
    if state in State.values:
        rows = rows.filter(state=state)
    if after:
        year, pk = _read(after)
        rows = rows.filter(Q(year__lt=year) | Q(year=year, pk__gt=pk))
    found = list(rows.order_by("-year", "pk").defer("sources", "words")[: OURS_PAGE + 1])
    last = found[OURS_PAGE - 1] if len(found) > OURS_PAGE else None
    return Ours(found[:OURS_PAGE], f"{last.year}.{last.pk}" if last else "", counts)


def get_own(viewer: Viewer, pk: UUID, *, lock: bool = False) -> Record:
    """Return a record that one of the viewer's organisations holds. Raises Http404: others learn nothing of a draft."""
    record = get_record(viewer, pk, lock=lock)
    if record.holder not in viewer.organisations:
        raise Http404
    return record


def twin_of(viewer: Viewer, record: Record) -> Record | None:
    """Return another published record with the same DOI."""
    rows = Record.objects.filter(state=State.PUBLISHED) if viewer.system else published_for(viewer)
    if not record.doi:
        return None
    return rows.filter(doi__iexact=record.doi).exclude(pk=record.pk).first()


def follower_of(viewer: Viewer, record: Record) -> Record | None:
    """Return the newest published edition after this one."""
    return published_for(viewer).filter(follows=record.pk).order_by("-published_on", "pk").first()


def _read(key: str) -> tuple[int, UUID]:
    try:
        year, pk = key.split(".")
        return int(year[:4]), UUID(pk)
    except ValueError:
        raise Http404 from None
