"""Who outside this network can help, the nearest first. Anybody may read this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import Http404

from commonweave.referral.models import Destination

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer
    from commonweave.places.atlas import Spot


def all_destinations_for(viewer: Viewer) -> QuerySet[Destination]:
    """Return every service a viewer may know: they are public."""
    del viewer
    return Destination.objects.all()


def get_destination(viewer: Viewer, pk: UUID, *, lock: bool = False) -> Destination:
    """Return one service, or 404; locked for whoever is about to change it."""
    rows = all_destinations_for(viewer)
    try:
        return (rows.select_for_update() if lock else rows).get(pk=pk)
    except Destination.DoesNotExist:
        raise Http404 from None


def destinations_for(viewer: Viewer, spot: Spot, report_kind: str = "") -> list[Destination]:
    """Return services for a place and a kind of report: of the place itself first, of the country last.

    A service without kinds takes all of them.
    """
    takes = Q(report_kinds=[]) | Q(report_kinds__contains=[report_kind]) if report_kind else Q()
    rows = all_destinations_for(viewer).filter(takes, place__in=spot.lineage)
    return sorted(
        rows, key=lambda row: (-spot.lineage.index(row.place_id), row.position, row.names.say("en"), str(row.pk))
    )
