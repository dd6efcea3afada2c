"""Who outside this network can help, the nearest first: anybody may read this. Hand-overs: both teams may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404

from commonweave.referral.models import OPEN, Destination, Handover

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer
    from commonweave.places.atlas import Spot

PAGE = 30


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


def handovers_for(viewer: Viewer) -> QuerySet[Handover]:
    """Return the hand-overs a viewer may know of: from their teams and to them."""
    if viewer.system:
        return Handover.objects.all()
    return Handover.objects.filter(Q(from_team__in=viewer.teams) | Q(to_team__in=viewer.teams))


def open_handover(viewer: Viewer, kind: str, subject: UUID) -> Handover | None:
    """Return the hand-over that something is in, if there is one."""
    return handovers_for(viewer).filter(subject_kind=kind, subject=subject, state__in=OPEN).first()


def open_handovers(viewer: Viewer, kind: str, subjects: Collection[UUID]) -> Mapping[UUID, Handover]:
    """Return the open hand-overs of several subjects, in one question."""
    rows = handovers_for(viewer).filter(subject_kind=kind, subject__in=subjects, state__in=OPEN)
    return {row.subject: row for row in rows}


@dataclass(frozen=True)
class HandedOver:
    """One page of what the viewer's teams handed over, and the key of the next one ("" at the end)."""

    handovers: list[Handover]
    older: str


def handed_over(viewer: Viewer, show: str = "", after: str = "", today: date | None = None) -> HandedOver:
    """Return what the viewer's teams gave to others, newest first: all of it, what is open, or what is overdue."""
    rows = handovers_for(viewer).filter(from_team__in=viewer.teams)
    if show:
        rows = rows.filter(state__in=OPEN)
    if show == "overdue":
        rows = rows.filter(due_on__lt=today)
    if after:
        day, pk = _key(after)
        rows = rows.filter(Q(sent_on__lt=day) | Q(sent_on=day, pk__gt=pk))
    page = list(rows.order_by("-sent_on", "pk")[: PAGE + 1])
    older = f"{page[PAGE - 1].sent_on}_{page[PAGE - 1].pk}" if len(page) > PAGE else ""
    return HandedOver(page[:PAGE], older)


def handed_over_counts(viewer: Viewer, today: date) -> dict[str, int]:
    """Count what the viewer's teams gave to others and is not over, and how much of it is overdue."""
    rows = handovers_for(viewer).filter(from_team__in=viewer.teams, state__in=OPEN)
    return rows.aggregate(open=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today)))


def _key(text: str) -> tuple[date, UUID]:
    try:
        day, _sep, pk = text.partition("_")
        return date.fromisoformat(day), UUID(pk)
    except ValueError:
        raise Http404 from None
