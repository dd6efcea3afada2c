"""Pages of findings: public, the same for all, harm as large as help; they say what was left out and how it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweave.base.viewer import SYSTEM
from commonweave.evidence import actions
from commonweave.evidence.tests.factories import add_effect, make_record
from commonweave.people.models import Role
from commonweave.site import bells
from commonweave.site.tests.signed_in import client_as

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from commonweave.evidence.models import Record

pytestmark = pytest.mark.django_db
HERE = ["mentoring", "prejudice"]


def studies(number: int, *, yi: float = -0.5, **columns: Any) -> Iterator[Record]:
    for nth in range(number):
        record = make_record(f"Paper {nth}")
        moderators = {"mean_age": float(20 + nth), "setting": "prison" if nth % 2 else "community"}
        add_effect(
            record, study=f"Study {nth}", yi=yi - nth / 100, vi=0.02 + nth / 500, moderators=moderators, **columns
        )
        yield record


def page(client: Client, *, name: str = "finding", asked: str = "", args: list[Any] | None = None) -> str:
    answer = client.get(reverse(f"evidence:{name}", args=HERE if args is None else args) + asked)
    assert answer.status_code == 200
    assert not answer.cookies
    return answer.content.decode()


def test_a_finding_shows_every_study_and_never_says_more_than_it_may(client: Client) -> None:
    made = list(studies(4))
    text = page(client)
    assert "Helped so far, not sure yet" in text
    assert "Why it is not called" in text
    assert text.count("<figure") == 1
    for record in made:
        assert reverse("evidence:record", args=[record.slug]) in text
    for part in ("Study 3", "One more study", "more than chance"):
        assert part in text
    assert "Study 3" in client_as(Role.MEMBER).get(reverse("evidence:finding", args=HERE)).content.decode()


def test_harm_is_said_at_once_and_as_large_as_help(client: Client) -> None:
    list(studies(3, yi=0.9))
    actions.renew_findings(SYSTEM)
    assert '<p class="big"><svg class="mark made_worse"' in page(client)
    listed = page(client, name="findings", args=[])
    assert '<p class="made_worse"><svg class="mark made_worse"' in listed
    assert 'class="tile made_worse"' in listed
    assert 'class="tile helped"' in listed


def test_what_is_not_enough_is_listed_and_not_pooled(client: Client) -> None:
    list(studies(2))
    actions.renew_findings(SYSTEM)
    assert "Fewer than three studies are never pooled" in page(client)
    assert "<figure" not in page(client)
    assert reverse("evidence:finding", args=HERE) in page(client, name="findings", args=[])
    assert "No numbers here yet" in page(client, args=["sport", "cost"])


def test_it_says_what_was_not_counted_a_second_time(client: Client) -> None:
    list(studies(3))
    old, new = make_record("Old edition", sample="same", year=2001), make_record("New edition", sample="same")
    for record in (old, new):
        add_effect(record)
    assert "Not counted a second time" in page(client)
    assert "New edition" in page(client, name="record", args=[old.slug])


@pytest.mark.parametrize(("by", "said"), [("mean_age", "Average age"), ("setting", "outside prison"), ("x'%00", "")])
def test_a_reader_compares_studies_by_what_is_known_of_them(client: Client, by: str, said: str) -> None:
    list(studies(10))
    text = page(client, asked=f"?by={by}&scale=%00")
    assert text.count("<figure") == (3 if said else 2)
    assert said in text


def test_how_it_changed_can_be_read_and_reached(client: Client) -> None:
    """The journal's bell has it reckoned anew: nobody has to press anything."""
    list(studies(3))
    bells.answer_bell.func("record.published", str(bells.NOTHING))
    list(studies(1))
    bells.answer_bell.func("record.published", str(bells.NOTHING))
    first = reverse("evidence:finding_then", args=[*HERE, "smd", 1])
    assert first in page(client)
    then = page(client, name="finding_then", args=[*HERE, "smd", 1])
    assert "This is an earlier state" in then
    assert "This is an earlier state" not in page(client, name="finding_then", args=[*HERE, "smd", 2])
    assert client.get(reverse("evidence:finding_then", args=[*HERE, "smd", 3])).status_code == 404


@pytest.mark.parametrize("args", [["x", "prejudice"], ["mentoring", "x"]])
def test_what_nobody_can_try_is_not_found(client: Client, args: list[str]) -> None:
    assert client.get(reverse("evidence:finding", args=args)).status_code == 404


def test_pages_ask_the_same_number_of_questions_however_much_there_is(client: Client) -> None:
    addresses = [reverse("evidence:findings"), reverse("evidence:finding", args=HERE)]
    counts = []
    for more in (3, 27):
        list(studies(more))
        actions.renew_findings(SYSTEM)
        for address in addresses:
            client.get(address)  # what a process asks once
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
