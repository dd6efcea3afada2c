"""Pages on which publications are judged: who rates sees nothing of others until done; readers see all of it, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweave.evidence import rules
from commonweave.evidence.models import Adaptation, Reply
from commonweave.evidence.tests.factories import add_adaptation, add_reply, make_record
from commonweave.people.models import Role
from commonweave.people.tests.factories import give_second_factor, make_member
from commonweave.site.tests.signed_in import client_as, sign_in

if TYPE_CHECKING:
    from django.test import Client

    from commonweave.base.tests.roles import WebClient
    from commonweave.evidence.models import Record

pytestmark = pytest.mark.django_db


def answers(design: str, **values: str) -> dict[str, str]:
    """Return a filled-in form."""
    given = {"sms_version": "What Works Growth", "direction": "helped", "named": "on"} | values
    for name in rules.criteria_of(design):
        given |= {f"{name}_value": rules.values_of(name)[0], f"{name}_reason": "other", f"{name}_note": "p. 4"}
    return given | values


def rate(client: WebClient, record: Record, design: str = "rct", **values: str) -> None:
    begin = {"design": design, "interest": values.pop("interest", "none"), "interest_words": "I know them."}
    assert client.post(reverse("evidence:appraise", args=[record.slug]), begin).status_code == 302
    answer = client.post(reverse("evidence:rate", args=[record.slug]), answers(design, **values))
    assert answer.status_code == 302, answer.context["form"].errors


def keeper_of_a_record() -> tuple[WebClient, Record]:
    """Return a client of an administrator, and a record of their organisation."""
    person = make_member(Role.ADMINISTRATOR)
    give_second_factor(person)
    return sign_in(person), make_record(holder=person.memberships.get().organisation_id)


def page_of(client: Client, record: Record) -> str:
    return client.get(reverse("evidence:record", args=[record.slug])).content.decode()


def test_from_two_ratings_to_what_holds(client: Client) -> None:
    """Disagreement is shown thing by thing, is settled with a reason, and all of it can be read by programs."""
    record, ada, ben = make_record(direction="unknown"), client_as(Role.MEMBER), client_as(Role.MEMBER)
    rate(ada, record, direction="made_worse", words="Ada's words")
    assert "Ada&#x27;s words" in page_of(client, record)
    begin = {"design": "rct", "interest": "none"}
    ben.post(reverse("evidence:appraise", args=[record.slug]), begin)
    hidden = page_of(ben, record)
    assert "You are rating this study" in hidden
    assert "Ada" not in hidden
    assert "made_worse" not in hidden
    ben.post(reverse("evidence:rate", args=[record.slug]), answers("rct", direction="mixed", sms_value="2"))
    shown = page_of(client, record)
    assert "they differ: 2." in shown
    assert "not settled yet" in shown
    assert '<p class="big"><svg class="mark made_worse"' in shown
    settled = {"holds_direction": "mixed", "holds_sms": "2", "reason": "Table 3 says so."}
    assert ada.post(reverse("evidence:settle", args=[record.slug]), settled).status_code == 302
    assert "has not agreed yet" in page_of(client, record)
    assert ben.post(reverse("evidence:agree", args=[record.slug])).status_code == 302
    shown = page_of(client, record)
    assert "Table 3 says so." in shown
    assert '<p class="big"><svg class="mark mixed"' in shown
    data = client.get(reverse("evidence:appraisals", args=[record.slug])).json()
    assert [each["direction"] for each in data["appraisals"]] == ["made_worse", "mixed"]
    assert data["settlement"]["choices"] == {"direction": "mixed", "sms": "2"}
    assert (data["direction"], data["rating"], data["settlement"]["holds"]) == ("mixed", "two", True)
    assert {"criterion": "sms", "value": "1", "reason": "other", "note": "p. 4"} in data["appraisals"][0]["answers"]


def test_studies_of_how_and_why_are_asked_questions_of_their_own() -> None:
    record, ada = make_record(design="qualitative"), client_as(Role.MEMBER)
    ada.post(reverse("evidence:appraise", args=[record.slug]), {"design": "contribution", "interest": "none"})
    fields = set(ada.get(reverse("evidence:rate", args=[record.slug])).context["form"].fields)
    assert {"credibility_value", "transferability_value", "rivals_weighed_value"} <= fields
    assert not [name for name in fields if name.startswith(("sms", "bias"))]


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"direction": "unknown"}, "direction"),
        ({"bias_missing_reason": ""}, "bias_missing_reason"),
        ({"bias_missing_note": ""}, "bias_missing_note"),
        ({"sms_value": "6"}, "sms_value"),
    ],
)
def test_an_answer_without_a_reason_is_asked_again(wrong: dict[str, Any], where: str) -> None:
    record, ada = make_record(), client_as(Role.MEMBER)
    ada.post(reverse("evidence:appraise", args=[record.slug]), {"design": "rct", "interest": "none"})
    answer = ada.post(reverse("evidence:rate", args=[record.slug]), answers("rct") | wrong)
    assert list(answer.context["form"].errors) == [where]


def test_whoever_ran_it_is_shown_as_such(client: Client) -> None:
    record = make_record(coded_by="")
    rate(client_as(Role.MEMBER), record, interest="ran")
    shown = page_of(client, record)
    assert "Self-rating" in shown
    assert "Judged by those who ran it" in shown
    assert "I know them." in shown


def test_an_interest_is_said_in_words() -> None:
    record, ada = make_record(), client_as(Role.MEMBER)
    answer = ada.post(reverse("evidence:appraise", args=[record.slug]), {"design": "rct", "interest": "some"})
    assert "interest_words" in answer.context["form"].errors


def test_a_draft_can_be_given_up() -> None:
    record, ada = make_record(direction="made_worse"), client_as(Role.MEMBER)
    ada.post(reverse("evidence:appraise", args=[record.slug]), {"design": "rct", "interest": "none"})
    assert "made_worse" not in page_of(ada, record)
    ada.post(reverse("evidence:give_up", args=[record.slug]))
    assert "made_worse" in page_of(ada, record)


def test_what_is_asked_is_published(client: Client) -> None:
    shown = client.get(reverse("evidence:criteria"))
    assert "10.1007/s11292-015-9238-7" in shown.content.decode()
    assert not shown.cookies


def test_the_programme_replies_beside_its_rating(client: Client) -> None:
    """As a member, and with nothing but a link; of what was taken away the reason is left."""
    keeper, record = keeper_of_a_record()
    said = {"programme": "Bridges", "words": "It rained.", "ran_it": "on"}
    assert client_as(Role.MEMBER).post(reverse("evidence:reply", args=[record.slug]), said).status_code == 302
    page = keeper.post(reverse("evidence:reply_link", args=[record.slug]))
    address = page.context["address"].split("testserver")[1]
    assert client.post(address, {"programme": "Bridges", "words": "It snowed."}).status_code == 200, "says who they are"
    assert client.post(address, said | {"words": "It snowed."}).status_code == 302
    assert client.get(address).status_code == 404
    shown = page_of(client, record)
    assert "It rained." in shown
    assert "It snowed." in shown
    pk = Reply.objects.get(words="It rained.").pk
    why = {"refused": "law", "refused_words": "It names a child."}
    assert keeper.post(reverse("evidence:refuse_reply", args=[pk]), why).status_code == 302
    shown = page_of(client, record)
    assert "It rained." not in shown
    assert "It names a child." in shown


def test_where_it_was_used_since_is_told_when_the_holder_has_looked(client: Client) -> None:
    (keeper, record), author = keeper_of_a_record(), client_as(Role.MEMBER)
    said = {"place": "Luton", "country": "GB", "year": "2024", "changed": "x", "happened": "made_worse", "words": "y"}
    assert author.post(reverse("evidence:note_adaptation", args=[record.slug]), said).status_code == 302
    assert "Luton" not in page_of(client, record)
    assert "Not shown to others yet" in page_of(author, record)
    decide = reverse("evidence:decide_adaptation", args=[Adaptation.objects.get().pk])
    assert decide in page_of(keeper, record)
    assert keeper.post(decide, {"show": "no"}).status_code == 200, "a no wants a reason"
    assert keeper.post(decide, {"show": "yes"}).status_code == 302
    shown = page_of(client, record)
    assert "Luton" in shown
    assert '<p class="made_worse">' in shown


def test_the_holder_finds_every_note_on_their_records() -> None:
    """A page at a time, what waits first; one question however many there are; nothing of the records of others."""
    ada, record = keeper_of_a_record()
    author = make_member().memberships.get()
    add_adaptation(make_record(), author, place="Elsewhere")
    add_adaptation(record, author, state="shown", place="Shown place")
    page, asked = reverse("evidence:notes"), []
    ada.get(page)
    for first, last in ((0, 1), (1, 30), (30, 31)):
        for number in range(first, last):
            add_adaptation(record, author, place=f"Number {number}")
        with CaptureQueriesContext(connection) as found:
            answer = ada.get(page)
        asked.append(len(found))
        assert len(answer.context["rows"]) == min(last, 30)
    assert len(set(asked)) == 1
    rest = ada.get(page + answer.context["next"])
    assert len(rest.context["rows"]) == 1
    assert rest.context["next"] == ""
    assert "Elsewhere" not in answer.content.decode() + rest.content.decode()
    assert "Shown place" in ada.get(page, {"state": "shown"}).content.decode()
    assert "31 wait" in ada.get(reverse("evidence:ours")).content.decode()
    for wrong in ({"state": "x"}, {"after": "x"}, {"after": "2024-01-01.x"}):
        assert ada.get(page, wrong).status_code == 404


def test_replies_are_listed_for_who_keeps_the_record_with_as_many_questions_for_thirty_as_for_one() -> None:
    """Those on records of others are not there."""
    ada, record = keeper_of_a_record()
    author = make_member().memberships.get()
    add_reply(make_record("Elsewhere"), author)
    page, asked = reverse("evidence:replies"), []
    ada.get(page)
    for first, last in ((0, 1), (1, 30), (30, 31)):
        for number in range(first, last):
            add_reply(record, author, programme=f"Number {number}")
        with CaptureQueriesContext(connection) as found:
            answer = ada.get(page)
        asked.append(len(found))
        assert len(answer.context["rows"]) == min(last, 30)
    assert len(set(asked)) == 1
    rest = ada.get(page + answer.context["next"])
    assert len(rest.context["rows"]) == 1
    assert "Elsewhere" not in answer.content.decode() + rest.content.decode()
    assert ada.get(page, {"after": "x"}).status_code == 404
