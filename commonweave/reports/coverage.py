"""Who takes which reports where: what a coordinator compares, and where nobody is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from commonweave.people.models import Coverage, RecipientKind
from commonweave.places.atlas import atlas
from commonweave.reports.models import ReportKind
from commonweave.reports.queries import ground_of
from commonweave.reports.routing import Cover, reach

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
    """Return (group, kind of report, kind of recipient) → share of the group's places, with one question."""
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
    grounds = {spot.id: ground_of(spot) for spot in spots}
    places = {place for ground in grounds.values() for place, _type in ground.lineage}
    areas = {area for ground in grounds.values() for area in ground.areas}
    columns = "team_id", "team__kind", "team__organisation_id", "report_kinds", "place_id", "area_id", "area__kind"
    here = Q(place__in=places) | Q(area__in=areas)
    covers: dict[UUID, list[Cover]] = defaultdict(list)
    for team, kind, body, kinds, place, area, area_kind in Coverage.objects.filter(
        here, during__contains=today
    ).values_list(*columns):
        covers[place or area].append(Cover(team, kind, body, frozenset(kinds), place, area, area_kind or ""))
    found: dict[UUID, dict[tuple[str, str], str]] = {}
    for spot, ground in grounds.items():
        keys = [*(place for place, _type in ground.lineage), *ground.areas]
        near = [cover for key in keys for cover in covers.get(key, ())]
        found[spot] = {
            (kind, recipient): "direct" if one.direct else "above"
            for kind in ReportKind.values
            for recipient, one in reach(ground, kind, near).items()
            if one
        }
    return found


def finest(spot: Spot) -> list[Spot]:
    """Return the finest places a report may carry beneath a place, or the place itself."""
    book = atlas()
    inside = [each for each in book.descendants(spot) if each.shown_on_reports]
    parents = {each.parent for each in inside}
    return [each for each in inside if each.id not in parents] or [spot]
