"""Pages of the register of assumptions: open to all; members add what bears on one, and who relies on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweave.evidence.models import Assumption
from commonweave.evidence.tests.factories import make_record
from commonweave.people.models import Role
from commonweave.site.tests.signed_in import client_as

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


def test_from_a_sentence_to_what_is_known_of_it(client: Client) -> None:
    ada, record = client_as(Role.MEMBER), make_record("A study of mothers", direction="no_difference")
    said = {"statement_en": "Mothers spot signs early", "reason": "Many programmes train mothers."}
    assert ada.post(reverse("evidence:state_assumption"), said).status_code == 302
    row = Assumption.objects.get()
    study = {"record": f"https://node.example/en/evidence/record/{record.slug}/", "side": "against", "note": "Did not."}
    call = {"state": "refuted", "reason": "One study looked."}
    pages = [reverse(f"evidence:{name}", args=[row.slug]) for name in ("call_assumption", "add_bearing", "rely")]
    assert "state" in ada.post(pages[0], call).context["form"].errors
    assert "record" in ada.post(pages[1], study | {"record": "nowhere"}).context["form"].errors
    assert ada.post(pages[1], study).status_code == 302
    assert ada.post(pages[0], call).status_code == 302
    assert ada.post(pages[2], {"programme": "Circles"}).status_code == 302
    shown = client.get(reverse("evidence:assumption", args=[row.slug]))
    for words in (
        "Mothers spot signs early",
        "Evidence speaks against it",
        "A study of mothers",
        "Circles",
        "Did not.",
    ):
        assert words in shown.content.decode()
    assert not shown.cookies
    assert row.slug in client.get(reverse("evidence:assumptions") + "?state=refuted").content.decode()
    assert row.slug not in client.get(reverse("evidence:assumptions") + "?state=open").content.decode()


def test_list_asks_the_same_number_of_questions_however_long_it_is(client: Client) -> None:
    ada, page, counts = client_as(Role.MEMBER), reverse("evidence:assumptions"), []
    client.get(page)
    for more in (1, 5):
        for number in range(more):
            said = {"statement_en": f"Sentence {more} {number}", "reason": "x"}
            ada.post(reverse("evidence:state_assumption"), said)
            study = {"record": make_record().slug, "side": "for", "note": "x"}
            ada.post(reverse("evidence:add_bearing", args=[Assumption.objects.latest("pk").slug]), study)
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        counts.append(len(asked))
    assert counts[0] == counts[1]
