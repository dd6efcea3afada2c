"""What people ask to be studied: counts, the same for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count

from commonweave.evidence.models import Wish

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer

WISH_COLUMNS = ("intervention", "outcome", "country", "on")
"""What the database shows to pages; who asked is not among it."""


def wishes_for(_viewer: Viewer) -> QuerySet[Wish]:
    """Return what was asked for. Read `WISH_COLUMNS` only."""
    return Wish.objects.all()


def asks(viewer: Viewer, country: str = "") -> dict[tuple[str, str], int]:
    """Return how often each field of the map was asked for, or only for one country; one query."""
    rows = wishes_for(viewer).filter(country=country) if country else wishes_for(viewer)
    found = rows.order_by().values_list("intervention", "outcome").annotate(number=Count("on"))
    return {(tried, outcome): number for tried, outcome, number in found}


def asked_countries(viewer: Viewer) -> list[str]:
    """Return the countries for which something was asked."""
    return sorted(wishes_for(viewer).exclude(country="").order_by().values_list("country", flat=True).distinct())
