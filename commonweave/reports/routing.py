"""Which team takes a report: pure decisions over the tree of places, coverages and consents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from commonweave.people.models import RecipientKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from uuid import UUID

    from commonweave.people.coverage import Covered

# A team that covers one of these stands above the places beneath: going there is climbing, a consent of its own.
HIGH_TYPES = frozenset({"country", "region", "province"})
HIGH_AREAS = frozenset({"regional_hub"})
DEFAULT_ORDER: tuple[str, ...] = (
    RecipientKind.CITY_SUPPORT,
    RecipientKind.CIVIL_SOCIETY,
    RecipientKind.POLICE,
)


@dataclass(frozen=True)
class Ground:
    """Where a report stands: (place, type) from the root down, and the areas that contain it."""

    lineage: tuple[tuple[UUID, str], ...]
    areas: frozenset[UUID] = frozenset()

    def depth(self, place: UUID) -> int:
        """Return how deep a place of the lineage lies; -1 when it is not on it."""
        return next((depth for depth, (found, _type) in enumerate(self.lineage) if found == place), -1)


@dataclass(frozen=True)
class Reach:
    """The teams of one kind for a report, nearest first: those that cover it, and those that stand above."""

    direct: tuple[Covered, ...] = ()
    above: tuple[Covered, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.direct or self.above)


@dataclass(frozen=True)
class Consent:
    """What the resident allowed: which kinds of recipient, and whether it may climb."""

    kinds: frozenset[str] = field(default_factory=frozenset)
    climb: bool = False


@dataclass(frozen=True)
class Choice:
    """A team and whether reaching it meant climbing."""

    cover: Covered
    climbed: bool


def reach(ground: Ground, report_kind: str, covers: Iterable[Covered]) -> dict[str, Reach]:
    """Return, per kind of recipient, the teams that could take a report of this kind at this ground."""
    direct: dict[str, list[tuple[int, Covered]]] = {}
    above: dict[str, list[tuple[int, Covered]]] = {}
    for cover in covers:
        if report_kind not in cover.report_kinds:
            continue
        depth, high = _stand(ground, cover)
        if depth >= 0:
            (above if high else direct).setdefault(cover.kind, []).append((depth, cover))
    return {kind: Reach(_nearest(direct.get(kind, [])), _nearest(above.get(kind, []))) for kind in {*direct, *above}}


def _stand(ground: Ground, cover: Covered) -> tuple[int, bool]:
    """Return (depth, stands above) of a coverage; depth -1 when it does not concern this ground."""
    last = len(ground.lineage) - 1
    if cover.area is not None:
        return (0 if cover.area in ground.areas else -1), cover.area_kind in HIGH_AREAS
    depth = ground.depth(cover.place) if cover.place else -1
    return depth, 0 <= depth < last and ground.lineage[depth][1] in HIGH_TYPES


def _nearest(found: list[tuple[int, Covered]]) -> tuple[Covered, ...]:
    teams: dict[UUID, Covered] = {}
    for _depth, cover in sorted(found, key=lambda pair: (-pair[0], pair[1].team)):
        teams.setdefault(cover.team, cover)
    return tuple(teams.values())


def candidates(options: Mapping[str, Reach], consent: Consent, order: Sequence[str] = DEFAULT_ORDER) -> list[Choice]:
    """Return every team the consent allows, in the order in which a report may pass through them: the first takes a new one.

    Kinds that cover the place come first; then, only with the consent to climb, the teams above.
    """
    kinds = [kind for kind in (*order, *sorted(set(options) - set(order))) if kind in consent.kinds]
    near = [Choice(cover, climbed=False) for kind in kinds for cover in options.get(kind, Reach()).direct]
    far = [Choice(cover, climbed=True) for kind in kinds for cover in options.get(kind, Reach()).above]
    seen = {choice.cover.team for choice in near}
    return near + ([choice for choice in far if choice.cover.team not in seen] if consent.climb else [])


def pass_on(
    options: Mapping[str, Reach],
    consent: Consent,
    *,
    holder_kind: str,
    tried: Collection[UUID],
    order: Sequence[str] = DEFAULT_ORDER,
    may: Callable[[Choice], bool] = lambda _choice: True,
) -> Choice | None:
    """Return who takes a report that nobody opened: the same kind first (climbing if allowed), then other kinds.

    `may` says whether a team could read it: the clock has no key with which to wrap it anew.
    """
    left = [choice for choice in candidates(options, consent, order) if choice.cover.team not in tried and may(choice)]
    return min(left, key=lambda choice: (choice.cover.kind != holder_kind, choice.climbed), default=None)
