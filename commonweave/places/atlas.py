"""All places in memory, read once and again when somebody changed one: routing asks them many times a request."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import get_language

from commonweave.base.sorting import fold, sort_key
from commonweave.base.text import Text
from commonweave.places import calendar
from commonweave.places.defaults import DEFAULTS, HOLIDAYS, PUBLIC_NAME, TIME_ZONE, WORKING_WEEK
from commonweave.places.ground import Ground
from commonweave.places.models import Area, Edition, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

CHECK_EVERY = 5.0  # seconds between two looks at the edition
EXACT, START, WORD, WITHIN, SPREAD = range(5)
MOST_WORDS = 8  # of what somebody types: each is compared with every word of every place


@dataclass(frozen=True, eq=False)
class Spot:
    """A place as it stood in one edition; two are equal when they are the same place."""

    id: UUID
    code: str
    parent: UUID | None
    lineage: Sequence[UUID]
    type: str
    names: Text
    longitude: float
    latitude: float
    boundary_text: str | None = field(repr=False)
    boundary_kind: str
    population: int | None
    shown_on_reports: bool
    settings: dict[str, Any]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spot) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __str__(self) -> str:
        return self.names.say()

    @property
    def depth(self) -> int:
        """How many places stand above it."""
        return len(self.lineage) - 1

    @cached_property
    def boundary(self) -> dict[str, Any] | None:
        """The boundary as GeoJSON."""
        return json.loads(self.boundary_text) if self.boundary_text else None


@dataclass(frozen=True)
class Zone:
    """An overlapping area and the places it is made of."""

    id: UUID
    code: str
    kind: str
    names: Text
    synthetic: bool
    places: frozenset[UUID]


class Atlas:
    """The tree of places of one edition. Never changes; ask `atlas()` for the current one."""

    def __init__(self, edition: int, spots: Iterable[Spot], zones: Iterable[Zone] = ()) -> None:
        """Index the places; those above come before those beneath."""
        self.edition = edition
        self.spots = sorted(spots, key=lambda spot: (spot.depth, sort_key(spot.names.say("en")), spot.code))
        self.zones = {zone.id: zone for zone in zones}
        self._ids = {spot.id: spot for spot in self.spots}
        self._codes = {spot.code: spot for spot in self.spots}
        self._children: dict[UUID | None, list[Spot]] = {}
        for spot in self.spots:
            self._children.setdefault(spot.parent, []).append(spot)
        own: dict[UUID, set[UUID]] = {}
        for zone in self.zones.values():
            for place in zone.places:
                own.setdefault(place, set()).add(zone.id)
        self._areas = {s.id: frozenset().union(*(own.get(above, ()) for above in s.lineage)) for s in self.spots}
        self._ground = Ground([spot.boundary_text for spot in self.spots], [spot.depth for spot in self.spots])
        self._names = [(spot, {fold(name) for name in spot.names.texts.values()}) for spot in self.spots]
        self._every: frozenset[str] = frozenset().union(*(names for _spot, names in self._names))
        self._words = {spot.id: {word for name in names for word in name.split()} for spot, names in self._names}

    def by_id(self, place: UUID) -> Spot | None:
        """Return the place with this id."""
        return self._ids.get(place)

    def by_code(self, code: str) -> Spot | None:
        """Return the place with this code."""
        return self._codes.get(code)

    def children(self, spot: Spot | None) -> list[Spot]:
        """Return the places directly beneath (of None: the countries), in the order of the reader's language."""
        language = get_language() or "en"
        return sorted(self._children.get(spot.id if spot else None, ()), key=lambda s: sort_key(s.names.say(language)))

    def descendants(self, spot: Spot) -> list[Spot]:
        """Return every place beneath, at any depth, without the place itself."""
        return [other for other in self.spots if spot.id in other.lineage and other.id != spot.id]

    def lineage(self, spot: Spot) -> list[Spot]:
        """Return the places from the country down to this one."""
        return [self._ids[place] for place in spot.lineage]

    def country(self, spot: Spot) -> Spot:
        """Return the root above a place."""
        return self._ids[spot.lineage[0]]

    def areas_of(self, spot: Spot) -> frozenset[UUID]:
        """Return the areas that contain the place or one above it."""
        return self._areas[spot.id]

    def locate(self, longitude: float, latitude: float) -> Spot | None:
        """Return the deepest place that contains the point (degrees, WGS 84)."""
        number = self._ground.locate(longitude, latitude)
        return None if number is None else self.spots[number]

    def near_border(self, longitude: float, latitude: float, metres: float = 50) -> list[Spot]:
        """Return all deepest places within that distance, the point's own first: two or more mean "ask which side".

        A point outside every place (a pier, an island that a simplified coast lost) belongs to the nearest
        within 20 km; [] means nowhere we know.
        """
        return [self.spots[number] for number in self._ground.around(longitude, latitude, metres)]

    def find(self, text: str, within: Spot | None = None, limit: int = 12) -> list[Spot]:
        """Search names of every language as people type them; the most exact first, then the most people."""
        wanted = fold(text)
        if not wanted:
            return []
        ranked, words = [], wanted.split()[:MOST_WORDS]
        for spot, names in self._names:
            if within is not None and within.id not in spot.lineage:
                continue
            rank = min((_rank(wanted, name) for name in names), default=None)
            if rank is None or rank > SPREAD:
                rank = self._spread(words, spot)
            if rank <= SPREAD:
                ranked.append((rank, -(spot.population or 0), spot.depth, sort_key(spot.names.say()), spot))
        return [entry[-1] for entry in sorted(ranked, key=lambda entry: entry[:-1])[:limit]]

    def is_name(self, text: str) -> bool:
        """Say whether a place has exactly this name in some language; accents and capitals aside."""
        return fold(text) in self._every

    def _spread(self, words: list[str], spot: Spot) -> int:
        """Rank "leeds west": each word begins a word of this place's names or of one above it, one at least its own."""
        if len(words) < 2:  # noqa: PLR2004 one word alone was compared already
            return SPREAD + 1
        own = self._words[spot.id]
        mine = [any(w.startswith(word) for w in own) for word in words]
        if not any(mine):
            return SPREAD + 1
        above = [self._words[place] for place in spot.lineage[:-1]]
        rest = (word for word, found in zip(words, mine, strict=True) if not found)
        named = all(any(w.startswith(word) for names in above for w in names) for word in rest)
        return SPREAD if named else SPREAD + 1

    def setting(self, spot: Spot, name: str, default: Any = None) -> Any:  # noqa: ANN401 settings are JSON
        """Return the nearest own value up the tree, then what the node says, then `default`."""
        for place in reversed(spot.lineage):
            if name in self._ids[place].settings:
                return self._ids[place].settings[name]
        return DEFAULTS.get(name, default)

    def said_by(self, spot: Spot, name: str) -> Spot | None:
        """Return the place whose own value `setting` answers with, or None when it is the node's."""
        return next((self._ids[p] for p in reversed(spot.lineage) if name in self._ids[p].settings), None)

    def shown(self, spot: Spot) -> Spot:
        """Return the nearest place, itself or above, that a report may carry in the clear."""
        line = self.lineage(spot)
        return next((above for above in reversed(line) if above.shown_on_reports), line[0])

    def public_name(self, spot: Spot) -> Text:
        """Return the name residents know this service by here."""
        return Text.from_json(self.setting(spot, PUBLIC_NAME))

    def today(self, spot: Spot) -> date:
        """Return the date at the place now."""
        return datetime.now(ZoneInfo(self.setting(spot, TIME_ZONE))).date()

    def week(self, spot: Spot, day: date | None = None) -> tuple[date, date]:
        """Return Monday and Sunday of the ISO week at the place that holds a day (or today)."""
        return calendar.week(day or self.today(spot))

    def due(self, spot: Spot, start: date, working_days: int) -> date:
        """Return the n-th working day after `start` by the place's working week and holidays."""
        holidays = [date.fromisoformat(day) for day in self.setting(spot, HOLIDAYS)]
        return calendar.due(start, working_days, working_week=self.setting(spot, WORKING_WEEK), holidays=holidays)


