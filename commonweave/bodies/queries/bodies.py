"""Questions about bodies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from commonweave.base.sorting import sort_key
from commonweave.bodies.models import Body, Mandate, Meeting, Seat, Sitting
from commonweave.sharing.lattice import readable

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer

PAGE = 50
COMING = 5
DEEPEST = 12  # bodies above each other: more than any country has levels


@dataclass(frozen=True)
class Page:
    """Bodies of one page in the order of their names, and the key to go on from ("" at the end)."""

    bodies: list[Body]
    next: str


def bodies_for(viewer: Viewer) -> QuerySet[Body]:
    """Return what a viewer may see."""
    return Body.objects.all() if viewer.system else Body.objects.filter(readable(viewer))


def sittings_for(viewer: Viewer) -> QuerySet[Sitting]:
    """Return who sits where, as far as a viewer may read the names."""
    rows = Sitting.objects.filter(body__in=bodies_for(viewer).values("pk"))
    if viewer.system:
        return rows
    return rows.filter(Q(named=True) | Q(body__holder__in=list(viewer.organisations)))


def meetings_for(viewer: Viewer) -> QuerySet[Meeting]:
    """Return when those bodies meet that a viewer may see."""
    return Meeting.objects.filter(body__in=bodies_for(viewer).values("pk"))


def mandates_for(viewer: Viewer) -> QuerySet[Mandate]:
    """Return on what those bodies rest that a viewer may see."""
    return Mandate.objects.filter(body__in=bodies_for(viewer).values("pk"))


def listed(viewer: Viewer, *, kind: str = "", place: UUID | None = None, after: str = "") -> Page:
    """Return a page of living bodies, of one kind and beneath one place if these are named. Two queries at most."""
    rows = bodies_for(viewer).filter(Q(ended_on__isnull=True) | Q(ended_on__gte=timezone.now().date()))
    if kind:
        rows = rows.filter(kind=kind)
    if place is not None:
        rows = rows.filter(place__lineage__contains=[place])
    if after:
        name, pk = _read(after)
        rows = rows.filter(Q(sort_key__gt=name) | Q(sort_key=name, pk__gt=pk))
    found = list(rows.order_by("sort_key", "pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Page(found[:PAGE], f"{last.pk}.{last.sort_key}" if last else "")


def get_body(viewer: Viewer, slug: str, *, lock: bool = False) -> Body:
    """Return one. Raises Http404."""
    rows = bodies_for(viewer).filter(slug=slug)
    if (row := (rows.select_for_update(of=("self",)) if lock else rows).first()) is None:
        raise Http404
    return row


def sitting_now(viewer: Viewer, body: Body) -> list[Sitting]:
    """Return who sits on it today, chair first, as far as the viewer may read the names."""
    found = sittings_for(viewer).filter(body=body, during__contains=timezone.now().date()).order_by("sort_key", "pk")
    order = list(Seat.values)
    return sorted(found, key=lambda each: order.index(each.seat))


def mandates_of(viewer: Viewer, body: Body) -> list[Mandate]:
    """Return every mandate it ever had, the newest first."""
    return list(mandates_for(viewer).filter(body=body).order_by("-during"))


def around(viewer: Viewer, body: Body) -> tuple[Body | None, list[Body]]:
    """Return what it is part of and its own parts, as far as the viewer may see them."""
    above = bodies_for(viewer).filter(pk=body.parent_id).first() if body.parent_id else None
    return above, list(bodies_for(viewer).filter(parent=body, ended_on=None).order_by("sort_key", "pk")[:PAGE])


def line(viewer: Viewer, body: Body | None) -> list[UUID]:
    """Return a body and everything it is part of, from below; what the viewer may not see ends it."""
    found: list[UUID] = []
    while body is not None and body.pk not in found and len(found) < DEEPEST:
        found.append(body.pk)
        body = bodies_for(viewer).filter(pk=body.parent_id).first() if body.parent_id else None
    return found


def find_body(viewer: Viewer, address: str) -> Body | None:
    """Return the body at an address or of a name, if the viewer may see it and no other is meant."""
    slug = address.rstrip("/").rpartition("/")[2]
    found = list(bodies_for(viewer).filter(Q(slug=slug) | Q(sort_key=sort_key(address)))[:2])
    return found[0] if len(found) == 1 else None


def coming(viewer: Viewer, body: Body) -> list[Meeting]:
    """Return its next meetings, the soonest first."""
    rows = meetings_for(viewer).filter(body=body, starts_at__gte=timezone.now(), called_off=False)
    return list(rows.order_by("starts_at")[:COMING])


def _read(key: str) -> tuple[str, UUID]:
    pk, _dot, name = key.partition(".")
    try:
        return name, UUID(pk)
    except ValueError:
        raise Http404 from None
