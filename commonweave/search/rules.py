"""Who finds what. Pure: the filter inside the index; the database is asked again before anything is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commonweave.search.index import ANYONE, SIGNED

if TYPE_CHECKING:
    from commonweave.base.viewer import Viewer


def passes(viewer: Viewer) -> list[str]:
    """Return what lets a viewer through among the readers of a document (`index.readers_of`)."""
    return [ANYONE, *([SIGNED] if viewer.signed else []), *sorted(each.hex for each in viewer.organisations)]
