"""A form that somebody else prepared: a foreign page, or whoever sat at this computer before.

Whoever keeps a copy of a hidden field must not come to hold the receipt of what somebody else wrote into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.urls import reverse

from commonweave.base.tests.roles import WebClient
from commonweave.places.tests.factories import make_place
from commonweave.reports import actions
from commonweave.reports.draft import begin, lock, unlock_receipt
from commonweave.reports.models import Message, Report
from commonweave.reports.tests.factories import make_report, make_team
from commonweave.sharing import receipts
from tools.visitor import Answer, Form

if TYPE_CHECKING:
    from django.http import HttpResponse

pytestmark = pytest.mark.django_db

FOREIGN = (
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://other.testserver"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
)
OWN: tuple[dict[str, str], ...] = (
    {},
    {"Origin": "http://testserver"},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
)


def post(path: str, pairs: list[tuple[str, str]], **headers: str) -> HttpResponse:
    """Send a form as a browser would."""
    kind = "application/x-www-form-urlencoded"
    return cast("HttpResponse", WebClient().post(path, urlencode(pairs), content_type=kind, headers=headers))


def form_of(response: HttpResponse, field: str) -> Form:
    """Return the form that has this field."""
    forms = Answer(200, {}, response.content, 0.0, "").forms
    return next(form for form in forms if field in form.names | form.choices.keys())


@pytest.fixture
def last_step() -> Form:
    """The last step, as somebody was shown it."""
    city = make_place("ss-city", make_place("ss", type="country"), name="City")
    make_team(city)
    draft = lock(begin(city.code))
    where = post(reverse("reports:what"), [("draft", draft), ("kind", "happened"), ("next", "1")])
    return form_of(post(reverse("reports:where"), [*form_of(where, "q").values, ("choose", city.code)]), "what")


def sent(form: Form, words: str) -> str:
    """Fill in the last step, send it, and return the digits of the receipt that is shown."""
    response = post(form.action, form.filled(what=words, who="city_support", send="1"))
    return unlock_receipt(dict(form_of(response, "visit").values)["visit"])


def test_the_same_form_sent_twice_is_one_report(last_step: Form) -> None:
    """A poor network and an impatient finger must not make two."""
    assert sent(last_step, "The wall was painted.") == sent(last_step, "The wall was painted.")
    assert Report.objects.count() == 1


def test_a_copied_field_does_not_give_the_receipt_of_what_somebody_else_wrote(last_step: Form) -> None:
    """Otherwise whoever prepared the page reads the report, its answers, and can take it back."""
    theirs = sent(last_step, "What only the resident knows.")
    assert sent(last_step, "") != theirs
    assert Report.objects.count() == 2, "and nothing that was typed is dropped in silence"


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://testserver"}, True),
    ],
)
def test_a_prepared_form_does_not_choose_the_receipt(last_step: Form, headers: dict[str, str], *, taken: bool) -> None:
    """An old browser does not say whose page sent it: then no number counts that somebody could have put into the form."""
    prepared = [*last_step.filled(what="Mine alone.", who="city_support", send="1"), ("number", "7" * receipts.DIGITS)]
    assert post(last_step.action, prepared, **headers).status_code == 200
    assert Report.objects.count() == 1
    assert (actions.read_own_report("7" * receipts.DIGITS) is not None) == taken


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_foreign_page_cannot_put_its_own_form_before_a_resident(last_step: Form, headers: dict[str, str]) -> None:
    """The browser says where a form came from; a step that another site's page sent is not shown."""
    response = post(last_step.action, last_step.values, **headers)
    assert response.status_code == 400
    assert b'name="what"' not in response.content


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_foreign_page_cannot_open_its_own_thread_before_a_resident(headers: dict[str, str]) -> None:
    """What they add there, the stranger would read with the receipt."""
    city = make_place("ss-city", make_place("ss", type="country"), name="City")
    make_team(city)
    _report, digits = make_report(city)
    number = "".join(receipts.show(digits))
    response = post(reverse("reports:receipt"), [("number", number)], **headers)
    assert b'name="words-text"' not in response.content
    assert not Message.objects.exists()


@pytest.mark.parametrize("headers", OWN)
def test_our_own_pages_and_old_browsers_go_on(last_step: Form, headers: dict[str, str]) -> None:
    """Browsers that say nothing about where a form came from are still served."""
    assert b'name="what"' in post(last_step.action, last_step.values, **headers).content


def test_the_nodes_address_counts_as_ours_behind_a_proxy_that_hides_it(last_step: Form) -> None:
    """A proxy may forget to pass the host on."""
    assert post(last_step.action, last_step.values, Origin=settings.CONFIG.url).status_code == 200
