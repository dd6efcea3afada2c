"""Questions about assumptions: the register is public, what bears on it as public as the record it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch
from django.http import Http404

from commonweave.evidence.models import Assumption, AssumptionEvidence, State
from commonweave.evidence.queries.records import records_for

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer


def bearing_for(viewer: Viewer) -> QuerySet[AssumptionEvidence]:
    """Return what bears on assumptions, of records that a viewer may read."""
    rows = AssumptionEvidence.objects.filter(record__in=records_for(viewer).filter(state=State.PUBLISHED).values("pk"))
    return rows.select_related("record", "organisation").order_by("-on", "id")


def assumptions_for(viewer: Viewer, state: str = "") -> list[Assumption]:
    """Return the register, the newest first, each with what bears on it."""
    rows = Assumption.objects.filter(state=state) if state else Assumption.objects.all()
    return list(rows.prefetch_related(Prefetch("evidence", bearing_for(viewer))).order_by("-on", "id"))


def get_assumption(viewer: Viewer, slug: str, *, lock: bool = False) -> Assumption:
    """Return one assumption with everything beside it. Raises Http404."""
    rows = Assumption.objects.select_for_update() if lock else Assumption.objects.all()
    found = rows.prefetch_related(
        Prefetch("evidence", bearing_for(viewer)), "steps__organisation", "reliances__organisation"
    )
    if (assumption := found.filter(slug=slug).first()) is None:
        raise Http404
    return assumption
