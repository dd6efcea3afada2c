"""Who else can help: where no team covers a place this list is all a resident gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import connection
from django.template import Context, Template
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.base.text import Text
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, SYSTEM, Viewer
from commonweave.places import atlas
from commonweave.places.tests.factories import make_place
from commonweave.referral import actions, queries, rules
from commonweave.referral.models import Destination

if TYPE_CHECKING:
    from commonweave.places.models import Place


def administrator() -> Viewer:
    return Viewer(person=uuid4(), roles={uuid4(): frozenset({"administrator"})})


def make_destination(place: Place, name: str, **details: Any) -> Destination:
    facts: dict[str, Any] = {"names": Text.of(name), "kind": "listening", "telephone": "116 123"} | details
    return actions.add_destination(SYSTEM, place=place.pk, **facts)


def names(rows: list[Destination]) -> list[str]:
    return [str(row.names) for row in rows]


@pytest.mark.django_db
def test_destinations_stand_nearest_first_and_only_those_for_the_kind() -> None:
    country = make_place("land")
    city = make_place("town", country)
    elsewhere = make_place("far", country)
    make_destination(country, "Country second", position=2)
    make_destination(country, "Country first", position=1)
    make_destination(city, "City online", report_kinds=["online"], position=9)
    make_destination(city, "City happened", report_kinds=["happened"], position=8)
    make_destination(elsewhere, "Elsewhere")
    spot = atlas.atlas().by_id(city.pk)
    assert spot
    assert names(queries.destinations_for(NOBODY, spot, "online")) == ["City online", "Country first", "Country second"]
    assert names(queries.destinations_for(NOBODY, spot)) == [
        "City happened",
        "City online",
        "Country first",
        "Country second",
    ]


@pytest.mark.django_db
def test_everybody_may_read_services_and_the_queryset_equals_the_policy() -> None:
    place = make_place()
    for number in range(3):
        make_destination(place, f"Service {number}")
    for viewer in (NOBODY, Viewer(receipt=uuid4()), administrator()):
        wanted = set(queries.all_destinations_for(viewer).values_list("pk", flat=True))
        with as_viewer(viewer), connection.cursor() as cursor:
            cursor.execute("select id from referral_destination")
            assert {row[0] for row in cursor.fetchall()} == wanted
        assert len(wanted) == 3


@pytest.mark.django_db
def test_only_administrators_keep_the_list() -> None:
    place = make_place()
    row = make_destination(place, "Service")
    viewer = Viewer(person=uuid4(), roles={uuid4(): frozenset({"coordinator", "reader"})})
    facts: dict[str, Any] = {"names": Text.of("X"), "kind": "other", "telephone": "1"}
    with pytest.raises(Refused):
        actions.add_destination(viewer, place=place.pk, **facts)
    with pytest.raises(Refused):
        actions.edit_destination(viewer, row.pk, **facts)
    with pytest.raises(Refused):
        actions.remove_destination(viewer, row.pk)


@pytest.mark.django_db
def test_an_administrator_adds_changes_and_removes_as_the_web_server() -> None:
    place = make_place()
    viewer = administrator()
    with as_viewer(viewer):
        row = actions.add_destination(
            viewer, place=place.pk, checked=True, names=Text.of("A"), kind="other", telephone="1"
        )
        actions.edit_destination(viewer, row.pk, names=Text.of("B"), kind="other", telephone="1", url="")
        actions.remove_destination(viewer, row.pk)
    verbs = JournalEntry.objects.filter(kind="destination").values_list("verb", flat=True)
    assert sorted(verbs) == ["destination.added", "destination.edited", "destination.removed"]
    assert not Destination.objects.exists()


@pytest.mark.django_db
def test_a_new_number_has_to_be_checked_anew() -> None:
    row = make_destination(make_place(), "Service", checked=True)
    assert row.checked_on == timezone.now().date()
    same = actions.edit_destination(SYSTEM, row.pk, names=Text.of("Renamed"), kind="other", telephone="116 123", url="")
    assert same.checked_on is not None
    moved = actions.edit_destination(SYSTEM, row.pk, names=Text.of("Renamed"), kind="other", telephone="999", url="")
    assert moved.checked_on is None


@given(st.text(max_size=5), st.text(max_size=5))
def test_a_service_without_any_way_to_reach_it_is_refused(telephone: str, url: str) -> None:
    assert bool(rules.may_be_reached(telephone=telephone, url=url)) == bool(telephone or url)


@pytest.mark.django_db
def test_cards_speak_the_reader_s_language_and_warn_of_what_nobody_checked() -> None:
    row = make_destination(
        make_place(), "Service", names=Text.of("Listening line", fr="Ligne d’écoute"), languages=["en", "sq"], free=True
    )
    template = Template("{% load referral %}{% destinations rows %}")
    with translation.override("en"):
        page = template.render(Context({"rows": [row]}))
    assert "Listening line" in page
    assert 'href="tel:116123"' in page
    assert "Shqip" in page
    assert "check before you rely on it" in page
    row.checked_on = timezone.now().date()
    with translation.override("fr"):
        page = template.render(Context({"rows": [row]}))
    assert "Ligne d’écoute" in page
    assert "rely on it" not in page
