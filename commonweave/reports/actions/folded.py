"""Many reports that say the same are closed together, after one of them was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404

from commonweave.reports import queries, rules
from commonweave.reports.actions.team import end_report

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer

AT_ONCE = 100
"""As many as a person waits for; the page says how many are left."""


@transaction.atomic
def close_folded(viewer: Viewer, fold: UUID, *, outcome: str, text: str) -> int:
    """Close some of what says the same with one outcome and one message; return how many are left."""
    rows = queries.folded(viewer, fold)
    some = list(rows.select_for_update(skip_locked=True).order_by("due_on", "pk")[:AT_ONCE])
    if not some:
        raise Http404
    verdict = rules.may_close_folded(viewer, some, was_read=queries.was_read(viewer, fold))
    for report in some:
        end_report(viewer, report, outcome=outcome, text=text, verdict=verdict)
    return rows.count()
