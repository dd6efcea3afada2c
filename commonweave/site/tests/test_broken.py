"""What went wrong must not leave a resident without a way out and without the number to call."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from commonweave.base.tests.roles import WebClient
from commonweave.base.verdict import Refused
from commonweave.people.models import Role
from commonweave.places.atlas import atlas
from commonweave.places.tests.factories import make_place
from commonweave.site import broken
from commonweave.site.tests.signed_in import client_as

pytestmark = pytest.mark.django_db

NUMBER = {"number": "112", "names": {"en": "Everything", "fr": "Tout"}}


@pytest.fixture(autouse=True)
def _country() -> None:
    make_place("ee", type="country", name="Land", settings={"emergency": [NUMBER]})
    atlas()


def leads_out(response: Any, status: int) -> bool:  # noqa: ANN401 what Django's test client makes of a response
    """Say whether the page carries one way out, with the script that hides it at once, and the number to call."""
    page = response.content.decode()
    assert response.status_code == status
    assert not response.cookies
    assert len(re.findall(r"<a [^>]*data-leave", page)) == 1
    assert "enhance.js" in page
    return 'href="tel:112"' in page


def test_an_address_that_leads_nowhere_leads_out() -> None:
    """The most common one: an address typed by hand, or an old link."""
    client = WebClient()
    assert leads_out(client.get("/en/nowhere/"), 404)
    assert leads_out(client.get("/nowhere"), 404)
    assert leads_out(client.get(reverse("site:place", args=["nowhere"])), 404)


def test_an_address_that_takes_forms_only_leads_out() -> None:
    """A bookmark of such an address was a blank page."""
    response = WebClient().put(reverse("people:sealing"))
    assert leads_out(response, 405)
    assert response.headers["Allow"] == "GET, HEAD"


def test_what_could_not_be_read_leads_out() -> None:
    flood = {f"field{number}": "x" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    assert leads_out(WebClient().post(reverse("reports:receipt"), flood), 400)


def test_a_refusal_leads_out_and_says_why() -> None:
    response = broken.refused(RequestFactory().get("/"), Refused("Because."))  # type: ignore[arg-type]  # nobody yet
    assert leads_out(response, 403)
    assert "Because." in response.content.decode()
    assert leads_out(broken.refused(RequestFactory().get("/"), PermissionDenied("secret")), 403)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_a_fault_of_ours_leads_out_in_the_readers_language_and_asks_nothing(language: str) -> None:
    """The database may be what failed."""
    with translation.override(language), CaptureQueriesContext(connection) as asked:
        response = broken.fault(RequestFactory().get("/"))
    assert leads_out(response, 500)
    assert len(asked) == 0
    assert f'<html lang="{language}"' in response.content.decode()
    assert ("Something went wrong" in response.content.decode()) == (language == "en")


def test_a_fault_before_any_place_is_known_still_names_the_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server whose database never answered knows no numbers."""
    monkeypatch.setattr(broken, "last_atlas", lambda: None)
    with translation.override("en"):
        page = broken.fault(RequestFactory().get("/")).content.decode()
    assert "call the emergency number where you are" in page


def test_whoever_is_signed_in_keeps_their_own_frame() -> None:
    """A member's page never looks like a resident's: they would be told that nobody knows them."""
    page = client_as(Role.MEMBER).get("/en/nowhere/").content.decode()
    assert "data-leave" not in page
    assert 'class="nav"' in page
