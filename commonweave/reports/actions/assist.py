"""Writing down for somebody: what is kept of who helped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commonweave.base import journal
from commonweave.people.coverage import book
from commonweave.people.rules import may_assist

if TYPE_CHECKING:
    from commonweave.base.viewer import Viewer


def begin_assisting(viewer: Viewer, *, told: str) -> None:
    """Journal that this member begins to write something down, before there is a report.

    The entry names no report, place or team and no time of day, and is sealed among the residents' of its day:
    who holds the journal learns how often somebody helped, and not which report is theirs (docs/adr/0027).
    """
    may_assist(viewer, book().trusted).enforce()
    journal.write(viewer, "report.assisted", kind="report", dated=True, told=told)
