"""Who takes which reports where: what a coordinator compares, and where nobody is."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from commonweave.people.coverage import book
from commonweave.people.models import RecipientKind
from commonweave.places.atlas import atlas
from commonweave.reports.models import ReportKind
from commonweave.reports.queries import options_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from commonweave.people.coverage import Book
    from commonweave.places.atlas import Spot

DIRECT, ABOVE = "direct", "above"


@dataclass(frozen=True)
class Share:
    """Of `places` places, how many a team takes directly, and how many only a team above."""

    places: int
    direct: int
    above: int

    @property
    def nobody(self) -> int:
        """How many places nobody takes."""
        return self.places - self.direct - self.above


def shares(groups: Mapping[UUID, Sequence[Spot]], today: date) -> dict[tuple[UUID, str, str], Share]:
    """Return (group, kind of report, kind of recipient) → share of the group's places."""
    standing = _standing(book(), today)
    found = {}
    for key, group in groups.items():
        for kind in ReportKind.values:
            for recipient in RecipientKind.values:
                stands = [standing[spot.id].get((kind, recipient)) for spot in group]
                found[key, kind, recipient] = Share(len(stands), stands.count(DIRECT), stands.count(ABOVE))
    return found


@functools.lru_cache(maxsize=2)
def _standing(coverages: Book, today: date) -> dict[UUID, dict[tuple[str, str], str]]:
    """Return where every place stands on a day; nothing of it changes before the next edition of coverages."""
    del coverages
    return {
        spot.id: {
            (kind, recipient): DIRECT if one.direct else ABOVE
            for kind in ReportKind.values
            for recipient, one in options_at(spot, kind, today).items()
            if one
        }
        for spot in atlas().spots
    }


def finest(spot: Spot) -> list[Spot]:
    """Return the finest places a report may carry beneath a place, or the place itself."""
    inside = [each for each in atlas().descendants(spot) if each.shown_on_reports]
    parents = {each.parent for each in inside}
    return [each for each in inside if each.id not in parents] or [spot]
