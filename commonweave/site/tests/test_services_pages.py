"""The list of outside services, kept by administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from commonweave.base.tests.roles import WebClient
from commonweave.base.text import Text
from commonweave.base.viewer import SYSTEM
from commonweave.people.models import Role
from commonweave.places.tests.factories import make_place
from commonweave.referral.actions import add_destination
from commonweave.referral.models import Destination
from commonweave.site.tests.signed_in import client_as

if TYPE_CHECKING:
    from commonweave.places.models import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Place:
    return make_place("town", make_place("land", name="Land", type="country"), name="Town")


@pytest.fixture
def admin(city: Place) -> WebClient:
    del city
    return client_as(Role.ADMINISTRATOR)


@pytest.fixture
def service(city: Place) -> Destination:
    names = Text({"en": "Line", "fr": "Ligne", "sq": "Linja"}, "en", frozenset({"fr", "sq"}))
    return add_destination(SYSTEM, place=city.pk, names=names, kind="listening", telephone="116 123")


def test_pages_open_for_administrators_only(service: Destination) -> None:
    addresses = [
        reverse("referral:destinations"),
        reverse("referral:add_destination", args=["town"]),
        reverse("referral:edit_destination", args=[service.pk]),
        reverse("referral:remove_destination", args=[service.pk]),
    ]
    stranger, coordinator, admin = WebClient(), client_as(Role.COORDINATOR), client_as(Role.ADMINISTRATOR)
    for address in addresses:
        assert [each.get(address).status_code for each in (stranger, coordinator, admin)] == [302, 403, 200]


def test_list_shows_a_place_s_services_and_says_where_there_are_none(admin: WebClient, service: Destination) -> None:
    page = admin.get(reverse("referral:destinations"), {"at": "town"}).content.decode()
    assert str(service.names) in page
    assert "Not yet" in page
    assert "Nobody is listed here yet" in admin.get(reverse("referral:destinations"), {"at": "land"}).content.decode()


def test_service_is_added_with_all_errors_at_once(admin: WebClient, city: Place) -> None:
    address = reverse("referral:add_destination", args=[city.code])
    page = admin.post(address, {"position": "5"}).content.decode()
    for field in ("id_names_en", "id_telephone", "id_kind"):
        assert f'href="#{field}"' in page
    said = {
        "names_en": "Help",
        "names_fr": "Aide",
        "kind": "other",
        "url": "https://help.example",
        "position": "5",
        "checked": "on",
    }
    assert admin.post(address, said).status_code == 302
    made = Destination.objects.get()
    assert (made.place_id, made.names.texts, made.url) == (
        city.pk,
        {"en": "Help", "fr": "Aide"},
        "https://help.example",
    )
    assert made.checked_on


def test_editing_keeps_the_languages_the_form_does_not_show(admin: WebClient, service: Destination) -> None:
    said = {"names_en": "Line", "names_fr": "La ligne", "kind": "listening", "telephone": "116 123", "position": "0"}
    assert admin.change(reverse("referral:edit_destination", args=[service.pk]), said).status_code == 302
    service.refresh_from_db()
    assert service.names.texts == {"en": "Line", "fr": "La ligne", "sq": "Linja"}
    assert service.names.machine == {"sq"}


def test_service_is_removed_only_after_asking(admin: WebClient, service: Destination) -> None:
    address = reverse("referral:remove_destination", args=[service.pk])
    assert "Line" in admin.get(address).content.decode()
    assert Destination.objects.exists()
    assert admin.change(address, {}).status_code == 302
    assert not Destination.objects.exists()


def test_unknown_places_and_services_are_not_found(admin: WebClient, city: Place) -> None:
    assert admin.get(reverse("referral:edit_destination", args=[city.pk])).status_code == 404
    assert admin.get(reverse("referral:add_destination", args=["nowhere"])).status_code == 404
