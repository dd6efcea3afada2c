"""What became of a promise to publish. Pure: asks nothing, changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from commonweave.base.viewer import Viewer

DUE_STATUS = ("overdue", "due", "embargoed", "published", "excused")
"""In the order of a list; codes of the vocabulary `due-status`."""
GRACE = timedelta(days=1)
"""A day ends last twelve hours after it does for us: nobody is late while it is still that day somewhere."""


def due_status(due_on: date, fulfilled_on: date | None, *, excused: bool, today: date) -> str:
    """Return what became of it: what is out, or will be on a day, comes before a reason, and a reason before lateness."""
    if fulfilled_on is not None:
        return "published" if fulfilled_on <= today else "embargoed"
    if excused:
        return "excused"
    return "overdue" if due_on + GRACE < today else "due"


def may_keep_due(viewer: Viewer, holder: UUID) -> Verdict:
    """Members keep what their own organisation put there."""
    if viewer.person is not None and holder in viewer.organisations:
        return YES
    return no(_("Only members of the organisation that put this here can change it."))
