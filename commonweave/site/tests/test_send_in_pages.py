"""Sending a study in without an account: what the sender sees, what those see who decide, and what cannot get in."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

import altcha
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweave.base.gate.limits import LIMITS
from commonweave.evidence.models import Proposal, Record
from commonweave.evidence.tests.factories import add_proposal, make_record
from commonweave.people.models import Role
from commonweave.people.tests.factories import give_second_factor, make_member
from commonweave.site.tests.signed_in import sign_in
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from commonweave.base.tests.roles import WebClient

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
SEND, ASK, LIST = (f"evidence:{name}" for name in ("send_in", "sent_in_answer", "proposals"))


def keeper() -> tuple[WebClient, UUID]:
    """Return a client of an administrator, and their organisation with a published record."""
    person = make_member(Role.ADMINISTRATOR)
    give_second_factor(person)
    holder = person.memberships.get().organisation_id
    make_record(holder=holder)
    return sign_in(person), holder


def study(holder: UUID, **said: str) -> dict[str, str]:
    """Return a filled-in form."""
    return {
        "seed": str(UUID(int=1)),
        "holder": str(holder),
        "title": "Mentoring in <b>Zomba</b>",
        "language": "en",
        "kind": vocabulary.choices("evidence-kind", exact=True)[0][0],
        "year": "2024",
        "authors": "Banda, Thoko",
        "where": "https://doi.org/10.1000/182",
        "words": "<script>alert(1)</script> Nothing changed.",
        "contact": "ada@example.org",
    } | said


def number_on(page: str) -> str:
    return "".join(re.findall(r"<li>(\d{5})</li>", page))


def test_from_a_stranger_to_a_decision(client: Client) -> None:
    """The number is shown once and says at each moment where it stands; what was typed is text, never markup."""
    ada, holder = keeper()
    first = client.post(reverse(SEND), study(holder)).content.decode()
    second = client.post(reverse(SEND), study(holder, title="Another")).content.decode()
    codes = [number_on(page) for page in (first, second)]
    assert [len(code) for code in codes] == [30, 30]

    def answers(code: str) -> str:
        return client.post(reverse(ASK), {"number": code}).content.decode()

    assert "Nobody has decided" in answers(codes[0])
    assert "&lt;b&gt;Zomba" in answers(codes[0])
    assert "2 wait" in ada.get(reverse("evidence:ours")).content.decode()
    assert "Another" in ada.get(reverse(LIST)).content.decode()
    taken, declined = Proposal.objects.order_by("-title")
    page = ada.get(reverse("evidence:proposal", args=[taken.pk])).content.decode()
    assert "ada@example.org" in page
    assert "https://doi.org/10.1000/182" in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    to = ada.post(reverse("evidence:proposal", args=[taken.pk]), {"take": "1"})
    record = Record.objects.get(state="draft")
    assert to.headers["Location"] == reverse("evidence:edit_record", args=[record.pk])
    assert (record.holder, record.doi, record.authors) == (
        holder,
        "10.1000/182",
        [{"family": "Banda", "given": "Thoko"}],
    )
    said = {"reason": "not_found", "reason_words": "The link is dead."}
    assert ada.post(reverse("evidence:proposal", args=[declined.pk]), said).status_code == 302
    assert "not published yet" in answers(codes[0])
    assert "The link is dead." in answers(codes[1])
    assert "We could not find it" in answers(codes[1])
    assert "Nothing was sent in with this number" in answers("1" * 30)
    assert "Another" not in ada.get(reverse(LIST)).content.decode()


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"title": "a\0b"}, "title"),
        ({"words": "x" * 2001}, "words"),
        ({"holder": str(UUID(int=7))}, "holder"),
        ({"where": "javascript:alert(1)"}, "where"),
        ({"where": "ftp://example.org/x"}, "where"),
        ({"kind": "spell"}, "kind"),
        ({"year": "99999"}, "year"),
        ({"authors": "Banda, T. | 0000"}, "authors"),
        ({"seed": "x\0"}, "seed"),
    ],
)
def test_what_cannot_be_is_asked_again(client: Client, wrong: dict[str, str], where: str) -> None:
    _ada, holder = keeper()
    answer = client.post(reverse(SEND), study(holder) | wrong)
    assert list(answer.context["form"].errors) == [where]
    assert not Proposal.objects.exists()


def test_ten_megabytes_are_refused_unread(client: Client) -> None:
    """And a form that another site's page sent has no token."""
    _ada, holder = keeper()
    large = client.generic("POST", reverse(SEND), urlencode(study(holder, words="x" * 10_000_000)), FORM)
    assert large.status_code in {400, 413}
    assert Client(enforce_csrf_checks=True).post(reverse(SEND), study(holder)).status_code == 403
    assert not Proposal.objects.exists()


def test_where_much_is_sent_it_costs_some_work_each_time(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was typed stays and is looked over after the work alone, which is good for one study, ticked or not, not for two."""
    _ada, holder = keeper()
    limits = {**settings.LIMITS, "node.study": replace(LIMITS["node.study"], work=(0,))}
    monkeypatch.setattr(settings, "LIMITS", limits)
    seed = str(client.get(reverse(SEND)).context["form"].initial["seed"])
    other = {"seed": seed, "title": "Another"}
    typed = study(holder, seed=seed, words="Mr Phiri was unhappy.")
    asked = client.post(reverse(SEND), typed)
    assert "Mr Phiri was unhappy." in asked.content.decode()
    assert asked.context["findings"] == []
    assert not Proposal.objects.exists()
    made = altcha.Challenge.from_dict(json.loads(asked.context["asking"].challenge))
    solved = altcha.solve_challenge(made)
    assert solved is not None
    work = b64encode(json.dumps(altcha.Payload(made, solved).to_dict()).encode()).decode()
    pointed = client.post(reverse(SEND), typed | {"work": work})
    [found] = pointed.context["findings"]
    ticked = typed | {"work": pointed.context["asking"].given[0][1], "cleared": found["key"]}
    number = number_on(client.post(reverse(SEND), ticked).content.decode())
    assert number
    assert number_on(client.post(reverse(SEND), ticked).content.decode()) == number, "a second click"
    assert not number_on(client.post(reverse(SEND), study(holder, work=work, **other)).content.decode())
    assert Proposal.objects.count() == 1


def test_the_list_asks_as_much_for_thirty_as_for_one() -> None:
    """It would be slow for whoever has most to read."""
    ada, holder = keeper()
    ada.get(reverse(LIST))
    asked = []
    for first, last in ((0, 1), (1, 30)):
        for number in range(first, last):
            add_proposal(holder, place=number + 1)
        with CaptureQueriesContext(connection) as found:
            assert len(ada.get(reverse(LIST)).context["rows"]) == last
        asked.append(len(found))
    assert asked[0] == asked[1]


def test_what_could_point_to_a_person_is_ticked_before_it_is_sent(client: Client) -> None:
    """What was ticked stays ticked while the rest is looked at."""
    _ada, holder = keeper()
    sent = study(holder, words="Mr Phiri was unhappy. Ring +265 999 12 34 56.")
    asked = client.post(reverse(SEND), sent).context["findings"]
    assert [each["words"] for each in asked] == ["Mr Phiri", "+265 999 12 34 56"]
    again = client.post(reverse(SEND), sent | {"cleared": asked[0]["key"]})
    assert [each["cleared"] for each in again.context["findings"]] == [True, False]
    assert not Proposal.objects.exists()
    assert number_on(client.post(reverse(SEND), {**sent, "cleared": [each["key"] for each in asked]}).content.decode())
