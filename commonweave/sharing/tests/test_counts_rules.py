"""What a reader of released counts can work out. A failure here means that a small group can be singled out."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweave.base.viewer import NOBODY, SYSTEM, Viewer
from commonweave.sharing.counts import rules
from commonweave.sharing.counts.rules import DAY, WEEK, Limits, Period, Release, Rest, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Tree = dict[UUID, UUID | None]
Facts = Counter[tuple[UUID, str, date]]
"""How often something was counted: place, category, Monday."""
START = rules.period_of(date(2026, 3, 2))[0]
COUNTRY, REGION, TOWN, *LEAVES = (UUID(int=number) for number in range(1, 9))


class World:
    """A country whose weeks are closed one after the other, as the action does it."""

    def __init__(
        self, tree: Tree, wanted: Settings, *, limits: Limits | None = None, busy: Iterable[UUID] = ()
    ) -> None:
        self.tree, self.settings, self.limits = tree, wanted, limits
        self.releases: list[Release] = []
        self.waiting: Counter[tuple[UUID, str]] = Counter()
        self.told: Counter[tuple[UUID, str]] = Counter()
        self.rests: dict[str, Rest] = {}
        self.busy = frozenset((place, "a") for place in busy)

    def close(self, monday: date, counts: dict[tuple[UUID, str], int], categories: Iterable[str]) -> None:
        now = rules.close_week(counts, monday, self.busy, settings=self.settings, limits=self.limits)
        alone = {(each.place, each.category) for each in now}
        self.releases += now
        self.told.update(alone)
        self.waiting.update({stream: value for stream, value in counts.items() if stream not in alone})
        start, end = rules.period_of(monday, self.settings)
        if monday + WEEK - DAY == end:
            self.close_period(start, end, categories)

    def close_period(self, start: date, end: date, categories: Iterable[str]) -> None:
        period = Period(
            self.tree,
            start,
            end,
            self.settings.weeks,
            self.waiting,
            self.busy,
            self.told,
            self.rests,
            self.limits,
            self.settings,
        )
        closed = rules.close_period(period, categories)
        self.releases += closed.releases
        self.rests = closed.rests
        self.waiting, self.told = Counter(), Counter()
        before: Counter[tuple[UUID, str]] = Counter()
        for each in self.releases:
            if not each.elsewhere and start <= each.ends_on <= end:
                before[each.place, each.category] += each.value
        self.busy = rules.busy_streams(before, self.settings)

    def held(self) -> int:
        return self.waiting.total() + sum(rest.value for rest in self.rests.values())


def close_all(
    tree: Tree, facts: Facts, weeks: int, wanted: Settings = rules.STANDARD, busy: Iterable[UUID] = ()
) -> World:
    world = World(tree, wanted, busy=busy)
    for monday in (START + number * WEEK for number in range(weeks)):
        counts = {(place, category): often for (place, category, day), often in facts.items() if day == monday}
        world.close(monday, counts, ["a", "b"])
    return world


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Any tree of up to nine places."""
    tree: Tree = {UUID(int=1): None}
    for number in range(2, draw(st.integers(2, 9)) + 1):
        tree[UUID(int=number)] = UUID(int=draw(st.integers(1, number - 1)))
    return tree


