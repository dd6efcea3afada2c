"""Asking for evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from commonweave.evidence import rules
from commonweave.evidence.models import Wish

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer


def wish(viewer: Viewer, *, tried: str, outcome: str, country: str, organisation: UUID | None = None) -> None:
    """Count one more who needs to know; an organisation counts once for each field, whenever it asks again."""
    if organisation:
        rules.belongs(viewer, organisation).enforce()
    row = Wish(intervention=tried, outcome=outcome, country=country, organisation_id=organisation)
    row.on = timezone.now().date()
    # Without RETURNING: whoever writes this cannot read who asked.
    Wish.objects.bulk_create([row], ignore_conflicts=True)
