"""Saved searches, and what came since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from commonweave.evidence.models import SavedSearch
from commonweave.evidence.queries.finding import matching
from commonweave.evidence.queries.questions import narrowed
from commonweave.evidence.queries.records import published_for

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

    from commonweave.base.viewer import Viewer
    from commonweave.evidence.queries.questions import Asked


def saved_searches_for(viewer: Viewer) -> QuerySet[SavedSearch]:
    """Return a person's own, the newest first."""
    return SavedSearch.objects.filter(person=viewer.person).order_by("-made_at", "id")


def get_saved_search(viewer: Viewer, pk: UUID) -> SavedSearch:
    """Return one of a person's own, locked. Raises Http404."""
    row = saved_searches_for(viewer).select_for_update().filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def count_new(viewer: Viewer, asked: Asked, since: date, until: date) -> int:
    """Return how many records that answer a question were published after a day, up to and with another."""
    rows = published_for(viewer).filter(published_on__gt=since, published_on__lte=until)
    return matching(rows, asked).filter(narrowed(asked)).count()
