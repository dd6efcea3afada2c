"""Who takes which reports where: what a coordinator compares, and where nobody is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from commonweave.people.models import RecipientKind
from commonweave.places.atlas import atlas
from commonweave.reports.models import ReportKind
from commonweave.reports.queries import options_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from uuid import UUID

    from commonweave.places.atlas import Spot


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


def shares(groups: dict[UUID, Sequence[Spot]], today: date) -> dict[tuple[UUID, str, str], Share]:
    """Return (group, kind of report, kind of recipient) → share of the group's places, from the coverages kept in memory."""
    spots = {spot.id: spot for group in groups.values() for spot in group}
    standing = _standing(spots.values(), today)
    found = {}
    for key, group in groups.items():
        for kind in ReportKind.values:
            for recipient in RecipientKind.values:
                stands = [standing[spot.id].get((kind, recipient), "") for spot in group]
                share = Share(len(stands), stands.count("direct"), stands.count("above"))
                found[key, kind, recipient] = share
    return found


def _standing(spots: Iterable[Spot], today: date) -> dict[UUID, dict[tuple[str, str], str]]:
    return {
        spot.id: {
            (kind, recipient): "direct" if one.direct else "above"
            for kind in ReportKind.values
            for recipient, one in options_at(spot, kind, today).items()
            if one
        }
        for spot in spots
    }


def finest(spot: Spot) -> list[Spot]:
    """Return the finest places a report may carry beneath a place, or the place itself."""
    book = atlas()
    inside = [each for each in book.descendants(spot) if each.shown_on_reports]
    parents = {each.parent for each in inside}
    return [each for each in inside if each.id not in parents] or [spot]
