"""A demonstration says so on every page, in the reader's language, and `doctor` refuses one that others can reach."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from commonweave.base.tests.roles import WebClient
from commonweave.people.models import Demonstration
from commonweave.places import atlas
from commonweave.places.tests.factories import make_place
from commonweave.reports.tests.factories import make_team
from commonweave.site import broken, checks
from commonweave.site.tests.test_no_traces import Resident, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
SAID = "Demonstration: nothing here is real. Do not report anything here."
LANGUAGES = {
    "en": "nothing here is real",
    "fr": "n’y signalez rien",
    "ar": "لا شيء هنا حقيقي",
    "sq": "mos raportoni asgjë këtu",
    "ny": "palibe chenicheni pano",
}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Whatever language the last page of another test had."""
    with translation.override("en"):
        yield


@pytest.fixture
def _city() -> None:
    city = make_place("xx-city", make_place("xx", type="country", box=(0, 0, 4, 4)), name="City", box=(0, 0, 3, 3))
    for kind in ("city_support", "police"):
        make_team(city, kind)


def become_one() -> None:
    """Make this node a demonstration, and let this process look at once: it does every five seconds."""
    Demonstration.objects.create()
    atlas.expire()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("_city")
def test_every_page_of_a_resident_says_so(language: str) -> None:
    """The receipt too, which is rendered once for many residents: the first one came before it was a demonstration."""
    before = Resident(language)
    with transaction.atomic():
        walk(before, "happened")
        transaction.set_rollback(True)
    become_one()
    after = Resident(language)
    walk(after, "happened")
    assert [page.path for page in before.pages if 'class="demonstration"' in page.html] == []
    assert [page.path for page in after.pages if LANGUAGES[language] not in page.html.lower()] == []


def test_it_costs_no_question() -> None:
    """Each page would otherwise ask the database once more, for ever."""
    client, address = WebClient(), reverse("site:protection")
    client.get(address)
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    become_one()
    assert SAID in client.get(address).content.decode()
    with CaptureQueriesContext(connection) as after:
        client.get(address)
    assert len(before) == len(after)
    assert not any("people_demonstration" in query["sql"] for query in after.captured_queries)


def test_pages_for_what_went_wrong_say_so() -> None:
    """Somebody whose report failed tries again; they should stop."""
    become_one()
    client = WebClient()
    flood = {f"field{number}": "x" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    answer = client.post(reverse("reports:receipt"), flood)
    assert (answer.status_code, SAID in answer.content.decode()) == (400, True)
    answer = client.get("/en/no-such-page/")
    assert (answer.status_code, SAID in answer.content.decode()) == (404, True)
    with translation.override("sq"), CaptureQueriesContext(connection) as asked:
        failed = broken.fault(RequestFactory().get("/"))
    assert (failed.status_code, LANGUAGES["sq"] in failed.content.decode().lower()) == (500, True)
    assert len(asked) == 0, "the database may be what failed"


@pytest.mark.parametrize(
    ("url", "level"),
    [
        ("http://localhost:8400", "warn"),
        ("http://127.0.0.1:8400", "warn"),
        ("https://localhost:8400", "fail"),
        ("https://reports.example.org", "fail"),
        ("http://reports.example.org", "fail"),
    ],
)
def test_doctor_refuses_a_demonstration_that_others_can_reach(url: str, level: str) -> None:
    """Its password is printed in the handbook."""
    config = replace(settings.CONFIG, url=url)
    assert list(checks.demonstration(config, exists=False)) == []
    assert [finding.level for finding in checks.demonstration(config, exists=True)] == [level]
