"""Keeping the list of outside services true; and what is handed over, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from commonweave.base import journal
from commonweave.referral import queries, rules
from commonweave.referral.models import Destination, Handover, HandoverState

if TYPE_CHECKING:
    from datetime import date
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


@transaction.atomic
def send_handover(
    viewer: Viewer, *, kind: str, subject: UUID, from_team: UUID, to_team: UUID, reason: str, today: date, due_on: date
) -> Handover:
    """Begin a hand-over. Whoever calls moves the thing itself; `today` is the day at its place."""
    rules.may_send(viewer, from_team, to_team, queries.open_handover(viewer, kind, subject)).enforce()
    made = Handover(
        subject_kind=kind,
        subject=subject,
        from_team_id=from_team,
        to_team_id=to_team,
        reason=reason,
        sent_on=today,
        due_on=due_on,
    )
    made.save(force_insert=True)
    _tell(viewer, made)
    return made


@transaction.atomic
def step_handover(
    viewer: Viewer,
    handover: Handover | None,
    to: str,
    *,
    today: date,
    due_on: date | None = None,
    decline_reason: str = "",
    outcome: str = "",
) -> None:
    """Go on by one step. Whoever calls holds the lock of the subject, so nobody else does meanwhile."""
    rules.may_step(viewer, handover, to).enforce()
    assert handover is not None  # noqa: S101 the rule refused None
    handover.state, handover.due_on = to, due_on if to == HandoverState.SEEN else None
    handover.decline_reason, handover.outcome = decline_reason, outcome
    day = f"{to}_on"
    setattr(handover, day, today)
    handover.save(update_fields=["state", "due_on", "decline_reason", "outcome", day])
    _tell(viewer, handover)


def _tell(viewer: Viewer, handover: Handover) -> None:
    """Write it down under the subject: who may not know of that in the journal learns nothing of this either."""
    verb, giver, taker = f"handover.{handover.state}", handover.from_team_id, handover.to_team_id
    journal.write(viewer, verb, kind=handover.subject_kind, subject=handover.subject, team=giver, to=taker)
