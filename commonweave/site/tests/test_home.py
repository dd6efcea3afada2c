"""An icon on a telephone says nothing of what it opens, and nobody's phone is given anything unasked."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from PIL import Image

from commonweave.base.text import Text
from commonweave.places.tests.factories import make_place
from commonweave.site.settings import LANGUAGES

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

PUBLIC = "Tell Leeds about hate"


@pytest.fixture(autouse=True)
def _town() -> None:
    called = Text.of(PUBLIC).to_json()
    make_place(
        "town", make_place("tt", type="country"), name="Town", settings={"public_name": called, "accent": "#aa3311"}
    )


@pytest.mark.parametrize("language", [code for code, _name in LANGUAGES])
def test_the_icon_names_neither_the_service_nor_the_place(client: Client, language: str) -> None:
    """It is seen by whoever sees the phone."""
    answer = client.get(f"/{language}/at/town/manifest.webmanifest")
    said = json.loads(answer.content)
    shown = f"{said['name']} {said['short_name']} {said['theme_color']} {said['background_color']}"
    assert not re.search("Tell|Town|hate|report|Commonweave|aa3311", shown, re.IGNORECASE)
    assert len(said["short_name"]) <= 12, "a home screen cuts longer ones"
    assert said["start_url"] == f"/{language}/at/town/"
    assert said["start_url"].startswith(said["scope"])


def test_a_place_may_choose_the_word(client: Client) -> None:
    make_place("ville", name="Ville", settings={"home_name": Text.of("Market").to_json()})
    assert json.loads(client.get("/en/at/ville/manifest.webmanifest").content)["short_name"] == "Market"


def test_icons_are_what_the_manifest_says(client: Client) -> None:
    said = json.loads(client.get(reverse("site:manifest")).content)
    for icon in said["icons"]:
        name = re.sub(r"\.[0-9a-f]{12}\.png$", ".png", icon["src"]).removeprefix("/static/")
        with open(str(finders.find(name)), "rb") as file:  # noqa: PTH123 what the finder says
            picture = Image.open(BytesIO(file.read()))
        assert "x".join(map(str, picture.size)) == icon["sizes"]
        assert not picture.info.get("exif")
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}


@pytest.mark.parametrize(
    "name", ["site:start", "site:protection", "site:offline", "reports:start", "reports:receipt", "reports:waiting"]
)
def test_only_the_page_that_explains_it_names_the_manifest(client: Client, name: str) -> None:
    """Where a manifest is named a browser offers to install, by itself and before the eyes of others."""
    assert b"manifest" not in client.get(reverse(name)).content
    assert b'rel="manifest"' in client.get(reverse("site:home")).content


def test_only_a_button_gives_a_phone_something_to_keep() -> None:
    """A worker that registers itself would leave a trace on the phone of everybody who only looked."""
    static = files("commonweave.base") / "static" / "commonweave"
    scripts = {each.name: each.read_text() for each in static.iterdir() if each.name.endswith(".js")}
    assert [name for name, text in scripts.items() if "serviceWorker" in text] == ["home.js"]
    assert "localStorage" not in "".join(scripts.values())
    assert [name for name, text in scripts.items() if "caches" in text] == [
        name for name in scripts if name in {"home.js", "worker.js"}
    ]


def test_the_page_for_no_network_has_the_numbers_to_call_and_nothing_of_a_person(client: Client) -> None:
    numbers = [{"number": "112", "names": {"en": "All"}}]
    make_place("ville", name="Ville", settings={"emergency": numbers})
    page = client.get(reverse("site:offline_at", args=["ville"])).content.decode()
    assert 'href="tel:112"' in page
    assert 'name="draft"' not in page
    assert 'name="visit"' not in page


@pytest.mark.parametrize("name", ["home", "offline", "manifest"])
def test_unknown_places_are_not_found(client: Client, name: str) -> None:
    assert client.get(reverse(f"site:{name}_at", args=["nowhere"])).status_code == 404
