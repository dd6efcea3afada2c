"""Asking for evidence in the browser: without an account, without a cookie that stays, and once a day from one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweave.base.gate.limits import Limit
from commonweave.base.gate.memory import memory
from commonweave.evidence.models import Wish
from commonweave.evidence.tests.factories import make_record
from commonweave.people.models import Role
from commonweave.site.tests.signed_in import client_as

if TYPE_CHECKING:
    from django.conf import LazySettings
    from django.test import Client

pytestmark = pytest.mark.django_db
CELL = ["mentoring", "prejudice"]


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    memory().clear()


def ask(client: Client, network: str = "192.0.2.1", **said: str) -> str:
    here = reverse("evidence:ask_for", args=CELL)
    answer = client.post(here, {"country": "", **said}, REMOTE_ADDR=network, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_field_is_asked_for_and_counted_once_a_day_from_one_place(client: Client) -> None:
    here = reverse("evidence:ask_for", args=CELL)
    for page in (
        reverse("evidence:find") + "?tried=mentoring&outcome=prejudice",
        reverse("evidence:finding", args=CELL),
    ):
        assert here in client.get(page).content.decode()
    assert "We need evidence here" in client.get(here).content.decode()
    for network in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        assert "Thank you" in ask(client, network, country="MW")
    member = client_as(Role.MEMBER)
    for _again in range(2):
        assert "Thank you" in ask(member)
    assert Wish.objects.count() == 3
    make_record()
    listed = client.get(reverse("evidence:asked_for") + "?country=MW").content.decode()
    assert '<td data-label="Asked for" class="number">2</td>' in listed
    table = client.get(reverse("evidence:asked_for_table")).content.decode().splitlines()
    assert table[1].split(",")[-3:-1] == ["3", "1"]
    assert "asked for 3 times" in client.get(reverse("evidence:gap_map")).content.decode()


def test_much_at_once_has_to_work_first(client: Client, settings: LazySettings) -> None:
    settings.LIMITS = {**settings.LIMITS, "send": Limit(work=(1,))}
    ask(client)
    text = ask(client, "192.0.2.1")
    assert "data-proof=" in text
    assert "Thank you" not in text
    assert Wish.objects.count() == 1


def test_pages_ask_the_same_number_of_questions_however_much_is_asked_for(client: Client) -> None:
    counts = []
    pages = [reverse("evidence:asked_for"), reverse("evidence:gap_map")]
    for more in (["cost"], ["prejudice", "hope", "school", "work", "health"] * 6):
        Wish.objects.bulk_create(Wish(intervention="sport", outcome=code, on="2026-01-01") for code in more)
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as asked:
                client.get(page)
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
