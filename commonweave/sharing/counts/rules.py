"""Which counts may be told, and where the rest is counted instead. Pure: asks nothing, changes nothing.

The why, and what an attacker can still learn, stand in docs/adr/released-counts.md.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from commonweave.base.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from commonweave.base.viewer import Viewer
    from commonweave.places.atlas import Spot

SMALLEST = 5
"""No smaller number is ever told (statistical offices use 3 to 10)."""
PERIOD_WEEKS = 4
"""Most places are told once in four weeks; small numbers every week would each say too much."""
BUSY = 2 * SMALLEST
"""A place that had this many a week in the four weeks before is told every week."""
PERIODS_A_YEAR = 13
"""What is too small even for the whole country waits until its year of 52 weeks is over."""
WEEK = timedelta(days=7)
DAY = timedelta(days=1)

Stream = tuple[UUID, str]  # a place and a category


@dataclass(frozen=True)
class Release:
    """One number to tell. `sources` are the places whose rows stand in it (for summaries; never stored)."""

    place: UUID
    category: str
    starts_on: date
    ends_on: date
    value: int
    sources: tuple[UUID, ...] = ()
    elsewhere: bool = False


@dataclass(frozen=True)
class Rest:
    """What a country still holds back: how much, in how many possible places and periods, since when."""

    value: int
    parts: int
    since: date


@dataclass
class Limits:
    """How much each place can still tell without revealing, against another table, what that one left out.

    A place that tells of more closed reports than of received ones would prove that small numbers were left out.
    """

    tree: Mapping[UUID, UUID | None]
    room: dict[UUID, int]

    def take(self, place: UUID, amount: int) -> bool:
        """Use up room at a place and all above it; False, and nothing used, where there is not enough."""
        line = _upwards(self.tree, place)
        if any(self.room.get(each, 0) < amount for each in line):
            return False
        for each in line:
            self.room[each] = self.room.get(each, 0) - amount
        return True


@dataclass(frozen=True)
class Settings:
    """The numbers everything rests on; tests use smaller ones to try every possible world."""

    smallest: int = SMALLEST
    weeks: int = PERIOD_WEEKS
    periods: int = PERIODS_A_YEAR
    busy: int = BUSY

    @property
    def most(self) -> int:
        """The largest number that is never told."""
        return self.smallest - 1


STANDARD = Settings()


@dataclass
class Outcome:
    """What closing a period decides: numbers to tell, and what is kept for later."""

    releases: list[Release] = field(default_factory=list)
    rests: dict[str, Rest] = field(default_factory=dict)


def week_of(day: date) -> date:
    """Return the Monday of the ISO week that holds a day."""
    return day - timedelta(days=day.weekday())


def period_of(monday: date, settings: Settings = STANDARD) -> tuple[date, date]:
    """Return the first Monday and the last Sunday of the period that holds a week; the same for every country."""
    start = monday - (monday.toordinal() // 7 % settings.weeks) * WEEK
    return start, start + settings.weeks * WEEK - DAY


def is_last_of_year(ends_on: date, settings: Settings = STANDARD) -> bool:
    """Say whether the period that ends on this Sunday is the last of its 52 weeks."""
    return ends_on.toordinal() // 7 // settings.weeks % settings.periods == 0


def busy_streams(told: Mapping[Stream, int], settings: Settings = STANDARD) -> frozenset[Stream]:
    """Return what is told every week, from what was told of the period before: everybody can work it out as we do."""
    return frozenset(stream for stream, value in told.items() if value >= settings.weeks * settings.busy)


def close_week(
    counts: Mapping[Stream, int],
    monday: date,
    busy: Collection[Stream],
    *,
    limits: Limits | None = None,
    settings: Settings = STANDARD,
) -> list[Release]:
    """Tell what is told every week and large enough in this one; all else waits for the end of the period."""
    releases = []
    for stream in sorted(busy):
        place, category = stream
        value = counts.get(stream, 0)
        if value >= settings.smallest and (limits is None or limits.take(place, value)):
            releases.append(Release(place, category, monday, monday + WEEK - DAY, value, sources=(place,)))
    return releases


@dataclass
class Period:
    """A period that is over: what waited in it, what is told by the week and how often it was, what was left before."""

    tree: Mapping[UUID, UUID | None]
    starts_on: date
    ends_on: date
    weeks: int
    waiting: Mapping[Stream, int]
    busy: Collection[Stream] = ()
    told: Mapping[Stream, int] = field(default_factory=dict)
    rests: Mapping[str, Rest] = field(default_factory=dict)
    limits: Limits | None = None
    settings: Settings = STANDARD


@dataclass(frozen=True)
class _Part:
    """A number that is not told, the places it came from, and how large it may be for all that is known outside.

    Anybody can work out `most` as well; every number from 0 to `most` is possible to them.
    """

    value: int
    most: int
    sources: tuple[UUID, ...]


def close_period(period: Period, categories: Iterable[str]) -> Outcome:
    """Tell, from the finest place upwards, what waited: at its place, else elsewhere in the nearest place above.

    A pooled number is told only if every part of it may still be zero for all that anybody can work out from the
    numbers told, and only if whoever knows one part cannot find a small rest. What remains at the country is kept.
    """
    outcome = Outcome()
    order = sorted(period.tree, key=lambda place: (-len(_upwards(period.tree, place)), place))
    for category in sorted({*categories, *(stream[1] for stream in period.waiting), *period.rests}):
        _close_category(period, category, order, outcome)
    return outcome


def _close_category(period: Period, category: str, order: list[UUID], outcome: Outcome) -> None:
    from_below: dict[UUID, list[_Part]] = defaultdict(list)
    for place in order:
        parts = from_below[place]
        own = _own(period, (place, category), outcome)
        if own:
            parts.append(own)
        above = period.tree[place]
        if above is None:
            _close_country(period, place, category, parts, outcome)
        elif parts:
            whole = _whole(parts, period.settings)
            if _may_pool(parts, period.settings) and _room(period, place, whole.value):
                outcome.releases.append(_elsewhere(period, place, category, whole))
            else:
                from_below[above].append(whole)


def _own(period: Period, stream: Stream, outcome: Outcome) -> _Part | None:
    """Tell a place's own number of the whole period, or return it as a part; None when nothing can be left of it."""
    place, category = stream
    value, most = period.waiting.get(stream, 0), period.settings.most
    sources = (place,) if value else ()
    if stream in period.busy:
        open_weeks = period.weeks - period.told.get(stream, 0)
        return _Part(value, most * open_weeks, sources) if open_weeks > 0 else None
    if value > most and _room(period, place, value):
        release = Release(place, category, period.starts_on, period.ends_on, value, sources=sources)
        outcome.releases.append(release)
        return None
    return _Part(value, most, sources)


