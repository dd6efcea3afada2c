"""Keeping the list of outside services true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from commonweave.base import journal
from commonweave.referral import queries, rules
from commonweave.referral.models import Destination

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer


@transaction.atomic
def add_destination(viewer: Viewer, *, place: UUID, checked: bool = False, **details: Any) -> Destination:
    """Add a service for a place and everything beneath; `details` are the columns of Destination."""
    rules.may_manage_destinations(viewer).enforce()
    rules.may_be_reached(telephone=details.get("telephone", ""), url=details.get("url", "")).enforce()
    made = Destination(place_id=place, checked_on=timezone.now().date() if checked else None, **details)
    made.save(force_insert=True)
    journal.write(viewer, "destination.added", kind="destination", subject=made.pk, place=place)
    return made


@transaction.atomic
def edit_destination(viewer: Viewer, pk: UUID, *, checked: bool = False, **details: Any) -> Destination:
    """Change a service. What was checked before holds only while telephone and address stay the same."""
    rules.may_manage_destinations(viewer).enforce()
    rules.may_be_reached(telephone=details.get("telephone", ""), url=details.get("url", "")).enforce()
    row = queries.all_destinations_for(viewer).select_for_update().get(pk=pk)
    moved = any(details.get(name, getattr(row, name)) != getattr(row, name) for name in ("telephone", "url"))
    for name, value in details.items():
        setattr(row, name, value)
    if checked:
        row.checked_on = timezone.now().date()
    elif moved:
        row.checked_on = None
    row.save()
    journal.write(viewer, "destination.edited", kind="destination", subject=pk, checked=checked)
    return row


@transaction.atomic
def remove_destination(viewer: Viewer, pk: UUID) -> None:
    """Take a service off the list; the journal keeps that it was there."""
    rules.may_manage_destinations(viewer).enforce()
    row = queries.all_destinations_for(viewer).select_for_update().get(pk=pk)
    place = row.place_id
    row.delete()
    journal.write(viewer, "destination.removed", kind="destination", subject=pk, place=place)
