"""Who covers what, in process memory: routing asks for it with every report.

Read again with every edition (`places.atlas`), which a trigger raises with each change of a coverage, a team,
an organisation's name or its key, and when this node becomes a demonstration.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from commonweave.people import rules
from commonweave.people.models import Coverage, Demonstration, Team, Trust
from commonweave.people.queries.keys import IntakeKey, intake_keys
from commonweave.places.atlas import atlas

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from uuid import UUID

    from commonweave.base.text import Text


@dataclass(frozen=True)
class Covered:
    """One coverage of one team. `until` is the first day on which it no longer holds; None: open."""

    team: UUID
    kind: str
    organisation: UUID
    report_kinds: frozenset[str]
    place: UUID | None = None
    area: UUID | None = None
    area_kind: str = ""
    since: date | None = None
    until: date | None = None

    def holds(self, on: date) -> bool:
        """Say whether it holds on a day."""
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


@dataclass(frozen=True)
class Known:
    """A team as pages name it (names of bodies are public)."""

    pk: UUID
    kind: str
    names: Text
    organisation: UUID
    organisation_names: Text
    acknowledge_days: int | None = None
    answer_days: int | None = None


class Book:
    """All coverages and teams of one edition. Never changes; ask `book()` for the current one."""

    def __init__(
        self,
        edition: int,
        coverages: Iterable[Covered],
        teams: Iterable[Known],
        keys: Mapping[UUID, IntakeKey],
        *,
        trusted: Iterable[UUID] = (),
        demonstration: bool = False,
    ) -> None:
        """Index coverages by where they lie. Without a key that somebody holds, an organisation covers nothing.

        `trusted`: organisations whose members may write reports down for others; `demonstration`: every page has to say that nothing here is real.
        """
        self.edition = edition
        self.keys = dict(keys)
        self.trusted = frozenset(trusted)
        self.demonstration = demonstration
        self.teams = {team.pk: team for team in teams}
        self._at: dict[UUID, list[Covered]] = defaultdict(list)
        for coverage in coverages:
            where = coverage.place or coverage.area
            if where is not None and coverage.organisation in self.keys:
                self._at[where].append(coverage)

    def at(self, wheres: Iterable[UUID], on: date) -> list[Covered]:
        """Return what holds on a day at any of these places or areas."""
        return [coverage for where in wheres for coverage in self._at.get(where, ()) if coverage.holds(on)]


class _Shelf:
    """The process's one copy."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.current: Book | None = None


_shelf = _Shelf()


def book() -> Book:
    """Return the coverages of the edition that `atlas()` stands at."""
    edition = atlas().edition
    current = _shelf.current
    if current is None or current.edition != edition:
        with _shelf.lock:
            current = _shelf.current = _read(edition)
    return current


def last_book() -> Book | None:
    """Return what was read last without asking the database, for the page that says that something went wrong."""
    return _shelf.current


def _read(edition: int) -> Book:
    rows = Coverage.objects.values_list(
        "team_id", "team__kind", "team__organisation_id", "report_kinds", "place_id", "area_id", "area__kind", "during"
    )
    coverages = [
        Covered(team, kind, organisation, frozenset(kinds), place, area, area_kind or "", during.lower, during.upper)
        for team, kind, organisation, kinds, place, area, area_kind, during in rows
    ]
    own = ("acknowledge_days", "answer_days")
    teams = Team.objects.values_list("pk", "kind", "names", "organisation_id", "organisation__names", *own)
    known = [Known(*row) for row in teams]
    trusted = Trust.objects.filter(during__upper_inf=True).exclude(organisation__kind__in=rules.NEVER_TRUSTED)
    return Book(
        edition,
        coverages,
        known,
        intake_keys(),
        trusted=trusted.values_list("organisation_id", flat=True),
        demonstration=Demonstration.objects.exists(),
    )
