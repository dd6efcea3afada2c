"""Keeping the register of evaluations that are due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from commonweave.base import journal
from commonweave.evidence import queries, rules
from commonweave.evidence.models import DueEvaluation
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from commonweave.base.viewer import Viewer


@transaction.atomic
def register_due(viewer: Viewer, *, organisation: UUID, due_on: date, **said: Any) -> DueEvaluation:
    """Put down that an evaluation will be published by a day."""
    rules.may_keep_due(viewer, organisation).enforce()
    row = DueEvaluation(holder=organisation, first_due_on=due_on)
    _say(viewer, row, due_on=due_on, **said)
    row.save(force_insert=True)
    journal.write(viewer, "due.registered", kind="due", subject=row.pk, due_on=due_on)
    return row


@transaction.atomic
def edit_due(viewer: Viewer, pk: UUID, *, due_on: date, **said: Any) -> DueEvaluation:
    """Change what is said of it, or link the record that fulfils it."""
    row = queries.get_due(viewer, pk, lock=True)
    rules.may_keep_due(viewer, row.holder).enforce()
    _say(viewer, row, due_on=due_on, **said)
    row.save()
    journal.write(viewer, "due.changed", kind="due", subject=row.pk, due_on=due_on, fulfilled=row.record_id is not None)
    return row


def _say(viewer: Viewer, row: DueEvaluation, *, record: str, public: bool, **said: Any) -> None:
    for name, value in said.items():
        setattr(row, name, value)
    row.tlp = Tlp.CLEAR if public else Tlp.AMBER
    if record == (row.record.slug if row.record else ""):
        return  # as it stood, though that record may have been taken back since
    found = queries.record_to_link(viewer, record) if record else None
    if found is None:
        row.record, row.fulfilled_on = None, None
    elif found.pk != row.record_id:
        row.record = found
        row.fulfilled_on = found.embargo_until or timezone.now().date()
