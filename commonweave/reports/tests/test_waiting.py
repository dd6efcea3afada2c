"""A report that waited on a phone is taken like any other, once, and its answer tells the phone nothing."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from commonweave.base.gate.limits import Limit
from commonweave.base.tests.roles import WebClient
from commonweave.people.models import Coverage
from commonweave.places.atlas import expire
from commonweave.places.tests.factories import make_place
from commonweave.reports import actions, waiting
from commonweave.reports.draft import LASTS, begin, lock, unlock_receipt
from commonweave.reports.models import Report
from commonweave.reports.tests.factories import make_team
from commonweave.reports.tests.test_gate import solve
from commonweave.sharing.intake import intake_key, seal

if TYPE_CHECKING:
    from django.conf import LazySettings

    from commonweave.places.models import Place

pytestmark = pytest.mark.django_db

NUMBER = "0123456789012345678901234567"
URLENCODED = "application/x-www-form-urlencoded"
DAY = 24 * 60 * 60


@pytest.fixture
def city() -> Place:
    """A city with a team for support and one of the police."""
    city = make_place("ss-city", make_place("ss", type="country"), name="City")
    make_team(city)
    return city


def form(city: Place, *, age: int = 0, **words: Any) -> list[list[str]]:
    """The last step as a script reads it, begun some seconds ago."""
    draft = replace(begin(city.code), begun=int(time.time()) - age, kind="happened", place=city.code, digits="1" * 28)
    given = {"draft": lock(draft), "what": "The wall was painted.", "who": "city_support", "number": NUMBER, **words}
    return [[name, value] for name, value in given.items()]


def sealed(fields: object, **content: Any) -> bytes:
    """Seal as the browser does."""
    text = json.dumps({"v": 1, "language": "en", "form": fields, **content}).encode()
    week = waiting.this_week()
    return seal(text, week, waiting._key(week).public)


def send(body: bytes, work: str = "", **headers: str) -> tuple[int, str]:
    """Send what waits; return status and answer."""
    sent = urlencode({"sealed": b64encode(body).decode(), "work": work})
    answer = WebClient().post(reverse("reports:waiting"), sent, content_type=URLENCODED, headers=headers)
    assert not answer.cookies
    return answer.status_code, answer.content.decode()


def test_a_waiting_report_arrives_once_and_opens_with_the_number_that_was_shown(city: Place) -> None:
    """A poor network sends twice; the resident wrote one number down."""
    body = sealed(form(city))
    assert [send(body)[0], send(body)[0]] == [200, 200]
    assert Report.objects.count() == 1
    opened = actions.read_own_report(NUMBER)
    assert opened is not None
    assert opened.document["what"] == "The wall was painted."


def test_the_answer_tells_whoever_holds_the_phone_nothing(city: Place) -> None:
    """A phone that was taken can send what waits; it must not get a number, a place or a way into the report."""
    _status, page = send(sealed(form(city)))
    for told in ("visit", "City", "Organisation", "Team", NUMBER[:5], "painted"):
        assert told not in page


def test_sent_and_lost_on_the_way_back_then_waiting_is_one_report(city: Place) -> None:
    """The first try arrived and its answer did not: the number is the same, and so is the report."""
    fields = form(city)
    WebClient(headers={"Sec-Fetch-Site": "same-origin"}).post(reverse("reports:who"), {**dict(fields), "send": "1"})
    assert actions.read_own_report(NUMBER) is not None
    assert send(sealed(fields))[0] == 200
    assert Report.objects.count() == 1
    assert actions.read_own_report(NUMBER) is not None


def test_other_words_are_another_report_with_another_number(city: Place) -> None:
    send(sealed(form(city)))
    send(sealed(form(city, what="Something else.", number="9" * 28)))
    assert Report.objects.count() == 2


def test_the_same_words_with_another_number_are_not_dropped(city: Place) -> None:
    """A page that was restored draws anew: whoever reads that number must find their report."""
    fields = form(city)
    send(sealed(fields))
    send(sealed([*[pair for pair in fields if pair[0] != "number"], ["number", "9" * 28]]))
    assert actions.read_own_report(NUMBER) is not None
    assert actions.read_own_report("9" * 28) is not None


@pytest.mark.parametrize(("age", "status"), [(LASTS + 60, 200), (14 * DAY - 60, 200), (14 * DAY + 60, 410)])
def test_it_may_wait_for_fourteen_days(city: Place, age: int, status: int) -> None:
    """Longer than a form may stay open, because there is no network in some places for a week."""
    assert send(sealed(form(city, age=age)))[0] == status


def test_keys_of_the_weeks_it_may_wait_open_it_and_older_or_later_ones_do_not(city: Place) -> None:
    text = json.dumps({"v": 1, "language": "en", "form": form(city)}).encode()
    week = waiting.this_week()
    answers = [send(seal(text, each, waiting._key(each).public))[0] for each in range(week - 4, week + 2)]
    assert answers == [410, 200, 200, 200, 200, 410]


def test_when_nobody_takes_it_any_more_it_says_so_and_keeps_nothing(city: Place) -> None:
    """It stays on the phone; nothing is lost in silence."""
    body = sealed(form(city))
    Coverage.objects.update(during=("2020-01-01", "2020-02-01"))
    expire()
    status, page = send(body)
    assert status == 409
    assert "was not taken" in page
    assert not Report.objects.exists()


def test_who_stopped_taking_reports_is_left_out_and_nobody_is_added(city: Place) -> None:
    make_team(city, "civil_society")
    fields = [*form(city), ["who", "police"]]
    assert send(sealed(fields))[0] == 200
    assert Report.objects.get().consents == ["city_support"]


def test_the_language_is_the_one_it_was_written_in(city: Place) -> None:
    """It may be sent from a page in another one."""
    send(sealed(form(city), language="ar"))
    opened = actions.read_own_report(NUMBER)
    assert opened is not None
    assert opened.document["language"] == "ar"


@pytest.mark.parametrize(
    "content",
    [
        {"v": 2},
        {"language": "xx"},
        {"form": "draft"},
        {"form": [["draft"]]},
        {"form": [["draft", 5]]},
        {"form": [["draft", {"a": 1}]]},
        {"form": None},
    ],
)
def test_other_shapes_are_refused_without_a_fault(city: Place, content: dict[str, Any]) -> None:
    assert send(sealed(form(city), **content))[0] == 410
    assert not Report.objects.exists()


@pytest.mark.parametrize("text", [b"", b"[]", b"null", b"{", b"[" * 100_000, b'{"form":1}', b"\xff\xfe"])
def test_no_sealed_text_is_a_fault(text: bytes) -> None:
    week = waiting.this_week()
    assert send(seal(text, week, waiting._key(week).public))[0] == 410


def test_too_much_is_not_even_opened() -> None:
    week = waiting.this_week()
    assert send(seal(b"x" * waiting.LARGEST, week, waiting._key(week).public))[0] == 410
    assert send(b"x" * 300_000)[0] in {400, 413}


def test_another_nodes_key_is_refused(city: Place) -> None:
    text = json.dumps({"v": 1, "language": "en", "form": form(city)}).encode()
    week = waiting.this_week()
    assert send(seal(text, week, intake_key(week, bytes(64)).public))[0] == 410


def test_a_draft_without_its_last_step_or_a_number_is_refused(city: Place) -> None:
    assert send(sealed(form(city, number="")))[0] == 410
    assert send(sealed(form(city, draft=lock(begin(city.code)))))[0] == 410


def test_another_sites_page_sends_nothing(city: Place) -> None:
    assert send(sealed(form(city)), **{"Sec-Fetch-Site": "cross-site"})[0] == 410
    assert not Report.objects.exists()


@pytest.mark.parametrize("number", ["1" * 27, "1" * 29, "x" * 28, "\u0661" * 28, ""])
def test_the_last_step_takes_no_other_number_than_28_digits(city: Place, number: str) -> None:
    """Then the node makes one, as it does without scripts."""
    ours = WebClient(headers={"Sec-Fetch-Site": "same-origin"})
    page = ours.post(reverse("reports:who"), {**dict(form(city, number=number)), "send": "1"})
    given = unlock_receipt(page.content.decode().split('name="visit" value="')[1].split('"')[0])
    assert given != number
    assert actions.read_own_report(given) is not None


def test_where_much_is_sent_it_costs_the_same_work_and_nothing_is_lost(city: Place, settings: LazySettings) -> None:
    """What waits is no way around the gate, and the gate no way to lose what waited."""
    settings.LIMITS = {**settings.LIMITS, "node.send": Limit(work=(0, 0, 0))}
    body = sealed(form(city))
    status, challenge = send(body)
    assert status == 428
    assert not Report.objects.exists()
    assert send(body, solve(challenge))[0] == 200
    assert Report.objects.count() == 1


def test_what_is_not_base64_is_refused(city: Place) -> None:
    answer = WebClient().post(reverse("reports:waiting"), {"sealed": "é*"})
    assert answer.status_code == 410
    assert city.code
