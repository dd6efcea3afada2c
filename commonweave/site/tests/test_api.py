"""The JSON interface through the whole house: with tokens only, facts apart from words, problems that name every mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import WebClient
from commonweave.people.models import Organisation, Right
from commonweave.people.tests.programs import READS, make_program
from commonweave.places.tests.factories import make_place
from commonweave.reports.actions import read_own_report
from commonweave.reports.models import Report, State
from commonweave.reports.tests.factories import make_report, make_team

if TYPE_CHECKING:
    from uuid import UUID

    from commonweave.people.actions.credentials import Admitted
    from commonweave.people.models import Team
    from commonweave.places.models import Place

pytestmark = pytest.mark.django_db


class Caller(WebClient):
    """Another product that asks with a token."""

    def __init__(self, admitted: Admitted | None = None, token: str = "") -> None:
        said = admitted.token.text if admitted else token
        super().__init__(headers={"Authorization": f"Bearer {said}"} if said else None)

    def asks(self, name: str, *path: object, status: int = 200, **query: str) -> Any:  # noqa: ANN401 whatever JSON says
        answer = self.get(reverse(f"api:{name}", args=path), query)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, expected(status)), answer.content
        return answer.json()

    def sends(self, name: str, pk: UUID, status: int = 200, **said: object) -> Any:  # noqa: ANN401 likewise
        answer = self.post(reverse(f"api:{name}", args=[pk]), said, content_type="application/json")
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, expected(status)), answer.content
        return answer.json()


def expected(status: int) -> str:
    return "application/json; charset=utf-8" if status < 400 else "application/problem+json"


@pytest.fixture
def city() -> Place:
    return make_place("xx-city", make_place("xx", type="country"), name="City")


@pytest.fixture
def team(city: Place) -> Team:
    return make_team(city)


def test_a_program_reads_answers_and_closes_as_a_person_does(city: Place, team: Team) -> None:
    """The whole way; the resident sees each step with their receipt, the journal names the program."""
    report, digits = make_report(city, what="They shouted at my mother.")
    admitted = make_program(team, *READS)
    caller = Caller(admitted)
    assert [item["id"] for item in caller.asks("reports")["items"]] == [report.pk.urn]
    opened = caller.sends("open", report.pk)
    assert opened["what"] == "They shouted at my mother."
    assert opened["place"]["code"] == "xx-city"
    assert opened["report"]["state"] == "opened"
    caller.sends("answer", report.pk, text=" We are here for you. ")
    closed = caller.sends("close", report.pk, outcome="helped_here")
    assert [step["verb"] for step in closed["trail"]] == ["opened", "answered", "closed"]
    own = read_own_report(digits)
    assert own
    assert [message.text for message in own.messages] == ["We are here for you."]
    entry = JournalEntry.objects.get(verb="report.opened", subject=report.pk)
    assert entry.actor == admitted.credential.pk
    admitted.credential.refresh_from_db()
    assert admitted.credential.used_on


def test_facts_never_hold_a_word_of_a_resident(city: Place, team: Team) -> None:
    report, _digits = make_report(city, what="They shouted at my mother.")
    caller = Caller(make_program(team, Right.FACTS))
    told = str(caller.asks("reports")) + str(caller.asks("report", report.pk))
    assert "mother" not in told
    assert report.locator.hex not in told.replace("-", "")
    assert caller.sends("open", report.pk, status=403)["detail"].startswith("This credential has no right 'open'")
    assert Report.objects.get().state == State.ROUTED


def test_without_the_organisations_key_nothing_opens_and_nothing_changes(city: Place, team: Team) -> None:
    report, _digits = make_report(city)
    caller = Caller(make_program(team, *READS, holds=False))
    assert "key" in caller.sends("open", report.pk, status=403)["detail"]
    assert Report.objects.get().state == State.ROUTED
    assert not JournalEntry.objects.filter(verb="report.opened").exists()


def test_before_a_second_person_agreed_it_learns_nothing(city: Place, team: Team) -> None:
    make_report(city)
    caller = Caller(make_program(team, *READS, Right.COUNTS, agreed=False))
    caller.asks("reports", status=403)
    told = caller.asks("credential")
    assert (told["waits"], told["rights"]) == (True, ["counts"])


def test_of_another_teams_report_it_learns_nothing(city: Place, team: Team) -> None:
    report, _digits = make_report(city)
    other = Caller(make_program(make_team(city, "police"), *READS))
    assert other.asks("reports")["items"] == []
    other.asks("report", report.pk, status=404)
    for name, said in (("open", {}), ("answer", {"text": "x"}), ("close", {"outcome": "helped_here"})):
        other.sends(name, report.pk, status=404, **said)


@pytest.mark.parametrize("token", ["", "nonsense", f"cw_{'0' * 32}_{'0' * 64}"])
def test_nobody_is_let_in_without_a_token(team: Team, token: str) -> None:
    answer = Caller(token=token).get(reverse("api:reports"))
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_token_in_an_address_opens_nothing(team: Team) -> None:
    """Addresses stand in logs and histories."""
    token = make_program(team, Right.FACTS).token.text
    for name in ("token", "api_key", "access_token", "Authorization"):
        assert WebClient().get(reverse("api:reports"), {name: token}).status_code == 401


def test_an_invalid_answer_names_every_mistake_at_once(city: Place, team: Team) -> None:
    report, _digits = make_report(city)
    told = Caller(make_program(team, *READS)).sends("close", report.pk, status=422, outcome=5, text=[])
    assert [(each["where"], each["pointer"]) for each in told["errors"]] == [("body", "#/outcome"), ("body", "#/text")]
    told = Caller().asks("places", status=422, limit="0", within="NOT A CODE")
    assert {each["pointer"] for each in told["errors"]} == {"limit", "within"}


def test_unknown_addresses_and_other_methods_are_problems_too() -> None:
    assert WebClient().get("/api/v1/nothing").headers["Content-Type"] == "application/problem+json"
    answer = WebClient().delete(reverse("api:places"))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_anybody_may_ask_what_is_public(city: Place, team: Team) -> None:
    caller = Caller()
    assert [item["code"] for item in caller.asks("places", q="city")["items"]] == ["xx-city"]
    assert [item["code"] for item in caller.asks("places", within="xx")["items"]] == ["xx-city"]
    assert caller.asks("place", "xx-city")["report_at"] == "xx-city"
    taking = caller.asks("recipients", "xx-city", kind="happened")
    assert [(each["kind"], each["teams"][0]["above"]) for each in taking] == [("city_support", False)]
    assert caller.asks("services", "xx-city") == []
    assert "report-kind" in [each["code"] for each in caller.asks("schemes")]
    assert caller.asks("scheme", "report-kind")["concepts"]


def test_what_is_public_may_be_kept_and_asked_for_again_cheaply(city: Place) -> None:
    address = reverse("api:place", args=[city.code])
    first = WebClient().get(address)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = WebClient(headers={"If-None-Match": first.headers["ETag"]}).get(address)
    assert (again.status_code, again.content) == (304, b"")
    assert "Access-Control-Allow-Origin" not in first.headers


def test_what_needs_a_token_is_kept_nowhere(team: Team) -> None:
    answer = Caller(make_program(team, Right.FACTS)).get(reverse("api:reports"))
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert not answer.cookies


def test_counts_are_for_organisations_that_signed(team: Team) -> None:
    admitted = make_program(team, Right.COUNTS)
    Caller(admitted).asks("counts", status=403)
    Organisation.objects.filter(pk=team.organisation_id).update(signed_on="2026-01-01")
    assert Caller(admitted).asks("counts")["items"] == []
    Caller().asks("counts", status=401)


def test_the_description_names_errors_as_they_are() -> None:
    document = WebClient().get(reverse("openapi")).json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            kinds = {int(status): list(answer["content"]) for status, answer in operation["responses"].items()}
            assert all(kind == ["application/problem+json"] for status, kind in kinds.items() if status >= 400)
            assert ("security" in operation) == (401 in kinds), (method, path)
