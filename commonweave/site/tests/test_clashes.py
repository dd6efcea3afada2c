"""Two people edit the same thing: nobody's change is lost without a word, whatever the page."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from commonweave.base.editing import EditForm
from commonweave.base.text import Text
from commonweave.base.viewer import SYSTEM
from commonweave.bodies.tests.factories import make_body
from commonweave.evidence.tests.factories import make_due, make_record
from commonweave.people.models import Role
from commonweave.people.tests import factories as people
from commonweave.places.tests.factories import make_place
from commonweave.referral.actions import add_destination
from commonweave.referral.models import Destination
from commonweave.site.tests.signed_in import client_as, sign_in
from commonweave.site.tests.test_access import ALL

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

    from commonweave.base.tests.roles import WebClient
    from commonweave.places.models import Place

pytestmark = pytest.mark.django_db
EDITS = re.compile(r"((\w+):(?:edit|change|remove)_\w+) pk")
NO_PAGE = 405
WARNING = "Somebody else has changed this meanwhile. Nothing of yours is saved yet."


@pytest.fixture
def city() -> Place:
    return make_place("town", name="Town", box=(0, 0, 1, 1))


@pytest.fixture
def service(city: Place) -> Destination:
    return add_destination(SYSTEM, place=city.pk, names=Text.of("Line"), kind="other", telephone="1")


def answers(client: WebClient, address: str) -> dict[str, Any]:
    """Return what the form there would send if nobody touched it."""
    return filled_in(client.get(address))


def filled_in(answer: Response) -> dict[str, Any]:
    shown = {field.html_name: field.value() for field in answer.context["form"]}
    return {name: value for name, value in shown.items() if value is not None and value is not False}


def text_of(answer: Response) -> str:
    return html.unescape(re.sub(r"<[^>]*>", " ", answer.content.decode()))


@pytest.mark.parametrize(
    ("page", "field", "first", "second"),
    [
        ("places:edit_look", "accent", "#111111", "#222222"),
        ("places:edit_times", "answer_days", "4", "6"),
        ("referral:edit_destination", "telephone", "22 22", "33 33"),
        ("people:edit_organisation", "telephone", "22 22", "33 33"),
    ],
)
def test_second_of_two_saves_is_asked_again_and_sees_both(
    city: Place, service: Destination, page: str, field: str, first: str, second: str
) -> None:
    body = people.make_organisation(place=city)
    pk = {"places": city.pk, "referral": service.pk, "people": body.pk}[page.partition(":")[0]]
    ada, ben, address = client_as(Role.ADMINISTRATOR), client_as(Role.ADMINISTRATOR), reverse(page, args=[pk])
    shown_to_ada, shown_to_ben = answers(ada, address), answers(ben, address)
    assert ada.post(address, shown_to_ada | {field: first}).status_code == 302
    refused = ben.post(address, shown_to_ben | {field: second})
    assert refused.status_code == 200
    assert WARNING in text_of(refused)
    assert first in text_of(refused)
    assert second in text_of(refused)
    assert answers(ada, address)[field] in (first, int(first) if first.isdigit() else first), "nothing was written over"
    assert filled_in(refused)[field] == second
    assert ben.post(address, filled_in(refused)).status_code == 302, "whoever has seen both may decide"
    assert str(answers(ada, address)[field]) == second


def test_what_only_the_other_changed_is_taken_over(service: Destination) -> None:
    """Whoever corrects the hours must not bring an old telephone number back."""
    ada, ben = client_as(Role.ADMINISTRATOR), client_as(Role.ADMINISTRATOR)
    address = reverse("referral:edit_destination", args=[service.pk])
    shown = answers(ben, address)
    ada.change(address, answers(ada, address) | {"telephone": "22 22", "free": "on", "languages": ["en", "fr"]})
    refused = ben.post(address, shown | {"hours_en": "at night"})
    assert "Taken over from the other person into this form: Telephone, Languages they speak, It costs" in text_of(
        refused
    )
    form = refused.context["form"]
    assert (form["telephone"].value(), form["free"].value(), form["hours_en"].value()) == ("22 22", True, "at night")
    assert sorted(form["languages"].value()) == ["en", "fr"]


def test_two_pages_of_one_place_do_not_stand_in_each_others_way(city: Place) -> None:
    ada, ben = client_as(Role.ADMINISTRATOR), client_as(Role.ADMINISTRATOR)
    look, times = (reverse(f"places:{page}", args=[city.pk]) for page in ("edit_look", "edit_times"))
    shown = answers(ben, times)
    assert ada.post(look, answers(ada, look) | {"accent": "#111111"}).status_code == 302
    assert ben.post(times, shown | {"answer_days": "4"}).status_code == 302
    city.refresh_from_db()
    assert city.settings == {"accent": "#111111", "answer_days": 4}


def test_form_without_its_marks_is_stale(service: Destination) -> None:
    """A form made by hand, or kept since an older version, must not write over what nobody looked at."""
    ada = client_as(Role.ADMINISTRATOR)
    address = reverse("referral:edit_destination", args=[service.pk])
    said = answers(ada, address) | {"telephone": "2"}
    del said["seen"]
    assert WARNING in text_of(ada.post(address, said))
    assert WARNING in text_of(ada.post(address, said | {"seen": "x" * 2001}))
    service.refresh_from_db()
    assert service.telephone == "1"


def test_what_was_changed_meanwhile_is_not_removed(service: Destination) -> None:
    ada, ben = client_as(Role.ADMINISTRATOR), client_as(Role.ADMINISTRATOR)
    edit, remove = (reverse(f"referral:{verb}_destination", args=[service.pk]) for verb in ("edit", "remove"))
    shown = answers(ben, remove)
    assert ada.change(edit, answers(ada, edit) | {"telephone": "2"}).status_code == 302
    assert WARNING in text_of(ben.post(remove, shown))
    assert ben.change(remove, {}).status_code == 302
    assert not Destination.objects.exists()


def test_every_page_that_edits_uses_such_a_form(city: Place, service: Destination) -> None:
    """Whoever adds a page that changes what is there, and forgets this, meets it here."""
    body = people.make_organisation(place=city)
    person = people.make_member(Role.ADMINISTRATOR, body)
    people.give_second_factor(person)
    pages = {
        "bodies": make_body(holder=body.pk).slug,
        "evidence": make_record(holder=body.pk).pk,
        "evidence:edit_due": make_due(body.pk).pk,
        "people": body.pk,
        "places": city.pk,
        "referral": service.pk,
        "people:edit_team": people.make_team(body).pk,
    }
    ada = sign_in(person)
    editing = [match for name, _page in ALL if (match := EDITS.fullmatch(name))]
    assert len(editing) >= 5
    for match in editing:
        page = ada.get(reverse(match[1], args=[pages.get(match[1], pages[match[2]])]))
        if page.status_code == NO_PAGE:  # a button that sets what it says
            continue
        form = page.context["form"]
        assert isinstance(form, EditForm), match[1]
        assert form.guarded, match[1]
