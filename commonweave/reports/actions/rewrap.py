"""After a new key was agreed on: open reports are wrapped for it, a few at a time, by a member who can open them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.db import transaction

from commonweave.base import journal
from commonweave.people.queries.keys import retired_names
from commonweave.reports import queries
from commonweave.reports.sealing import widen
from commonweave.sharing.envelopes import CannotOpen

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.base.viewer import Viewer
    from commonweave.people.queries.keys import Ring

BATCH = 100
SECONDS = 3.0


@transaction.atomic
def rewrap_reports(viewer: Viewer, ring: Ring, *, seconds: float = SECONDS) -> int:
    """Wrap reports for the key of today and take the wraps for retired keys off; return how many were done.

    Stops after some seconds, so that a page can show how far it came. What none of the keys opens, or
    has no new key to be wrapped for, is left as it is.
    """
    until, done = time.monotonic() + seconds, 0
    retired = retired_names(viewer)
    left: set[UUID] = set()
    while time.monotonic() < until:
        waiting = queries.sealed_to_old_keys(viewer).exclude(pk__in=left)
        batch = list(waiting.select_for_update()[:BATCH])
        if not batch:
            break
        threads = queries.threads_of(viewer, batch)
        for report in batch:
            try:
                clean = widen(report, threads[report.pk], ring, retired)
            except CannotOpen:
                clean = False
            if clean:
                done += 1
            else:
                left.add(report.pk)
    if done:
        journal.write(viewer, "report.rewrapped", kind="report", reports=done)
    return done
