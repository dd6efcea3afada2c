"""Questions about evaluations that are due."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Case, CharField, Count, Prefetch, Q, Value, When
from django.http import Http404
from django.utils import timezone

from commonweave.evidence.models import DueEvaluation, Record, State
from commonweave.evidence.queries.records import records_for
from commonweave.evidence.rules import GRACE
from commonweave.sharing.lattice import readable

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer

PAGE = 50
"""Lines of one page of the register."""


def due_for(viewer: Viewer) -> QuerySet[DueEvaluation]:
    """Return what a viewer may read, each with its `status`, which equals `rules.due_status`; the longest due first."""
    today = timezone.now().date()
    out = Q(fulfilled_on__isnull=False)
    status = Case(
        When(out & Q(fulfilled_on__lte=today), then=Value("published")),
        When(out, then=Value("embargoed")),
        When(~Q(excuse=""), then=Value("excused")),
        When(due_on__lt=today - GRACE, then=Value("overdue")),
        default=Value("due"),
        output_field=CharField(),
    )
    rows = DueEvaluation.objects.filter(readable(viewer)).annotate(status=status)
    return rows.order_by("due_on", "id")


def due_counts(viewer: Viewer) -> dict[str, int]:
    """Return how many there are of each status."""
    rows = due_for(viewer).order_by().values("status").annotate(number=Count("pk"))  # type: ignore[misc]  # annotated
    return {row["status"]: row["number"] for row in rows}


def due_listed(viewer: Viewer, status: str = "", after: str = "", size: int = PAGE) -> tuple[list[DueEvaluation], str]:
    """Return a page of the register after a key "day.id", of one status if one is named, and the key to go on from."""
    rows = due_for(viewer)
    if status:
        rows = rows.filter(status=status)  # type: ignore[misc]  # annotated
    if after:
        day, pk = _read(after)
        rows = rows.filter(Q(due_on__gt=day) | Q(due_on=day, pk__gt=pk))
    found = list(rows.prefetch_related(Prefetch("record", queryset=records_for(viewer)))[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return found[:size], f"{last.due_on.isoformat()}.{last.pk}" if last else ""


def get_due(viewer: Viewer, pk: UUID, *, lock: bool = False) -> DueEvaluation:
    """Return one of the viewer's own organisations. Raises Http404."""
    mine = DueEvaluation.objects.filter(readable(viewer), holder__in=list(viewer.organisations))
    rows = mine.select_related("record")
    if (row := (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=pk).first()) is None:
        raise Http404
    return row


def record_to_link(viewer: Viewer, address: str) -> Record | None:
    """Return the published record at an address, one under embargo too where the viewer's organisation holds it."""
    slug = address.rstrip("/").rpartition("/")[2]
    return records_for(viewer).filter(slug=slug, state=State.PUBLISHED).first()


def _read(key: str) -> tuple[date, UUID]:
    day, _dot, pk = key.partition(".")
    try:
        return date.fromisoformat(day), UUID(pk)
    except ValueError:
        raise Http404 from None