def _rank(wanted: str, name: str) -> int:
    if name == wanted:
        return EXACT
    if name.startswith(wanted):
        return START
    if f" {wanted}" in name:
        return WORD
    return WITHIN if wanted in name else SPREAD + 1


class _Shelf:
    """The process's one copy; readers never wait while somebody else reads a new edition."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.current: Atlas | None = None
        self.checked = 0.0


_shelf = _Shelf()


def atlas() -> Atlas:
    """Return the current picture of all places; looks for a new edition every 5 seconds at most."""
    current = _shelf.current
    if current is not None and time.monotonic() - _shelf.checked < CHECK_EVERY:
        return current
    if current is None:
        _shelf.lock.acquire()
    elif not _shelf.lock.acquire(blocking=False):
        return current  # somebody else is looking
    try:
        number = Edition.objects.values_list("number", flat=True).first() or 0
        if _shelf.current is None or _shelf.current.edition != number:
            _shelf.current = _read(number)
        _shelf.checked = time.monotonic()
        return _shelf.current
    finally:
        _shelf.lock.release()


def last_atlas() -> Atlas | None:
    """Return what was read last without asking the database, for the page that says that something went wrong."""
    return _shelf.current


def expire() -> None:
    """Make the next `atlas()` look at the edition at once (after a change in this process)."""
    _shelf.checked = -CHECK_EVERY


def _read(number: int) -> Atlas:
    columns = ("id", "code", "parent_id", "lineage", "type", "names", "longitude", "latitude")
    rest = ("boundary_kind", "population", "shown_on_reports", "settings")
    rows = Place.objects.annotate(drawn=Cast("boundary", models.TextField())).values_list(*columns, "drawn", *rest)
    names = [field.name for field in fields(Spot)]
    spots = [Spot(**dict(zip(names, row, strict=True))) for row in rows.iterator(chunk_size=2000)]
    members: dict[UUID, set[UUID]] = {}
    for area, place in Area.places.through.objects.values_list("area_id", "place_id"):
        members.setdefault(area, set()).add(place)
    zones = [
        Zone(*row, places=frozenset(members.get(row[0], ())))
        for row in Area.objects.values_list("id", "code", "kind", "names", "synthetic")
    ]
    return Atlas(number, spots, zones)
