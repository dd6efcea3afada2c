"""Harvests of our organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from commonweave.evidence.models import Harvest, Harvested
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


def taken_back(viewer: Viewer, harvest: Harvest) -> list[Harvested]:
    """Return entries that were taken back at their source after we had them, each with its record."""
    rows = Harvested.objects.filter(harvest__in=harvests_for(viewer), harvest_id=harvest.pk, gone=True)
    return list(rows.select_related("record").order_by("identifier")[:MOST_GONE])
