"""Tries at a passphrase are counted for the session and for the person, in every process; many leave a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import override_settings
from django.urls import reverse

from commonweave.base.gate.memory import memory
from commonweave.base.models import JournalEntry
from commonweave.people.locks import CHEAPEST
from commonweave.people.tests.keyed import PASSPHRASE, Network
from commonweave.people.tests.test_pages import open_as

if TYPE_CHECKING:
    from collections.abc import Iterator

    from commonweave.base.tests.roles import WebClient
    from commonweave.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(memory(), "clock", lambda: 1_000_000_060.0)  # no window ends in the middle of a test
    with override_settings(UNSEALING_COST=[CHEAPEST.passes, CHEAPEST.memory]):
        yield


@pytest.fixture
def rita() -> Person:
    network = Network()
    network.own(network.rita)
    return network.rita


def says(client: WebClient, passphrase: str) -> str:
    answer = client.post(reverse("people:unseal"), {"passphrase": passphrase})
    return "open" if answer.status_code == 302 else answer.content.decode()


def traces() -> int:
    return JournalEntry.objects.filter(verb="unsealing.tried_often").count()


def test_the_sixth_try_waits_even_when_it_is_right(rita: Person) -> None:
    """A stolen session gives five guesses in ten minutes, not as many as the machine can work out."""
    client = open_as(rita)
    for _ in range(4):
        assert "does not open your key" in says(client, "some other five words here")
    assert traces() == 0
    assert "does not open your key" in says(client, "some other five words here")
    assert traces() == 1
    assert "That was wrong too often" in says(client, PASSPHRASE)
    assert traces() == 1, "what is not tried is not told again"


def test_several_sessions_share_ten_tries(rita: Person) -> None:
    for client in (open_as(rita), open_as(rita)):
        for _ in range(5):
            assert "does not open your key" in says(client, "some other five words here")
    assert "That was wrong too often" in says(open_as(rita), PASSPHRASE)


def test_a_right_one_clears_the_count(rita: Person) -> None:
    """Whoever mistypes now and then never waits."""
    client = open_as(rita)
    for _ in range(3):
        for _ in range(4):
            assert "does not open your key" in says(client, "some other five words here")
        assert says(client, PASSPHRASE) == "open"
    assert traces() == 0
