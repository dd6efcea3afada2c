"""Changing places: everybody sees it soon, the journal knows it, and only administrators do it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.base.text import Text
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, SYSTEM, Viewer
from commonweave.places import actions, atlas, queries
from commonweave.places.models import Area, Edition, Place
from commonweave.places.tests.factories import make_area, make_place, square

pytestmark = pytest.mark.django_db


def administrator() -> Viewer:

    return Viewer(person=uuid4(), roles={uuid4(): frozenset({"administrator"})})


def test_edit_place_changes_it_for_every_process_and_writes_the_journal() -> None:
    place = make_place("leeds", settings={"accent": "#111111", "answer_days": 5})
    viewer, before = administrator(), Edition.objects.get().number
    with as_viewer(viewer):
        actions.edit_place(
            viewer, place.pk, names=Text.of("Leeds", fr="Leeds"), settings={"accent": "#222222", "answer_days": None}
        )
    assert Edition.objects.get().number > before
    atlas.expire()
    spot = atlas.atlas().by_id(place.pk)
    assert spot
    assert spot.settings == {"accent": "#222222"}
    assert atlas.atlas().setting(spot, "answer_days") == 10
    entry = JournalEntry.objects.get(verb="place.edited")
    assert (entry.subject, entry.actor, entry.facts) == (place.pk, viewer.person, {"accent": True, "answer_days": True})


def test_edit_place_that_changes_nothing_says_nothing() -> None:
    place = make_place(settings={"accent": "#111111"})
    before = Edition.objects.get().number
    actions.edit_place(SYSTEM, place.pk, names=place.names, settings={"accent": "#111111", "holidays": None})
    assert Edition.objects.get().number == before
    assert not JournalEntry.objects.filter(verb="place.edited").exists()


@pytest.mark.parametrize(
    "settings",
    [
        {"accent": "red"},
        {"accent": "#12345"},
        {"no_such_setting": 1},
        {"languages": ["xx"]},
        {"languages": []},
        {"time_zone": "Mars/Olympus"},
        {"working_week": [7]},
        {"holidays": ["yesterday"]},
        {"answer_days": 0},
        {"answer_days": True},
        {"answer_days": 100_000},
        {"first_recipients": ["police"]},
        {"emergency": [{"number": ""}]},
        {"public_name": {"texts": {}}},
    ],
)
def test_edit_place_refuses_values_that_make_no_sense(settings: dict[str, object]) -> None:
    place = make_place()
    with pytest.raises(Refused):
        actions.edit_place(SYSTEM, place.pk, settings=settings)


@pytest.mark.parametrize("roles", [frozenset(), frozenset({"coordinator"}), frozenset({"reader", "member"})])
def test_only_administrators_change_places(roles: frozenset[str]) -> None:
    place = make_place()
    viewer = Viewer(person=place.pk, roles={place.pk: roles})
    with pytest.raises(Refused):
        actions.edit_place(viewer, place.pk, settings={"accent": "#222222"})
    with pytest.raises(Refused):
        actions.add_place(viewer, place.pk, names=Text.of("X"), type="ward", longitude=0, latitude=0)


def test_add_place_stands_beneath_and_gets_a_code_of_its_own() -> None:
    country = make_place("land")
    viewer = administrator()
    with as_viewer(viewer):
        one = actions.add_place(viewer, country.pk, names=Text.of("Saint-Élie"), type="city", longitude=1, latitude=2)
        two = actions.add_place(viewer, country.pk, names=Text.of("Saint Elie"), type="city", longitude=1, latitude=2)
    assert (one.code, two.code) == ("land-saint-elie", "land-saint-elie-2")
    assert one.lineage == [country.pk, one.pk]
    atlas.expire()
    assert {spot.code for spot in atlas.atlas().find("saint elie")} == {one.code, two.code}


def test_edition_never_repeats_a_number_of_another_time() -> None:
    make_place()
    first = Edition.objects.get().number
    Edition.objects.update(number=1)  # as after a restore
    actions.bump_edition()
    assert Edition.objects.get().number > first


def test_atlas_looks_for_a_new_edition_only_now_and_then(django_assert_num_queries: object) -> None:
    make_place()
    atlas.atlas()
    with django_assert_num_queries(0):  # type: ignore[operator]  # a fixture without types
        atlas.atlas()


def test_everybody_may_read_places_and_the_queryset_equals_the_policy() -> None:
    area = make_area([make_place(), make_place()])
    wanted = set(queries.places_for(NOBODY).values_list("pk", flat=True))
    with as_viewer(NOBODY), connection.cursor() as cursor:
        cursor.execute("select id from places_place")
        assert {row[0] for row in cursor.fetchall()} == wanted
        cursor.execute("select id from places_area")
        assert {row[0] for row in cursor.fetchall()} == {area.pk}


def test_import_places_makes_tree_and_areas() -> None:
    document = {
        "places": [
            {
                "code": "x",
                "parent": None,
                "type": "country",
                "names": {"en": "X"},
                "point": [0, 0],
                "boundary": square(0, 0, 1, 1),
                "boundary_kind": "real",
                "population": 5,
            },
            {
                "code": "x-v",
                "parent": "x",
                "type": "village",
                "names": {"en": "V"},
                "point": [0, 0],
                "boundary": None,
                "boundary_kind": "none",
                "population": None,
                "shown": False,
            },
        ],
        "areas": [{"code": "x-a", "kind": "police_area", "names": {"en": "A"}, "places": ["x-v"], "synthetic": True}],
    }
    actions.import_places(SYSTEM, document, {"x": {"accent": "#222222"}})
    village = Place.objects.get(code="x-v")
    assert village.parent
    assert village.lineage == [village.parent.pk, village.pk]
    assert not village.shown_on_reports
    assert Place.objects.get(code="x").boundary == square(0, 0, 1, 1)
    assert list(Area.objects.get(code="x-a").places.all()) == [village]