def _close_country(period: Period, place: UUID, category: str, parts: list[_Part], outcome: Outcome) -> None:
    """Tell what is left at the country if it is enough, else keep it until its year is over.

    Adding week by week until it is enough would tell that something came in the last week; a fixed date does not.
    """
    settings = period.settings
    whole = _whole(parts, settings)
    if _may_sum(whole.value, [part.most for part in parts], settings) and _room(period, place, whole.value):
        outcome.releases.append(_elsewhere(period, place, category, whole))
        parts, whole = [], _Part(0, 0, ())
    before = period.rests.get(category) or Rest(0, 0, period.starts_on)
    rest = Rest(before.value + whole.value, before.parts + bool(parts), before.since)
    if is_last_of_year(period.ends_on, settings):
        every = [settings.most] * rest.parts
        if _may_sum(rest.value, every, settings) and _room(period, place, rest.value):
            year = _Part(rest.value, 0, ())
            outcome.releases.append(_elsewhere(period, place, category, year, since=rest.since))
            rest = Rest(0, 0, period.ends_on + DAY)
        else:
            rest = Rest(rest.value, 1, rest.since)
    outcome.rests[category] = rest


def _whole(parts: list[_Part], settings: Settings) -> _Part:
    """Return parts as one, for the place above: a pool that was not told is small, or nearly all of it one part."""
    largest = max((part.most for part in parts), default=0)
    most = min(sum(part.most for part in parts), largest + settings.most)
    return _Part(sum(part.value for part in parts), most, tuple(source for part in parts for source in part.sources))


def _may_sum(total: int, mosts: list[int], settings: Settings) -> bool:
    """Say whether a sum is large enough, and each part may still be zero because the others alone may make it."""
    return settings.smallest <= total <= sum(mosts) - max(mosts, default=0)


def _may_pool(parts: list[_Part], settings: Settings) -> bool:
    """Say whether besides that whoever knows one part still faces a large rest."""
    total, largest = sum(part.value for part in parts), max(part.value for part in parts)
    # That the rest is large is known too, so no part can be more than this.
    ceiling = total - settings.smallest
    return largest <= ceiling and _may_sum(total, [min(part.most, ceiling) for part in parts], settings)


def _room(period: Period, place: UUID, value: int) -> bool:
    return period.limits is None or period.limits.take(place, value)


def _elsewhere(period: Period, place: UUID, category: str, whole: _Part, since: date | None = None) -> Release:
    starts_on = since or period.starts_on
    return Release(place, category, starts_on, period.ends_on, whole.value, sources=whole.sources, elsewhere=True)


def _upwards(tree: Mapping[UUID, UUID | None], place: UUID) -> list[UUID]:
    line: list[UUID] = []
    here: UUID | None = place
    while here is not None:
        line.append(here)
        here = tree.get(here)
    return line


def may_release(viewer: Viewer) -> Verdict:
    """Only our own worker counts rows; nobody asks for a count of their choosing."""
    return YES if viewer.system else no(_("Counts are released by the clock, not by a person."))


def may_see(viewer: Viewer) -> Verdict:
    """Released counts are for members of organisations that signed the agreement (TLP:GREEN)."""
    if viewer.signed or viewer.system:
        return YES
    return no(_("Only members of organisations that signed the agreement see these numbers."))


LARGE_CITY = 200_000
WIDE = ("country", "region", "province")


def is_wide(spot: Spot) -> bool:
    """Say whether a place is large enough for a band of the running week: a region, or a larger city."""
    return spot.depth <= 1 or spot.type in WIDE or (spot.population or 0) >= LARGE_CITY


BANDS = (("few", 0), ("some", 10), ("many", 50))
"""How busy the running week is: fewer than ten, up to forty-nine, fifty or more."""


def band_of(value: int) -> str:
    """Return the wide band a number falls into; nothing at all is "few" too."""
    return max((start, name) for name, start in BANDS if value >= start)[1]


def median(days: Mapping[int, int]) -> int:
    """Return the median of a histogram {days: how often}, rounded half up to whole days."""
    ordered = sorted(day for day, often in days.items() for _ in range(often))
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle] + 1) // 2
