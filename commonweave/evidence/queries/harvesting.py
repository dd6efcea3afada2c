"""Harvests of our organisations."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.http import Http404

from commonweave.evidence.models import Effect, Harvest, Harvested, Record, RecordFile, State
from commonweave.evidence.queries.records import records_for
from commonweave.people.rules import administered

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer

MOST_GONE = 50


def harvests_for(viewer: Viewer) -> QuerySet[Harvest]:
    """Return the harvests that a viewer administers."""
    if viewer.system:
        return Harvest.objects.all()
    return Harvest.objects.filter(holder__in=administered(viewer))


def get_harvest(viewer: Viewer, pk: UUID, *, lock: bool = False) -> Harvest:
    """Return one. Raises Http404."""
    rows = harvests_for(viewer)
    found = (rows.select_for_update() if lock else rows).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def untouched_drafts(viewer: Viewer, harvest: Harvest) -> QuerySet[Record]:
    """Return the drafts of a harvest that nobody has changed or added anything to."""
    rows = Record.objects.all() if viewer.system else records_for(viewer)
    came = Harvested.objects.filter(harvest__in=harvests_for(viewer), harvest_id=harvest.pk)
    rows = rows.filter(state=State.DRAFT, untouched=True, holder=harvest.holder, pk__in=came.values("record"))
    added = (model.objects.filter(record=OuterRef("pk")) for model in (Effect, RecordFile))
    return rows.exclude(reduce(or_, map(Exists, added)))


def taken_back(viewer: Viewer, harvest: Harvest) -> list[Harvested]:
    """Return entries that were taken back at their source after we had them, each with its record."""
    rows = Harvested.objects.filter(harvest__in=harvests_for(viewer), harvest_id=harvest.pk, gone=True)
    return list(rows.select_related("record").order_by("identifier")[:MOST_GONE])
