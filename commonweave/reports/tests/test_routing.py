"""Routing never crosses from one kind of recipient to another, and never climbs, without consent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweave.people.coverage import Covered
from commonweave.people.models import RecipientKind
from commonweave.reports.routing import (
    HIGH_TYPES,
    Choice,
    Consent,
    Ground,
    Reach,
    candidates,
    pass_on,
    reach,
)

KINDS = [str(kind) for kind in RecipientKind]
TYPES = ["country", "region", "province", "district", "city", "ward", "village"]
REPORT_KINDS = ["online", "happened", "neighbourhood"]


def _id(number: int) -> UUID:
    return UUID(int=number)


@st.composite
def grounds(draw: st.DrawFn) -> Ground:
    """Any lineage of 1 to 6 places of any types, with some areas over it."""
    types = ["country", *draw(st.lists(st.sampled_from(TYPES), max_size=5))]
    areas = draw(st.frozensets(st.integers(100, 104).map(_id), max_size=3))
    return Ground(tuple((_id(depth), kind) for depth, kind in enumerate(types)), areas)


@st.composite
def cover_lists(draw: st.DrawFn) -> list[Covered]:
    """Teams of fixed kinds with coverages anywhere: on the lineage, beside it, in areas."""
    covers = []
    for number in range(draw(st.integers(0, 12))):
        team = draw(st.integers(0, 7))
        area = draw(st.booleans())
        covers.append(
            Covered(
                team=_id(1000 + team),
                kind=KINDS[team % len(KINDS)],
                organisation=_id(2000 + team),
                report_kinds=frozenset(draw(st.sets(st.sampled_from(REPORT_KINDS), min_size=1))),
                place=None if area else _id(draw(st.integers(0, 8))),
                area=_id(draw(st.integers(100, 106))) if area else None,
                area_kind=draw(st.sampled_from(["police_area", "service_area", "regional_hub"])) if area else "",
            )
        )
        del number
    return covers


consents = st.builds(Consent, st.frozensets(st.sampled_from(KINDS), max_size=3), climb=st.booleans())
report_kinds = st.sampled_from(REPORT_KINDS)


@given(grounds(), cover_lists(), consents, report_kinds)
def test_route_never_leaves_the_consent(ground: Ground, covers: list[Covered], consent: Consent, kind: str) -> None:
    """If this failed, a report could reach somebody the resident never agreed to."""
    for choice in candidates(reach(ground, kind, covers), consent):
        assert choice.cover.kind in consent.kinds
        assert kind in choice.cover.report_kinds
        assert consent.climb or not choice.climbed


@given(grounds(), cover_lists(), consents, report_kinds)
def test_route_stays_on_the_ground(ground: Ground, covers: list[Covered], consent: Consent, kind: str) -> None:
    """If this failed, a team of another place would read the report."""
    own = {place for place, _type in ground.lineage}
    for choice in candidates(reach(ground, kind, covers), consent):
        assert choice.cover.place in own or choice.cover.area in ground.areas


@given(grounds(), cover_lists(), consents, report_kinds)
def test_team_above_is_reached_by_climbing_only(
    ground: Ground, covers: list[Covered], consent: Consent, kind: str
) -> None:
    """If this failed, a national team would read a local report without the consent to climb."""
    last = ground.lineage[-1][0]
    for choice in candidates(reach(ground, kind, covers), Consent(consent.kinds, climb=False)):
        types = dict(ground.lineage)
        if choice.cover.place is not None and choice.cover.place != last:
            assert types[choice.cover.place] not in HIGH_TYPES
        assert choice.cover.area_kind != "regional_hub"


@given(grounds(), cover_lists(), consents, report_kinds, st.integers(0, 400))
def test_whole_journey_stays_within_the_consent(
    ground: Ground, covers: list[Covered], consent: Consent, kind: str, days: int
) -> None:
    """However long nobody opens it, a report visits each consented team once at most and no other team ever."""
    options = reach(ground, kind, covers)
    here = next(iter(candidates(options, consent)), None)
    visited: list[Choice] = []
    clock = date(2026, 1, 1)
    end = clock + timedelta(days=days)
    while here is not None and clock <= end:
        assert here.cover.kind in consent.kinds
        assert consent.climb or not here.climbed
        visited.append(here)
        tried = {choice.cover.team for choice in visited}
        here = pass_on(options, consent, holder_kind=here.cover.kind, tried=tried)
        clock += timedelta(days=6)
    teams = [choice.cover.team for choice in visited]
    assert len(teams) == len(set(teams))


@given(grounds(), cover_lists(), report_kinds)
def test_support_only_never_meets_police(ground: Ground, covers: list[Covered], kind: str) -> None:
    """The promise on the page: choosing only support is enough, and the police cannot read it."""
    support = Consent(frozenset({RecipientKind.CITY_SUPPORT, RecipientKind.CIVIL_SOCIETY}), climb=True)
    assert all(choice.cover.kind != RecipientKind.POLICE for choice in candidates(reach(ground, kind, covers), support))


def test_pass_on_climbs_within_the_same_kind_before_it_changes_kind() -> None:
    """A police report goes to the police above before it goes to another kind, when both are allowed."""
    ground = Ground(((_id(0), "country"), (_id(1), "city")))
    every = frozenset(REPORT_KINDS)
    local = Covered(_id(1), "police", _id(11), every, place=_id(1))
    above = Covered(_id(2), "police", _id(12), every, place=_id(0))
    other = Covered(_id(3), "civil_society", _id(13), every, place=_id(1))
    options = reach(ground, "online", [local, above, other])
    consent = Consent(frozenset({"police", "civil_society"}), climb=True)
    found = pass_on(options, consent, holder_kind="police", tried={_id(1)})
    assert found == Choice(above, climbed=True)


def test_nearest_team_takes_it() -> None:
    """The ward's team comes before the city's."""
    ground = Ground(((_id(0), "country"), (_id(1), "city"), (_id(2), "ward")))
    every = frozenset(REPORT_KINDS)
    city = Covered(_id(1), "city_support", _id(11), every, place=_id(1))
    ward = Covered(_id(9), "city_support", _id(12), every, place=_id(2))
    found = next(iter(candidates(reach(ground, "online", [city, ward]), Consent(frozenset({"city_support"})))), None)
    assert found == Choice(ward, climbed=False)


CITY_IN_REGION = Ground(((_id(0), "country"), (_id(1), "region"), (_id(2), "city")), frozenset({_id(100)}))
AREA: dict[str, Any] = {"organisation": _id(50), "report_kinds": frozenset(REPORT_KINDS)}


@pytest.mark.parametrize(
    ("cover", "there", "above"),
    [
        ({"place": _id(2)}, True, False),
        ({"place": _id(1)}, True, True),
        ({"place": _id(0)}, True, True),
        ({"place": _id(3)}, False, False),
        ({"area": _id(100), "area_kind": "police_area"}, True, False),
        ({"area": _id(100), "area_kind": "regional_hub"}, True, True),
        ({"area": _id(101), "area_kind": "police_area"}, False, False),
        ({"area": _id(101), "area_kind": "regional_hub"}, False, False),
        ({}, False, False),
    ],
)
def test_each_coverage_stands_here_above_or_nowhere(cover: dict[str, Any], *, there: bool, above: bool) -> None:
    """Written by hand, for the wrong one of these is a team that reads what it should not."""
    found = reach(CITY_IN_REGION, "online", [Covered(_id(1), "police", **AREA, **cover)])
    assert bool(found) == there
    assert bool(found.get("police", Reach()).direct) == (there and not above)
    assert bool(found.get("police", Reach()).above) == above
    assert bool(found.get("police", Reach())) == there


def test_a_report_about_a_whole_region_is_the_regions_own() -> None:
    """Whoever covers exactly the place does not stand above it, whatever its type; who covers the country does."""
    region = Ground(((_id(0), "country"), (_id(1), "region")))
    own, above = (Covered(_id(n), "police", **AREA, place=_id(n)) for n in (1, 0))
    assert reach(region, "online", [own, above])["police"] == Reach((own,), (above,))
    country = Ground(((_id(0), "country"),))
    assert reach(country, "online", [above])["police"] == Reach((above,))


def test_coverage_of_other_kinds_of_report_hides_nobody() -> None:
    """A team that takes something else stands in the list before one that takes this."""
    other = Covered(_id(1), "police", _id(50), frozenset({"online"}), place=_id(2))
    wanted = Covered(_id(2), "police", _id(51), frozenset({"happened"}), place=_id(2))
    assert reach(CITY_IN_REGION, "happened", [other, wanted])["police"].direct == (wanted,)


def test_a_place_is_nearer_than_an_area_and_each_team_stands_once() -> None:
    area = Covered(_id(1), "police", **AREA, area=_id(100), area_kind="police_area")
    place = Covered(_id(2), "police", **AREA, place=_id(2))
    twice = Covered(_id(1), "police", **AREA, place=_id(2))
    assert reach(CITY_IN_REGION, "online", [area, place])["police"].direct == (place, area)
    assert reach(CITY_IN_REGION, "online", [area, place, twice])["police"].direct == (twice, place)


def test_order_of_the_place_decides_and_what_it_leaves_out_comes_last() -> None:
    covers = [Covered(_id(n), kind, **AREA, place=_id(2)) for n, kind in enumerate(KINDS)]
    every = Consent(frozenset(KINDS))
    options = reach(CITY_IN_REGION, "online", covers)
    assert [choice.cover.kind for choice in candidates(options, every)] == ["city_support", "civil_society", "police"]
    found = candidates(options, every, ["police"])
    assert [choice.cover.kind for choice in found] == ["police", "city_support", "civil_society"]
    then = pass_on(options, every, holder_kind="none", tried=(), order=["police"])
    assert then is not None
    assert then.cover.kind == "police"


def test_passing_on_asks_whether_each_could_read_it() -> None:
    covers = [Covered(_id(n), "police", **AREA, place=_id(2)) for n in (1, 2)]
    options, consent = reach(CITY_IN_REGION, "online", covers), Consent(frozenset({"police"}))
    second = pass_on(options, consent, holder_kind="police", tried=(), may=lambda choice: choice.cover.team == _id(2))
    assert second == Choice(covers[1], climbed=False)
    assert (
        pass_on(options, consent, holder_kind="police", tried=(), may=lambda choice: choice.cover.team == _id(9))
        is None
    )
