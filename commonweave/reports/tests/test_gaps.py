"""Where nobody takes a report, that somebody asked is a number that people act upon: nobody counts twice."""

from __future__ import annotations

import pytest
from django.urls import reverse

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import WebClient
from commonweave.places.tests.factories import make_place
from commonweave.reports.draft import begin, lock
from commonweave.reports.models import Gap
from tools.visitor import Answer

pytestmark = pytest.mark.django_db


def carried(address: str, **sent: str) -> str:
    """Send a step and return the draft that the next page carries."""
    response = WebClient().post(reverse(address), sent)
    assert response.status_code == 200
    forms = Answer(200, {}, response.content, 0.0, "").forms
    return next(value for form in forms for name, value in form.values if name == "draft")


def begun() -> str:
    """Begin anew and say what it is about; return the draft of step 2."""
    return carried("reports:what", draft=lock(begin()), kind="happened", next="1")


def test_a_step_sent_again_and_again_is_one_gap() -> None:
    """From a copy of an earlier step, after choosing another place, or by reloading: one person asked."""
    country = make_place("gg", type="country")
    make_place("gg-a", country)
    make_place("gg-b", country)
    step = begun()
    later = carried("reports:where", draft=step, choose="gg-a")
    for draft, code in ((step, "gg-a"), (step, "gg-b"), (later, "gg-a"), (later, "gg-b"), (step, "gg")):
        carried("reports:where", draft=draft, choose=code)
    assert Gap.objects.count() == 1
    assert JournalEntry.objects.filter(verb="report.nobody_takes").count() == 1
    carried("reports:where", draft=begun(), choose="gg-a")
    assert Gap.objects.count() == 2, "who begins anew asks anew"
