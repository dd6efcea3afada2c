"""Pages of places: colours and maps without a cookie for anybody, the tree for administrators alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from commonweave.base.tests.roles import WebClient
from commonweave.people.models import Role
from commonweave.places.actions import bump_edition
from commonweave.places.atlas import atlas, expire
from commonweave.places.models import Place
from commonweave.places.queries import look_url, map_picture
from commonweave.places.tests.factories import make_place
from commonweave.site.tests.signed_in import client_as

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Place:
    country = make_place("land", name="Land", type="country", box=(0, 0, 2, 2), settings={"accent": "#ffd400"})
    return make_place("town", country, name="Town", box=(0, 0, 1, 1))


def test_look_holds_the_colours_and_nothing_else(city: Place) -> None:
    spot = atlas().by_id(city.pk)
    assert spot is not None
    response = WebClient().get(look_url(spot))
    assert response.content.decode() == ":root{--place-accent:#ffd400;--place-accent-ink:#1a1d2b}\n"
    assert response["Content-Type"].startswith("text/css")
    assert "immutable" in response["Cache-Control"]
    assert response.cookies == {}


def test_look_of_a_place_does_not_name_the_place(city: Place) -> None:
    """Pages fetch it, and its address stands in logs and on the resident's phone."""
    spot = atlas().by_id(city.pk)
    assert spot is not None
    assert look_url(spot) == "/look/ffd400.css"


@pytest.mark.parametrize(
    "address", ["/look/nowhere.css", "/look/try-red.css", "/look/try-12345.css", "/map/nowhere.svg"]
)
def test_unknown_files_are_not_found(city: Place, address: str) -> None:
    del city
    assert WebClient().get(address).status_code == 404


def test_map_speaks_the_readers_language_and_is_drawn_anew_when_places_changed(city: Place) -> None:
    """It lies in the page itself: an address of its own would tell logs and phones where somebody looks."""
    texts = {"en": "Town", "fr": "Ville"}
    Place.objects.filter(pk=city.pk).update(names={"texts": texts, "original": "en", "machine": []})
    bump_edition()
    expire()
    drawn = {}
    for language, name in texts.items():
        with override(language):
            drawn[language] = land_map()
        assert f">{name}</text>" in drawn[language]
    assert land_map() == drawn["en"]
    make_place(parent=city.parent, name="Other", box=(1, 0, 2, 1))
    assert land_map() != drawn["en"]


def land_map() -> str:
    """Return the drawing of the map of Land."""
    spot = atlas().by_code("land")
    assert spot is not None
    address = map_picture(spot)
    kind, _, drawing = address.partition(",")
    assert kind == "data:image/svg+xml"
    assert not set(drawing) & set(" <>&\"'#")
    return unquote(drawing)


@pytest.mark.parametrize("page", ["place", "edit_look", "edit_times", "add_place"])
def test_manage_pages_open_for_administrators_only(city: Place, page: str) -> None:
    address = reverse(f"places:{page}", args=[city.pk])
    assert WebClient().get(address).status_code == 302
    assert client_as(Role.COORDINATOR).get(address).status_code == 403
    assert client_as(Role.ADMINISTRATOR).get(address).status_code == 200


@pytest.fixture
def admin(city: Place) -> WebClient:
    del city
    return client_as(Role.ADMINISTRATOR)


def test_places_are_found_by_name(admin: WebClient) -> None:
    page = admin.get(reverse("places:places"), {"q": "town"}).content.decode()
    assert "Town · Land" in page
    assert "No place with this name" in admin.get(reverse("places:places"), {"q": "zzz"}).content.decode()


def test_preview_shows_the_name_and_saves_nothing(admin: WebClient, city: Place) -> None:
    said = {"name_en": "Town", "public_name_en": "Ask Town", "accent": "#C0FFEE", "preview": "yes"}
    page = admin.change(reverse("places:edit_look", args=[city.pk]), said).content.decode()
    assert "Ask Town" in page
    assert "/look/try-c0ffee.css" in page
    assert not re.search(r"<[^>]+\sstyle=", page)
    city.refresh_from_db()
    assert city.settings == {}


def test_look_is_saved_and_taken_away_again(admin: WebClient, city: Place) -> None:
    address = reverse("places:edit_look", args=[city.pk])
    said = {"name_en": "Town", "public_name_en": "Ask Town", "accent": "7a1f3d", "emergency": "112 | All | fr: Tout"}
    assert admin.change(address, said).status_code == 302
    city.refresh_from_db()
    assert city.settings == {
        "public_name": {"texts": {"en": "Ask Town"}, "original": "en", "machine": []},
        "accent": "#7a1f3d",
        "emergency": [{"number": "112", "names": {"en": "All", "fr": "Tout"}}],
    }
    assert "112 | All | fr: Tout" in admin.get(address).content.decode()
    assert admin.change(address, {"name_en": "Town"}).status_code == 302
    city.refresh_from_db()
    assert city.settings == {}


def test_all_errors_of_the_look_stand_on_the_page_at_once(admin: WebClient, city: Place) -> None:
    said = {"accent": "red", "emergency": "help", "languages": ["xx"]}
    page = admin.change(reverse("places:edit_look", args=[city.pk]), said).content.decode()
    for field in ("id_accent", "id_emergency", "id_name_en"):
        assert f'href="#{field}"' in page


def test_times_are_saved_and_wrong_ones_refused(admin: WebClient, city: Place) -> None:
    address = reverse("places:edit_times", args=[city.pk])
    wrong = {"answer_days": "0", "holidays": "christmas"}
    page = admin.change(address, wrong).content.decode()
    for field in ("id_answer_days", "id_holidays"):
        assert f'href="#{field}"' in page
    order = "police,city_support,civil_society"
    right = {
        "answer_days": "4",
        "holidays": "2026-12-26\n2026-12-25",
        "working_week": ["6", "0"],
        "time_zone": "Africa/Blantyre",
        "first_recipients": order,
    }
    assert admin.change(address, right).status_code == 302
    city.refresh_from_db()
    assert city.settings == {
        "answer_days": 4,
        "holidays": ["2026-12-25", "2026-12-26"],
        "working_week": [6, 0],
        "time_zone": "Africa/Blantyre",
        "first_recipients": order.split(","),
    }


def test_place_is_added_beneath(admin: WebClient, city: Place) -> None:
    address = reverse("places:add_place", args=[city.pk])
    assert admin.post(address, {"type": "ward"}).status_code == 200
    said = {"name_en": "North", "type": "ward", "longitude": "0.5", "latitude": "0.5"}
    assert admin.post(address, said).status_code == 302
    made = Place.objects.get(code="town-north")
    assert made.parent_id == city.pk
    assert not made.shown_on_reports


def test_place_page_asks_as_often_for_thirty_places_as_for_one(admin: WebClient, city: Place) -> None:
    def ask(pk: UUID) -> int:
        admin.get(reverse("places:place", args=[pk]))  # reads the places again
        with CaptureQueriesContext(connection) as asked:
            assert admin.get(reverse("places:place", args=[pk])).status_code == 200
        return len(asked)

    make_place("one", city)
    before = ask(city.pk)
    for _number in range(29):
        make_place(parent=city)
    assert ask(city.pk) == before
