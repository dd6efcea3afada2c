"""From a point on the map to the team that reads: judged by ray casting and a walk up the tree, and near a border it asks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import pytest

from commonweave import places
from commonweave.base.tests.sizes import luck as lucky
from commonweave.base.tests.sizes import size
from commonweave.base.text import Text
from commonweave.people.coverage import Covered
from commonweave.people.models import RecipientKind
from commonweave.places.atlas import Atlas, Spot
from commonweave.places.tests.factories import make_spot
from commonweave.reports.routing import DEFAULT_ORDER, Consent, Ground, candidates, reach
from tools.places.gold import COUNTRIES
from tools.places.judge import Judge

if TYPE_CHECKING:
    from random import Random

DATA = Path(places.__file__).parent / "data"
ABOVE = ("country", "region", "province")


class World(NamedTuple):
    atlas: Atlas
    judges: list[Judge]


@pytest.fixture(scope="module")
def world() -> World:
    """The product's own picture of the four countries, and the judges'."""
    judges = [Judge(DATA / f"{country}.json") for country in COUNTRIES]
    spots: dict[str, Spot] = {}
    for row in (row for judge in judges for row in judge.rows.values()):
        made = make_spot(row["code"], spots.get(row["parent"]))
        facts = {"names": Text(row["names"]), "type": row["type"], "boundary_text": json.dumps(row["boundary"])}
        spots[row["code"]] = Spot(**{**vars(made), **facts})
    return World(Atlas(1, spots.values()), judges)


def some_teams(judge: Judge, here: str, luck: Random) -> list[tuple[str, str, int]]:
    """Return (kind, code of the place covered, number) of teams, many of them on the way up from here."""
    line, others = judge.line(here), sorted(judge.rows)
    return [
        (luck.choice(list(RecipientKind.values)), luck.choice(line if luck.random() < 0.6 else others), number)
        for number in range(luck.randint(1, 12))
    ]


def judged(judge: Judge, here: str, teams: list[tuple[str, str, int]], consent: Consent) -> int | None:
    """Return the number of the team that a person would choose by walking up from the place."""
    line = judge.line(here)
    for climbing in (False, True) if consent.climb else (False,):
        for kind in (kind for kind in DEFAULT_ORDER if kind in consent.kinds):
            for place in line:
                stands_above = place != here and judge.rows[place]["type"] in ABOVE
                there = [number for its, covers, number in teams if (its, covers) == (kind, place)]
                if there and stands_above == climbing:
                    return min(there)
    return None


def routed(atlas: Atlas, spot: Spot, teams: list[tuple[str, str, int]], consent: Consent) -> int | None:
    """Return the number of the team that the product chooses."""
    covers = []
    for kind, code, number in teams:
        covered = atlas.by_code(code)
        assert covered is not None
        team = UUID(int=number)
        covers.append(Covered(team, kind, team, frozenset({"happened"}), place=covered.id))
    ground = Ground(tuple((each.id, each.type) for each in atlas.lineage(spot)), atlas.areas_of(spot))
    found = candidates(reach(ground, "happened", covers), consent)
    return found[0].cover.team.int if found else None


def test_points_reach_the_team_that_a_walk_up_the_tree_finds(world: World) -> None:
    """If this failed, a report would be read by people of another place."""
    for number in range(size(200)):
        luck = lucky(f"point {number}")
        judge = luck.choice(world.judges)
        point, code = judge.inside(luck)
        sides = world.atlas.near_border(*point)
        assert [side.code for side in sides] == [code], f"{point} lies in {code} alone"
        found = world.atlas.locate(*point)
        assert found == sides[0]
        teams = some_teams(judge, code, luck)
        kinds = frozenset(kind for kind in RecipientKind.values if luck.random() < 0.7)
        consent = Consent(kinds, climb=luck.random() < 0.5)
        assert routed(world.atlas, sides[0], teams, consent) == judged(judge, code, teams, consent), f"{point}: {teams}"


def test_near_a_border_it_always_asks(world: World) -> None:
    """Fifty metres are how far a telephone may be wrong: whoever stands there says themselves where they are."""
    for number in range(size(100)):
        luck = lucky(f"border {number}")
        judge = luck.choice(world.judges)
        point, around = judge.at_border(luck)
        sides = [side.code for side in world.atlas.near_border(*point)]
        assert len(sides) > 1, f"{point} is within {around}, and nobody asks"
        assert around <= set(sides), f"{point} is within {around}, offered are {sides}"
        own = judge.deepest(*point)
        assert own is None or sides[0] == own
