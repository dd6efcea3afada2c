"""Making the tokens by which likely repeats are found, when a member opens a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commonweave.people.coverage import book
from commonweave.reports import queries
from commonweave.reports.likeness import repeat_key, tokens
from commonweave.reports.models import Likeness

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from commonweave.base.viewer import Viewer
    from commonweave.people.queries.keys import Ring
    from commonweave.reports.models import Report


def learn(viewer: Viewer, report: Report, document: Mapping[str, Any], ring: Ring) -> None:
    """Make a report's tokens under the key its holder uses today, unless they are there; a program makes none.

    What was made under a key that has been exchanged since is thrown away.
    """
    key = book().keys.get(report.holder)
    if key is None or key.name not in ring or viewer.rights is not None:
        return
    made = set(queries.thread_rows(viewer, report, Likeness).values_list("key", flat=True))  # type: ignore[misc]  # a column of Likeness
    if made == {key.pk}:
        return
    queries.thread_rows(viewer, report, Likeness).delete()
    found = tokens(repeat_key(ring[key.name]), document, report.received_on)
    Likeness.objects.bulk_create(
        Likeness(
            report=report,
            team_id=report.team_id,
            locator=report.locator,
            on=report.received_on,
            key=key.pk,
            lane=lane,
            token=token,
        )
        for lane, token in found.items()
    )
