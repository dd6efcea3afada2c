"""The shared look: every component renders in every language, and a page carries what a resident must have."""

from __future__ import annotations

import gzip
import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from commonweave.base import views
from commonweave.base.colour import ENOUGH, contrast
from commonweave.base.forms import Sample
from commonweave.base.text import Text

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db  # the frame of every page asks whether this is a demonstration

BASE = Path(views.__file__).parent
STATIC = BASE / "static" / "commonweave"
COMPONENTS = sorted(path.stem for path in (BASE / "templates" / "cotton").glob("*.html"))


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Settings) -> None:
    """Name static files as they lie in the source: collected ones only exist on a running node."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def page(language: str, query: str = "") -> str:
    with translation.override(language):
        request = RequestFactory().get(f"/{language}/style/{query}")
        return str(views.style(request).render().content.decode())


def render(source: str, **context: object) -> str:
    return Template(CottonCompiler().process(source)).render(Context(context))


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_page_of_components_renders_in_every_language(language: str) -> None:
    shown = page(language)
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in shown
    assert "<c-" not in shown


def test_every_component_is_shown_and_there_are_few() -> None:
    written = (BASE / "templates" / "base" / "style.html").read_text() + "".join(
        (BASE / "templates" / "cotton" / f"{name}.html").read_text() for name in COMPONENTS
    )
    missing = [name for name in COMPONENTS if f"<c-{name.replace('_', '-')}" not in written]
    assert missing == []
    assert len(COMPONENTS) <= 25


def test_resident_page_offers_the_way_out_and_every_language_and_no_staff_navigation() -> None:
    shown = page("en", "?as=resident")
    assert "data-leave" in shown
    assert 'class="nav"' not in shown
    assert shown.count("hreflang=") == len(settings.LANGUAGES)
    assert len(re.findall(r'rel="stylesheet"', shown)) == 1


def test_page_asks_nobody_else_for_anything_and_needs_no_inline_style() -> None:
    shown = page("en", "?as=resident") + page("en")
    assert not re.search(r'(?:src|<link[^>]*href)="(?:https?:)?//', shown)
    assert "style=" not in shown
    assert "<style" not in shown
    assert not re.search(r"<script(?! src=)", shown)


def test_stylesheets_are_small_and_use_logical_properties_only() -> None:
    sheets = [path.read_text() for path in sorted(STATIC.glob("*.css"))]
    physical = r"(?<![\w-])(?:margin|padding|border)-(?:left|right|top|bottom)|(?<![\w-])(?:left|right|top|bottom|width|height|min-width|max-width|min-height|max-height)\s*:"
    found = [match.group(0) for sheet in sheets for match in re.finditer(physical, re.sub(r"@media[^{]*", "", sheet))]
    assert found == []
    assert len(gzip.compress("".join(sheets).encode())) <= 14 * 1024
    assert all(sheet.count("\n") <= 400 for sheet in sheets)
    assert len((STATIC / "enhance.js").read_bytes()) <= 6 * 1024


def test_a_name_that_runs_the_other_way_stays_in_one_piece() -> None:
    """Otherwise brackets and full stops of "Support Office (example)." jump to the wrong end of an Arabic sentence."""
    name = Text.of("Office (example)", ar="مكتب")
    with translation.override("fr"):
        assert render("{{ name|text }}", name=name) == "Office (example)"
    with translation.override("ar"):
        assert render("{{ name|text }}", name=name) == "مكتب"
        assert render("{{ name|text }}", name=Text.of("Office (example)")) == "\u2068Office (example)\u2069"
        assert render("{{ name|text }}", name=Text()) == ""


def test_error_summary_leads_to_the_control_of_every_wrong_field() -> None:
    form = Sample({}, auto_id="wrong_%s")
    summary = render('<c-error-summary :form="form" />', form=form)
    fields = render('{% for field in form %}<c-field :field="field" />{% endfor %}', form=form)
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert len(targets) == len(form.errors)
    assert all(f'id="{target}"' in fields for target in targets)


def test_field_points_to_its_help_and_its_error() -> None:
    form = Sample({}, auto_id="w_%s")
    field = render('<c-field :field="field" />', field=form["place"])
    described = re.search(r'aria-describedby="([^"]+)"', field)
    assert described
    assert all(f'id="{name}"' in field for name in described[1].split())
    assert 'aria-invalid="true"' in field


def test_components_escape_what_people_wrote() -> None:
    hostile = '<script>alert(1)</script>" onclick="x'
    shown = render(
        '<c-button title="{{ text }}" :data-x="text">{{ text }}</c-button><c-card title="{{ text }}" href="{{ text }}">{{ text }}</c-card>'
        '<c-message who="{{ text }}">{{ text }}</c-message><c-table caption="{{ text }}" :head="head" :rows="rows" />'
        '<c-contact-card name="{{ text }}" what="{{ text }}" phone="{{ text }}" url="{{ text }}" /><c-facts :items="items" />',
        text=hostile,
        head=[hostile, hostile],
        rows=[[hostile, {"text": hostile, "href": hostile}]],
        items=[{"label": hostile, "value": hostile, "href": hostile}],
    )
    assert "<script" not in shown
    assert 'onclick="' not in shown


def test_language_links_after_a_post_lead_to_the_start() -> None:
    request = RequestFactory().post("/en/report/3/", {})
    shown = render("{% language_links as links %}{% for link in links %}{{ link.url }} {% endfor %}", request=request)
    assert "report" not in shown
    request = RequestFactory().get("/en/places/?q=a")
    shown = render("{% language_links as links %}{% for link in links %}{{ link.url }} {% endfor %}", request=request)
    assert "/fr/places/?q=a" in shown


def test_receipt_is_written_in_groups_of_five_in_the_digits_of_the_reader() -> None:
    with translation.override("ar"):
        shown = render('<c-receipt code="482910577319284710336650927741" />')
    assert shown.count("<li>") == 6
    assert "٤٨٢٩١" in shown


def tokens(theme: str) -> dict[str, str]:
    """Read the colours of the stylesheets; the dark ones stand on top of the light ones."""
    sheets = "".join((STATIC / name).read_text() for name in ("style.css", "staff.css"))
    dark = "".join(re.findall(r"prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}", sheets, re.DOTALL))
    light = "".join(re.findall(r"@layer tokens \{\s*:root \{(.*?)\}", sheets, re.DOTALL))
    return dict(re.findall(r"--([\w-]+): (#\w{6})", light + (dark if theme == "dark" else "")))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_pair_of_text_and_ground_can_be_read(theme: str) -> None:
    found = tokens(theme)
    grounds = ["paper", "surface", "sunken", "tint"]
    pairs = [(ink, ground) for ink in ("ink", "ink-soft", "place-action") for ground in grounds]
    pairs += [(kind, f"{kind}-tint") for kind in ("good", "warn", "danger")]
    pairs += [(kind, ground) for kind in ("good", "warn", "danger") for ground in grounds[:2]]
    pairs += [("action-ink", "place-action"), ("paper", "good"), ("paper", "warn"), ("paper", "danger")]
    pairs += [(f"thread-{number}", "surface") for number in range(1, 6)]
    faint = {pair: contrast(found[pair[0]], found[pair[1]]) for pair in pairs}
    assert {pair: value for pair, value in faint.items() if value < ENOUGH} == {}
    assert all(contrast(found["line-strong"], found[ground]) >= 3 for ground in grounds[:3])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_on_bands_can_be_read_and_bands_differ(theme: str) -> None:
    found = tokens(theme)
    inks = [found["ink"]] * 3 + (["#0d0f16"] * 3 if theme == "dark" else ["#0d0f16", "#ffffff", "#ffffff"])
    bands = [found[f"band-{number}"] for number in range(6)]
    assert all(contrast(ink, band) >= ENOUGH for ink, band in zip(inks, bands, strict=True))
    assert all(contrast(one, other) >= 1.1 for one, other in itertools.pairwise(bands))
