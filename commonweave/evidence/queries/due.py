"""Questions about evaluations that are due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, CharField, Count, Q, Value, When
from django.http import Http404
from django.utils import timezone

from commonweave.evidence.models import DueEvaluation, Record, State
from commonweave.evidence.queries.records import records_for
from commonweave.evidence.rules import GRACE
from commonweave.sharing.lattice import readable

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer

PAGE = 200


def due_for(viewer: Viewer) -> QuerySet[DueEvaluation]:
    """Return what a viewer may read, each with its `status`, which equals `rules.due_status`; the longest due first."""
    today = timezone.now().date()
    # A record that was taken back fulfils nothing any more.
    out = Q(fulfilled_on__isnull=False) & ~Q(record__state=State.WITHDRAWN)
    status = Case(
        When(out & Q(fulfilled_on__lte=today), then=Value("published")),
        When(out, then=Value("embargoed")),
        When(~Q(excuse=""), then=Value("excused")),
        When(due_on__lt=today - GRACE, then=Value("overdue")),
        default=Value("due"),
        output_field=CharField(),
    )
    rows = DueEvaluation.objects.filter(readable(viewer)).annotate(status=status)
    return rows.select_related("record").order_by("due_on", "id")


def due_counts(viewer: Viewer) -> dict[str, int]:
    """Return how many there are of each status."""
    rows = due_for(viewer).order_by().values("status").annotate(number=Count("pk"))  # type: ignore[misc]  # annotated
    return {row["status"]: row["number"] for row in rows}


def due_listed(viewer: Viewer, status: str = "") -> list[DueEvaluation]:
    """Return the register, of one status if one is named."""
    rows = due_for(viewer)
    return list((rows.filter(status=status) if status else rows)[:PAGE])  # type: ignore[misc]  # annotated


def get_due(viewer: Viewer, pk: UUID, *, lock: bool = False) -> DueEvaluation:
    """Return one of the viewer's own organisations. Raises Http404."""
    rows = DueEvaluation.objects.filter(readable(viewer), holder__in=list(viewer.organisations))
    if (row := (rows.select_for_update() if lock else rows).filter(pk=pk).first()) is None:
        raise Http404
    return row


def record_to_link(viewer: Viewer, address: str) -> Record | None:
    """Return the published record at an address, one under embargo too where the viewer's organisation holds it."""
    slug = address.rstrip("/").rpartition("/")[2]
    return records_for(viewer).filter(slug=slug, state=State.PUBLISHED).first()
