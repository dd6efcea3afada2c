"""Pages of bodies: a group starts with three answers and a list of people; strangers see who agreed to be named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweave.bodies.models import Body, Meeting
from commonweave.bodies.tests.factories import make_body, seat
from commonweave.people.forms import place_line
from commonweave.people.models import Membership, Role
from commonweave.places.tests.factories import make_place
from commonweave.site.tests.signed_in import client_as

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
PEOPLE = "Name;Speaks for;Seat\nAda Invented;Police;Chair\nBen Invented;Young people;\n"


def test_from_nothing_to_a_body_that_meets(client: Client) -> None:
    """Every mistake is said at once; then it is there, with who is on it and when it meets in the time of its place."""
    make_place("xx-city", make_place("xx", type="country"), name="Weaverton", settings={"time_zone": "Asia/Tokyo"})
    ada, page = client_as(Role.MEMBER), reverse("bodies:start_body")
    wrong = ada.post(page, {"name": "", "kind": "x", "place": "Nowhere", "people": "name,seat\n,king", "tlp": "x"})
    assert set(wrong.context["form"].errors) == {"name", "kind", "place", "people", "tlp"}
    said = {"name": "Our group", "kind": "leadership_group", "place": "Weaverton", "tlp": "CLEAR"}
    moved = ada.post(page, said | {"people": PEOPLE, "meets_at": "2999-01-10T18:00"})
    body = Body.objects.get()
    assert moved.headers["Location"] == reverse("bodies:body", args=[body.slug])
    assert Meeting.objects.get().starts_at.isoformat() == "2999-01-10T09:00:00+00:00"
    inside = ada.get(moved.headers["Location"]).content.decode()
    outside = client.get(moved.headers["Location"]).content.decode()
    assert "Ada Invented" in inside
    assert "18:00" in inside
    assert "Invented" not in outside
    assert "18:00" in outside
    assert body.slug in client.get(reverse("bodies:bodies") + "?kind=leadership_group&place=xx").content.decode()
    assert body.slug not in client.get(reverse("bodies:bodies") + "?kind=association").content.decode()


def test_pages_ask_the_same_number_of_questions_however_long_they_are(client: Client) -> None:
    place, counts = make_place(), []
    body = make_body(place=place)
    pages = (reverse("bodies:bodies"), reverse("bodies:body", args=[body.slug]))
    for page in pages:
        client.get(page)
    for more in (1, 30):
        for number in range(more):
            make_body(f"{more} {number}", place=place)
            seat(body, f"{more} {number}", named=True)
        with CaptureQueriesContext(connection) as asked:
            for page in pages:
                client.get(page)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_long_list_goes_on_by_key(client: Client) -> None:
    place = make_place()
    for number in range(51):
        make_body(f"Body {number:03}", place=place)
    first = client.get(reverse("bodies:bodies"))
    second = client.get(reverse("bodies:bodies") + first.context["next"])
    assert (len(first.context["rows"]), len(second.context["rows"]), second.context["next"]) == (50, 1, "")


def test_mandate_and_purpose_are_asked_for_when_they_matter(client: Client) -> None:
    ada = client_as(Role.MEMBER)
    (holder,) = (membership.organisation_id for membership in Membership.objects.all())
    body, above = make_body("Council", holder=holder), make_body("Committee", holder=holder)
    page, mandate, change = (
        reverse(f"bodies:{name}", args=[body.slug]) for name in ("body", "give_mandate", "edit_body")
    )
    assert "mandate" not in client.get(page).content.decode().lower()
    wrong = {"starts_on": "2026-01-10", "ends_on": "2026-01-01", "legal_url": "nonsense"}
    assert set(ada.post(mandate, wrong).context["form"].errors) == {"ends_on", "legal_url"}
    law = {"legal_basis": "Decision 678", "legal_url": "https://example.org/678"}
    assert ada.post(mandate, {"starts_on": "2020-01-01", "ends_on": "2021-01-01"} | law).status_code == 302
    shown = client.get(page).content.decode()
    assert "Its mandate has lapsed" in shown
    assert "Decision 678" in shown
    assert "Renew the mandate" in ada.get(page).content.decode()
    said = {
        "name": "Council of Weaverton",
        "kind": "safety_council",
        "place": place_line(body.place_id),
        "tlp": "CLEAR",
    }
    assert set(ada.change(change, said | {"parent": body.slug, "ended_on": "1999-01-01"}).context["form"].errors) == {
        "parent",
        "ended_on",
    }
    assert ada.change(change, said | {"parent": above.slug, "purpose": "To keep people safe."}).status_code == 302
    shown = client.get(page).content.decode()
    assert "To keep people safe." in shown
    assert above.slug in shown
    assert body.slug in client.get(reverse("bodies:body", args=[above.slug])).content.decode()


def test_who_says_of_themselves_that_they_are_part_of_a_body_is_not_called_its_part(client: Client) -> None:
    """Else anybody lends themselves the name of a ministry's committee."""
    committee = make_body("Committee")
    make_body("Pretender", parent=committee)
    shown = client.get(reverse("bodies:body", args=[committee.slug])).content.decode()
    assert "They say that they are part of it" in shown
    assert "Its parts" not in shown
