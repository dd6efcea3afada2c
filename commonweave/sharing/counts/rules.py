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
    from collections.abc import Iterable, Mapping

    from commonweave.base.viewer import Viewer
    from commonweave.places.atlas import Spot

SMALLEST = 5
"""No smaller number is ever told (statistical offices use 3 to 10)."""
PERIOD_WEEKS = 4
"""What is too small in its week waits until the period of four weeks is over."""
PERIODS_A_YEAR = 13
"""What is too small even for the whole country waits until its year of 52 weeks is over."""
WEEK = timedelta(days=7)
DAY = timedelta(days=1)

Stream = tuple[UUID, str]  # a place and a category


@dataclass(frozen=True)
class Release:
    """One number to tell. `sources` are the places whose rows stand in it (for summaries; never stored)."""

    place: UUID
    elsewhere: bool
    category: str
    starts_on: date
    ends_on: date
    value: int
    sources: tuple[UUID, ...] = ()


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


STANDARD = Settings()


@dataclass
class Outcome:
    """What closing decides: numbers to tell, and what is kept for later."""

    releases: list[Release] = field(default_factory=list)
    waiting: dict[Stream, int] = field(default_factory=dict)
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


def close_week(
    counts: Mapping[Stream, int],
    monday: date,
    *,
    limits: Limits | None = None,
    until: date | None = None,
    settings: Settings = STANDARD,
) -> Outcome:
    """Tell what is large enough in its own place and week (or up to `until`); the rest waits."""
    outcome = Outcome()
    for (place, category), value in sorted(counts.items()):
        if value >= settings.smallest and (limits is None or limits.take(place, value)):
            ends_on = until or monday + WEEK - DAY
            outcome.releases.append(Release(place, False, category, monday, ends_on, value, (place,)))  # noqa: FBT003
        elif value:
            outcome.waiting[place, category] = value
    return outcome


@dataclass
class Period:
    """A period that is over: what waited in it, how often each stream was told by the week, what was left before."""

    tree: Mapping[UUID, UUID | None]
    starts_on: date
    ends_on: date
    weeks: int
    waiting: Mapping[Stream, int]
    told: Mapping[Stream, int]
    rests: Mapping[str, Rest]
    limits: Limits | None = None
    settings: Settings = STANDARD


@dataclass(frozen=True)
class _Part:
    """A number that nobody outside can tell from zero, and the places it came from."""

    value: int
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
    parents = {parent for parent in period.tree.values() if parent}
    for place in order:
        parts = from_below[place]
        own = _own(period, (place, category), outcome)
        if own:
            parts.append(own)
        above = period.tree[place]
        if above is None:
            _close_country(period, place, category, parts, outcome)
        elif parts:
            whole = _whole(parts)
            told = place in parents and _may_pool(parts, period.settings.smallest) and _room(period, place, whole.value)
            if told:
                outcome.releases.append(_elsewhere(period, place, category, whole))
            else:
                from_below[above].append(whole)


def _own(period: Period, stream: Stream, outcome: Outcome) -> _Part | None:
    """Tell a place's own number of the whole period, or return it as a part; None when nothing can be left of it."""
    open_weeks = period.weeks - period.told.get(stream, 0)
    if open_weeks <= 0:
        return None
    place, category = stream
    value = period.waiting.get(stream, 0)
    if _large_enough(period, value, open_weeks) and _room(period, place, value):
        release = Release(place, False, category, period.starts_on, period.ends_on, value, (place,))  # noqa: FBT003
        outcome.releases.append(release)
        return None
    return _Part(value, (place,) if value else ())


def _close_country(period: Period, place: UUID, category: str, parts: list[_Part], outcome: Outcome) -> None:
    """Tell what is left at the country if it is enough, else keep it until its year is over.

    Adding week by week until it is enough would tell that something came in the last week; a fixed date does not.
    """
    whole = _whole(parts)
    if _large_enough(period, whole.value, len(parts)) and _room(period, place, whole.value):
        outcome.releases.append(_elsewhere(period, place, category, whole))
        parts, whole = [], _whole([])
    before = period.rests.get(category) or Rest(0, 0, period.starts_on)
    rest = Rest(before.value + whole.value, before.parts + bool(parts), before.since)
    if is_last_of_year(period.ends_on, period.settings):
        if _large_enough(period, rest.value, rest.parts) and _room(period, place, rest.value):
            outcome.releases.append(_elsewhere(period, place, category, _Part(rest.value, ()), since=rest.since))
            rest = Rest(0, 0, period.ends_on + DAY)
        else:
            rest = Rest(rest.value, 1, rest.since)
    outcome.rests[category] = rest


def _whole(parts: list[_Part]) -> _Part:
    return _Part(sum(part.value for part in parts), tuple(source for part in parts for source in part.sources))


def _large_enough(period: Period, value: int, parts: int) -> bool:
    """Say whether the number may be told although each of its parts must stay possibly zero."""
    most = period.settings.smallest - 1
    return most < value <= most * (parts - 1)


def _may_pool(parts: list[_Part], smallest: int) -> bool:
    total, largest = sum(part.value for part in parts), max(part.value for part in parts)
    # Each part may be anything from 0 to this, as far as anybody outside can tell.
    most = min(smallest - 1, total - smallest)
    return total - largest >= smallest and total <= most * (len(parts) - 1)


def _room(period: Period, place: UUID, value: int) -> bool:
    return period.limits is None or period.limits.take(place, value)


def _elsewhere(period: Period, place: UUID, category: str, whole: _Part, since: date | None = None) -> Release:
    starts_on = since or period.starts_on
    return Release(place, True, category, starts_on, period.ends_on, whole.value, whole.sources)  # noqa: FBT003


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
