"""The coordinator's page. A failure here means numbers for strangers, or a page that grows with the network."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commonweave.base.tests.roles import WebClient
from commonweave.base.viewer import Viewer
from commonweave.people.models import Organisation, Role
from commonweave.people.tests.factories import give_second_factor, make_member
from commonweave.places.atlas import atlas
from commonweave.places.tests.factories import make_place
from commonweave.reports.tests.factories import make_team
from commonweave.sharing.counts import rules
from commonweave.sharing.counts.queries import MEDIAN_DAYS
from commonweave.sharing.models import Band, Cell, Table
from commonweave.site.dashboards import queries
from commonweave.site.tests.signed_in import sign_in

if TYPE_CHECKING:
    from django.http import HttpResponse

    from commonweave.places.models import Place

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15
TODAY = timezone.now().date()
MONDAY = rules.week_of(TODAY - rules.DAY)
ENDS_ON = MONDAY - rules.DAY


@pytest.fixture
def city() -> Place:
    country = make_place("xx", type="country", name="Country", box=(0, 0, 4, 4))
    return make_place("xx-city", country, name="City", box=(0, 0, 2, 2))


def coordinator(place: Place, role: str = Role.COORDINATOR, *, signed: bool = True) -> WebClient:
    person = make_member(role)
    give_second_factor(person)
    body = Organisation.objects.filter(memberships__person=person)
    body.update(place=place, signed_on=TODAY - timedelta(days=9) if signed else None)
    return sign_in(person)


def tell(place: Place, table: str = Table.KINDS, category: str = "online", value: int = 7, **columns: object) -> Cell:
    columns = {"starts_on": ENDS_ON - timedelta(days=27), "ends_on": ENDS_ON, "measure": "count", **columns}
    return Cell.objects.create(table=table, place=place, category=category, value=value, released_on=TODAY, **columns)


def page(client: WebClient, code: str = "", **query: str) -> HttpResponse:
    response: HttpResponse = client.get(reverse("site:picture", args=[code] if code else []), query)  # type: ignore[assignment]
    return response


def test_a_stranger_is_sent_to_sign_in(city: Place) -> None:
    for response in (page(WebClient()), page(WebClient(), city.code), WebClient().get(_file(city))):
        assert response.status_code == 302
        assert "login" in response["Location"]


def test_a_reader_of_reports_reads_why_not(city: Place) -> None:
    person = make_member(Role.MEMBER)
    give_second_factor(person)
    response = page(sign_in(person), city.code)
    assert response.status_code == 403
    assert "Only coordinators and administrators" in response.content.decode()


def test_a_body_that_has_not_signed_sees_no_numbers(city: Place) -> None:
    tell(city)
    client = coordinator(city, signed=False)
    assert page(client).status_code == 403
    assert client.get(_file(city)).status_code == 403


def test_a_coordinator_sees_their_own_place_first(city: Place) -> None:
    tell(city, value=87)
    text = page(coordinator(city)).content.decode()
    assert "What we hear – City" in text
    assert ">87<" in text


@pytest.mark.parametrize("code", ["nowhere", "xx-nowhere"])
def test_an_unknown_place_is_not_found(city: Place, code: str) -> None:
    assert page(coordinator(city), code).status_code == 404


def test_each_figure_has_a_table_behind_it(city: Place) -> None:
    country = city.parent
    assert country
    make_team(city)
    tell(city, value=31)
    tell(city, Table.OUTCOMES, "advice_given", 17)
    tell(city, Table.GAPS, "happened", 9)
    tell(city, Table.ANSWERS, "all", 6, measure=MEDIAN_DAYS)
    text = page(coordinator(country)).content.decode()
    assert text.count("<figure") == text.count("Show as a table") == 9
    for written in ("31", "17", "9", "6", "Advice or information given", "nobody", "City"):
        assert written in text


def test_too_few_says_where_it_is_counted(city: Place) -> None:
    country = city.parent
    assert country
    tell(country, value=13, elsewhere=True)
    text = page(coordinator(city)).content.decode()
    assert "Something online: Too few to show for City; this is elsewhere in Country, 4 weeks: 13." in text
    assert "Something that happened at a place: too few to show for City." in text


def test_the_running_week_has_a_band_and_no_number(city: Place) -> None:
    country = city.parent
    assert country
    Band.objects.create(place=country, on=MONDAY + rules.DAY, band="some")
    assert "10 to 49" in page(coordinator(country)).content.decode()


def test_a_chosen_place_leads_to_its_own_page(city: Place) -> None:
    country = city.parent
    assert country
    response = page(coordinator(country), "xx", place="xx-city", weeks="4")
    assert response.status_code == 302
    assert response["Location"] == reverse("site:picture", args=["xx-city"]) + "?weeks=4"


@pytest.mark.parametrize("query", [{"weeks": "five"}, {"kind": "persons"}, {"place": "nowhere"}, {"weeks": "9999"}])
def test_a_choice_that_does_not_exist_shows_the_usual(city: Place, query: dict[str, str]) -> None:
    tell(city, value=87)
    response = page(coordinator(city), city.code, **query)
    assert response.status_code == 200
    assert ">87<" in response.content.decode()


def test_a_kind_selects_its_cells_only(city: Place) -> None:
    kept, other, outcome = (
        tell(city, value=88),
        tell(city, category="happened"),
        tell(city, Table.OUTCOMES, "advice_given"),
    )
    spot = atlas().by_id(city.pk)
    assert spot
    chosen = queries.selected(Viewer(signed=True), queries.Choice(spot, 4, "online", TODAY))
    assert set(chosen) == {kept, outcome}
    assert other not in chosen


def test_the_files_hold_what_the_page_draws(city: Place) -> None:
    country = city.parent
    assert country
    tell(city, value=31)
    tell(country, value=8, elsewhere=True)
    tell(make_place("yy", type="country"), value=99)
    tell(city, value=50, starts_on=ENDS_ON - timedelta(days=391), ends_on=ENDS_ON - timedelta(days=364))
    client = coordinator(city)
    response = client.get(_file(city))
    assert response["Content-Type"].startswith("text/csv")
    assert response["Content-Disposition"] == f'attachment; filename="xx-city-{ENDS_ON}.csv"'
    lines = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert [(line["place"], line["elsewhere"], line["value"]) for line in lines] == [
        ("xx", "True", "8"),
        ("xx-city", "False", "31"),
    ]
    assert client.get(_file(city, "json")).json()[1]["value"] == 31
    assert client.get(_file(city, "xml")).status_code == 404


def test_the_page_asks_as_much_for_a_large_network_as_for_a_small_one(city: Place) -> None:
    country = city.parent
    assert country
    client = coordinator(country)
    page(client)
    with CaptureQueriesContext(connection) as small:
        page(client)
    for number in range(30):
        ward = make_place(f"xx-ward-{number}", city if number % 2 else country, name=f"Ward {number}")
        make_team(ward)
        for week in range(6):
            ends_on = ENDS_ON - week * rules.WEEK
            tell(ward, value=9, starts_on=ends_on - timedelta(days=6), ends_on=ends_on)
            tell(ward, Table.OUTCOMES, "advice_given", starts_on=ends_on - timedelta(days=6), ends_on=ends_on)
        tell(ward, Table.ANSWERS, "all", 4, measure=MEDIAN_DAYS)
    page(client)  # the places were changed: they are read anew once
    with CaptureQueriesContext(connection) as large:
        response = page(client)
    assert response.content.decode().count("Ward ") > 30
    assert len(large) == len(small) <= MOST_QUERIES


def _file(place: Place, kind: str = "csv") -> str:
    return reverse("site:picture_counts", args=[place.code, kind])