History = tuple[Tree, Facts, int, Settings]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A tree, what was counted in it, over how many weeks, and from when on a place is told every week."""
    tree, weeks = draw(trees()), draw(st.integers(1, 14))
    mondays = st.sampled_from([START + number * WEEK for number in range(weeks)])
    one = st.tuples(st.sampled_from(sorted(tree)), st.sampled_from("ab"), mondays)
    facts = draw(st.dictionaries(one, st.integers(0, 9), max_size=60))
    wanted = Settings(busy=draw(st.sampled_from([1, 2, rules.BUSY])), periods=draw(st.sampled_from([1, 2, 13])))
    return tree, Counter(facts), weeks, wanted


def beneath(tree: Tree, place: UUID) -> set[UUID]:
    return {each for each in tree if place in rules._upwards(tree, each)}


@given(histories())
def test_everything_counted_is_told_once_or_held_back(history: History) -> None:
    tree, facts, weeks, wanted = history
    world = close_all(tree, facts, weeks, wanted)
    assert sum(each.value for each in world.releases) + world.held() == facts.total()


@given(histories())
def test_no_told_number_is_small(history: History) -> None:
    world = close_all(*history)
    assert all(each.value >= rules.SMALLEST for each in world.releases)


def groups(world: World, facts: Facts) -> list[tuple[Release, Facts]]:
    """Return the counted things behind each released number, by following them as the worker cannot."""
    left = Counter(facts)
    found = []
    for each in world.releases:
        mine: Facts = Counter()
        for key, often in left.items():
            place, category, monday = key
            inside = category == each.category and each.starts_on <= monday <= each.ends_on
            if inside and (place in each.sources or not each.sources):
                mine[key] = often
        found.append((each, mine))
        left -= mine
    return found


@given(histories())
def test_sums_and_differences_of_told_numbers_are_sums_of_large_groups(history: History) -> None:
    """Groups behind the numbers never overlap, so whatever is added or subtracted, no group of 1 to 4 remains."""
    tree, facts, weeks, wanted = history
    world = close_all(tree, facts, weeks, wanted)
    for each, mine in groups(world, facts):
        assert mine.total() == each.value, "the number is exactly its own group, no part of it was told before"
        places = {place for place, _category, _monday in mine}
        assert places <= beneath(tree, each.place)
    atoms = [each.value for each in world.releases]
    unions = {sum(chosen) for size in range(4) for chosen in itertools.combinations(atoms[:12], size)}
    assert not unions & set(range(1, rules.SMALLEST))


@given(histories(), st.integers(0, 3))
def test_a_told_number_never_changes_when_more_weeks_close(history: History, more: int) -> None:
    tree, facts, weeks, wanted = history
    before = close_all(tree, facts, weeks, wanted).releases
    after = close_all(tree, facts, weeks + more, wanted).releases
    assert after[: len(before)] == before
    assert all(each.ends_on <= START + (weeks + more) * WEEK for each in after)


Told = tuple[tuple[UUID, bool, date, date, int], ...]


def highest(wanted: Settings) -> int:
    return wanted.smallest + (1 if wanted.weeks > 1 else 0)


def every_world(
    tree: Tree, wanted: Settings, weeks: int, busy: Iterable[UUID]
) -> Iterator[tuple[tuple[int, ...], Told]]:
    """Return every possible history of one category with what would be told of it."""
    streams = [(place, START + number * WEEK) for number in range(weeks) for place in tree]
    for counts in itertools.product(range(highest(wanted) + 1), repeat=len(streams)):
        facts: Facts = Counter()
        for (place, monday), often in zip(streams, counts, strict=True):
            facts[place, "a", monday] = often
        told = close_all(tree, facts, weeks, wanted, busy).releases
        yield counts, tuple((each.place, each.elsewhere, each.starts_on, each.ends_on, each.value) for each in told)


@pytest.mark.parametrize(
    ("tree", "wanted", "weeks", "busy"),
    [
        pytest.param(
            {COUNTRY: None, TOWN: COUNTRY, **dict.fromkeys(LEAVES[:4], TOWN)}, Settings(3, 1), 1, [], id="wide"
        ),
        pytest.param(
            {COUNTRY: None, REGION: COUNTRY, TOWN: REGION, LEAVES[0]: TOWN, LEAVES[1]: TOWN, LEAVES[2]: REGION},
            Settings(3, 1),
            1,
            [],
            id="deep",
        ),
        pytest.param({COUNTRY: None}, Settings(3, 1, 4), 6, [], id="a country over years"),
        pytest.param({COUNTRY: None, TOWN: COUNTRY}, Settings(3, 1, 2), 3, [], id="places over years"),
        pytest.param({COUNTRY: None}, Settings(3, 4), 4, [COUNTRY], id="every week"),
        pytest.param({COUNTRY: None}, Settings(2, 3, busy=2), 6, [COUNTRY], id="from every week to every period"),
        pytest.param(
            {COUNTRY: None, TOWN: COUNTRY, LEAVES[0]: TOWN}, Settings(2, 2), 2, [LEAVES[0]], id="busy among others"
        ),
        pytest.param(
            {COUNTRY: None, TOWN: COUNTRY, LEAVES[0]: COUNTRY}, Settings(2, 2), 2, [TOWN, LEAVES[0]], id="all busy"
        ),
    ],
)
def test_whatever_is_told_each_untold_number_may_be_zero(
    tree: Tree, wanted: Settings, weeks: int, busy: list[UUID]
) -> None:
    """Somebody who knows this program and everything it ever told cannot learn that a small number is there.

    Every possible world is tried (with a smaller smallest number): among the worlds that tell the same, each
    number of a place and week that was not told on its own is zero in one and not zero in another.
    """
    alike: dict[Told, list[tuple[int, ...]]] = defaultdict(list)
    for counts, told in every_world(tree, wanted, weeks, busy):
        alike[told].append(counts)
    streams = [(place, START + number * WEEK) for number in range(weeks) for place in tree]
    for told, worlds in alike.items():
        if any(value > highest(wanted) and not other and end - start > WEEK for _, other, start, end, value in told):
            continue  # larger weeks than we try would tell the same
        alone = {(place, start) for place, other, start, end, _ in told if not other and end - start < WEEK}
        for stream, values in zip(streams, zip(*worlds, strict=True), strict=True):
            found = set(values)
            assert stream in alone or (0 in found and len(found) > 1), told


@pytest.mark.parametrize(("count", "told"), [(1, []), (4, []), (5, [5]), (6, [6])])
def test_the_smallest_number_is_five(count: int, told: list[int]) -> None:
    """The number itself, not its name: the glossary and the page promise five."""
    facts: Facts = Counter({(TOWN, "a", START): count})
    assert [each.value for each in close_all({COUNTRY: None, TOWN: COUNTRY}, facts, 4).releases] == told


def test_somebody_who_knows_one_place_finds_no_small_rest() -> None:
    tree: Tree = {COUNTRY: None, TOWN: COUNTRY, **dict.fromkeys(LEAVES[:4], TOWN)}
    facts: Facts = Counter({(LEAVES[0], "a", START): 4, (LEAVES[1], "a", START): 2})
    told = [each for each in close_all(tree, facts, 4).releases if each.place == TOWN]
    assert not told, "four are known to the team of that place, and two would be left"


def test_many_neighbours_do_not_help_where_one_part_is_nearly_all() -> None:
    leaves = [UUID(int=number) for number in range(20, 30)]
    tree: Tree = {COUNTRY: None, TOWN: COUNTRY, **dict.fromkeys(leaves, TOWN)}
    facts: Facts = Counter({(leaves[0], "a", START): 4, (leaves[1], "a", START): 2})
    assert not [each for each in close_all(tree, facts, 4).releases if each.place == TOWN]
    facts = Counter({(leaf, "a", START): 1 for leaf in leaves[:6]})
    assert [each.value for each in close_all(tree, facts, 4).releases if each.place == TOWN] == [6]


def test_what_is_too_small_for_a_country_is_told_when_its_year_is_over() -> None:
    first = next(start for start in (START + n * 4 * WEEK for n in range(13)) if rules.is_last_of_year(start - DAY))
    world = World({COUNTRY: None}, rules.STANDARD)
    for number in range(52):
        assert world.releases == []
        world.close(first + number * WEEK, {(COUNTRY, "a"): 1 if number % 2 else 0}, ["a"])
    (year,) = world.releases
    assert (year.elsewhere, year.value, year.starts_on, year.ends_on) == (True, 26, first, first + 52 * WEEK - DAY)
    assert world.rests["a"] == Rest(0, 0, first + 52 * WEEK)


def test_a_small_number_is_told_with_its_four_weeks_before_it_leaves_its_place() -> None:
    facts: Facts = Counter({(LEAVES[0], "a", START + number * WEEK): 2 for number in range(4)})
    tree: Tree = {COUNTRY: None, LEAVES[0]: COUNTRY}
    world = close_all(tree, facts, 4)
    assert [(each.place, each.elsewhere, each.value) for each in world.releases] == [(LEAVES[0], False, 8)]
    assert world.releases[0].starts_on == START
    assert world.releases[0].ends_on == START + 4 * WEEK - DAY


def test_small_numbers_of_many_wards_are_told_elsewhere_in_their_town() -> None:
    tree: Tree = {COUNTRY: None, TOWN: COUNTRY, **dict.fromkeys(LEAVES, TOWN)}
    facts: Facts = Counter({(leaf, "a", START): 2 for leaf in LEAVES})
    world = close_all(tree, facts, 4)
    assert [(each.place, each.elsewhere, each.value) for each in world.releases] == [(TOWN, True, 10)]


def test_closed_reports_never_prove_more_received_reports_than_were_told() -> None:
    tree: Tree = {COUNTRY: None, TOWN: COUNTRY}
    limits = Limits(tree, {COUNTRY: 20, TOWN: 6})
    world = World(tree, rules.STANDARD, limits=limits)
    for week in range(4):
        world.close(START + week * WEEK, {(TOWN, "done"): 3, (COUNTRY, "done"): 2}, ["done"])
    assert [(each.place, each.value) for each in world.releases] == [(COUNTRY, 8)]
    assert limits.room == {COUNTRY: 12, TOWN: 6}


def test_a_busy_place_is_told_every_week_and_its_small_weeks_elsewhere() -> None:
    tree: Tree = {COUNTRY: None, TOWN: COUNTRY, **dict.fromkeys(LEAVES[:4], TOWN)}
    facts: Facts = Counter({(LEAVES[0], "a", START + week * WEEK): 12 for week in range(4)})
    facts += Counter(
        {(LEAVES[0], "a", START + week * WEEK): often for week, often in zip(range(4, 8), [9, 4, 7, 3], strict=True)}
    )
    facts += Counter({(leaf, "a", START + 4 * WEEK): 3 for leaf in LEAVES[1:4]})
    told = [(each.place, each.elsewhere, each.value) for each in close_all(tree, facts, 8).releases]
    assert told == [(LEAVES[0], False, 48), (LEAVES[0], False, 9), (LEAVES[0], False, 7), (TOWN, True, 16)]


@given(st.integers(0, 200))
def test_bands_are_wide(value: int) -> None:
    assert rules.band_of(value) == ("few" if value < 10 else "some" if value < 50 else "many")


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40))
def test_median_is_a_whole_number_of_days_between_the_extremes(days: list[int]) -> None:
    middle = rules.median(Counter(days))
    assert min(days) <= middle <= max(days)
    assert sum(day <= middle for day in days) * 2 >= len(days)


@settings(max_examples=200)
@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_every_week_lies_in_one_period_of_four_weeks(day: date) -> None:
    monday = rules.week_of(day)
    start, end = rules.period_of(monday)
    assert start <= monday <= end
    assert (end - start).days == 27
    assert start.weekday() == 0
    assert rules.period_of(start) == rules.period_of(rules.week_of(end)) == (start, end)


def test_only_the_worker_releases_and_only_members_that_signed_see() -> None:
    assert rules.may_release(SYSTEM)
    assert not rules.may_release(Viewer(signed=True))
    assert rules.may_see(Viewer(signed=True))
    assert not rules.may_see(NOBODY)
