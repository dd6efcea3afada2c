"""Open311 GeoReport v2 as another city's app speaks it: complete in XML and JSON, and never a word or an exact place."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import WebClient, as_viewer
from commonweave.people.actions import make_credential
from commonweave.people.models import Right, Role, Trust
from commonweave.people.queries import today
from commonweave.people.tests.factories import make_member, make_organisation, viewer_of
from commonweave.people.tests.programs import READS, make_program
from commonweave.places.tests.factories import make_place
from commonweave.reports.actions import close_report, open_report, read_own_report
from commonweave.reports.models import Report
from commonweave.reports.tests.factories import make_report, make_team, member_of, ring_of
from commonweave.sharing import receipts

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

    from commonweave.people.models import Team
    from commonweave.places.models import Place

pytestmark = pytest.mark.django_db

BASE = "/open311/v2"
WORDS = {
    "service_code": "happened",
    "address_id": "xx-city",
    "description": "They shouted at my mother.",
    "attribute[who]": ["city_support"],
    "attribute[when]": "Sunday",
    "attribute[language]": "ar",
}


@pytest.fixture
def city() -> Place:
    return make_place("xx-city", make_place("xx", type="country"), name="City", box=(0, 0, 1, 1))


@pytest.fixture
def team(city: Place) -> Team:
    return make_team(city)


def get(path: str, token: str = "", **query: str) -> Response:
    return WebClient(headers={"Authorization": f"Bearer {token}"} if token else None).get(f"{BASE}/{path}", query)


def told(path: str, token: str = "", /, *, expected: int = 200, **query: str) -> Any:  # noqa: ANN401 whatever JSON says
    answer = get(path, token, **query)
    assert answer.status_code == expected, answer.content
    return json.loads(answer.content)


def submit(token: str = "", status: int = 200, /, **words: Any) -> Any:  # noqa: ANN401 likewise
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    once, key = words.pop("once", ""), words.pop("key", "")
    client = WebClient(headers=headers | ({"Idempotency-Key": once} if once else {}))
    sent = {name: value for name, value in {**WORDS, **words}.items() if value is not None}
    answer = client.post(f"{BASE}/requests.json", {**sent, **({"api_key": key} if key else {})})
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def reasons(answer: Any) -> str:  # noqa: ANN401 likewise
    return " ".join(error["description"] for error in answer)


def test_a_partners_app_hands_a_report_in_and_its_resident_reads_it(team: Team) -> None:
    """With a key in the body, as the standard's clients send it."""
    key = make_program(team, Right.SUBMIT).token.text
    (made,) = submit(key=key)
    digits = receipts.read(made["receipt"])
    assert digits
    own = read_own_report(digits)
    assert own
    assert {name: own.document[name] for name in ("what", "when", "language")} == {
        "what": "They shouted at my mother.",
        "when": "Sunday",
        "language": "ar",
    }
    assert str(own.report.pk) == made["service_request_id"]
    assert own.report.consents == ["city_support"]
    assert "Give it to the person" in made["service_notice"]


def test_the_app_cannot_read_back_what_it_handed_in(team: Team) -> None:
    """Not even that it is there: assisted intake is no way to somebody else's report."""
    key = make_program(team, Right.SUBMIT).token.text
    (made,) = submit(key)
    told("requests.json", key, expected=403)
    told(f"requests/{made['service_request_id']}.json", key, expected=403)
    assert get("requests.json").content == b"[]"
    entry = JournalEntry.objects.get(verb="report.received")
    assert (entry.actor, entry.at) == (None, None), "no time and no name that joins it to whoever typed"


def test_consent_is_given_in_so_many_words(team: Team) -> None:
    key = make_program(team, Right.SUBMIT).token.text
    assert "attribute[who]" in reasons(submit(key, 400, **{"attribute[who]": None}))
    assert "attribute[who]" in reasons(submit(key, 400, **{"attribute[who]": ["police"]}))
    assert not Report.objects.exists()


def test_every_mistake_is_named_at_once(team: Team) -> None:
    key = make_program(team, Right.SUBMIT).token.text
    wrong = {
        "attribute[who]": None,
        "attribute[language]": "no tongue",
        "attribute[when]": "x" * 201,
        "address_id": "nowhere",
    }
    said = reasons(submit(key, 400, service_code="potholes", **wrong))
    for name in ("service_code", "attribute[who]", "attribute[language]", "attribute[when]", "address_id"):
        assert f"{name}: " in said
    answer = WebClient(headers={"Authorization": f"Bearer {key}"}).post(f"{BASE}/requests.xml", {})
    assert answer.status_code == 400
    assert len(etree.fromstring(answer.content).findall("error")) >= 3


def test_where_is_a_name_a_point_or_a_code(team: Team) -> None:
    key = make_program(team, Right.SUBMIT).token.text
    submit(key, address_id=None, address_string="City")
    submit(key, address_id=None, lat="0.5", long="0.5")
    submit(key, address_id=Report.objects.first().place_id.urn)  # type: ignore[union-attr]
    for missing in (
        {},
        {"lat": "0.5"},
        {"lat": "north", "long": "x"},
        {"lat": "nan", "long": "0"},
        {"address_string": "Atlantis"},
    ):
        submit(key, 400, address_id=None, **missing)


def test_near_a_border_it_asks_which_side(city: Place, team: Team) -> None:
    make_place("xx-other", city.parent, name="Other", box=(1, 0, 2, 1))
    key = make_program(team, Right.SUBMIT).token.text
    said = reasons(submit(key, 400, address_id=None, lat="0.5", long="0.9999"))
    assert "xx-city" in said
    assert "xx-other" in said


def test_sent_again_under_the_same_name_it_is_one_report(team: Team) -> None:
    """An app whose connection broke tries again; two receipts would be two reports."""
    key = make_program(team, Right.SUBMIT).token.text
    first, again, other = submit(key, once="a"), submit(key, once="a"), submit(key, once="b")
    assert first == again
    assert first != other
    assert Report.objects.count() == 2


def test_what_says_who_somebody_is_is_not_kept_and_that_is_said(team: Team) -> None:
    key = make_program(team, Right.SUBMIT).token.text
    (made,) = submit(
        key, email="mira@example.org", first_name="Mira", phone="555", media_url="http://example.org/a.jpg"
    )
    assert "Not kept: email, first_name, phone, media_url" in made["service_notice"]
    own = read_own_report(receipts.read(made["receipt"]) or "")
    assert own
    assert "mira" not in str(own.document).lower()


@pytest.mark.parametrize("rights", [READS, (Right.COUNTS,)])
def test_only_a_key_with_that_right_hands_in(team: Team, rights: tuple[str, ...]) -> None:
    submit(make_program(team, *rights).token.text, 403)
    submit("", 403)
    submit("", 403, key="nonsense")


def test_a_key_in_an_address_is_refused_with_what_to_do(team: Team) -> None:
    """The standard puts it there; addresses stand in logs."""
    key = make_program(team, Right.FACTS).token.text
    assert "End this key" in reasons(told("requests.json", expected=403, api_key=key))


def test_a_list_holds_facts_of_the_own_team_only(city: Place, team: Team) -> None:
    report, _digits = make_report(
        city, what="They shouted at my mother.", point=[0.123456, 0.654321], where="Mill Lane 7"
    )
    make_team(city, "police")
    other, _digits = make_report(city, "police")
    key = make_program(team, Right.FACTS).token.text
    (found,) = told("requests.json", key)
    assert (found["service_request_id"], found["status"], found["address_id"]) == (str(report.pk), "open", "xx-city")
    assert (found["lat"], found["long"], found["description"]) == (None, None, None)
    assert not [word for word in ("mother", "0.123", "Mill") if word in str(found)]
    told(f"requests/{other.pk}.json", key, expected=404)
    assert told(f"requests/{report.pk}.json", key) == [found]
    assert told(f"requests/{report.pk}.json", expected=404)


def test_our_states_are_their_two_and_say_more(city: Place, team: Team) -> None:
    report, _digits = make_report(city)
    member = member_of(team)
    open_report(member, report.pk, ring=ring_of(team))
    close_report(member, report.pk, outcome="helped_here")
    key = make_program(team, Right.FACTS).token.text
    (found,) = told("requests.json", key, status="closed")
    assert found["status"] == "closed"
    assert found["status_notes"].startswith("Closed: ")
    assert told("requests.json", key, status="open") == []


def test_a_list_is_narrowed_as_the_standard_says(city: Place, team: Team) -> None:
    online, happened = make_report(city, kind="online")[0], make_report(city)[0]
    key = make_program(team, Right.FACTS).token.text

    def asked(**query: str) -> set[str]:
        return {each["service_request_id"] for each in json.loads(get("requests.json", key, **query).content)}

    assert asked(service_code="online") == {str(online.pk)}
    assert asked(service_code="online,happened") == {str(online.pk), str(happened.pk)}
    assert asked(service_request_id=f"{happened.pk},nonsense") == {str(happened.pk)}
    assert asked(end_date="2001-01-01T00:00:00Z") == set()
    assert asked(start_date=f"{online.received_on}T00:00:00Z") == {str(online.pk), str(happened.pk)}
    assert asked(jurisdiction_id="xx") == {str(online.pk), str(happened.pk)}
    assert (
        len(
            told(
                "requests.json",
                key,
                expected=400,
                service_code="potholes",
                status="lost",
                start_date="soon",
                end_date="never",
            )
        )
        >= 3
    )
    told("requests.json", key, expected=400, start_date="2001-01-01", end_date="2026-01-01")
    told("requests.json", key, expected=404, jurisdiction_id="nowhere")


def test_services_name_the_questions_and_who_could_read(team: Team) -> None:
    assert [each["service_code"] for each in told("services.json")] == ["online", "happened", "neighbourhood"]
    asked = told("services/happened.json", jurisdiction_id="xx-city")
    assert asked["service_code"] == "happened"
    by_code = {each["code"]: each for each in asked["attributes"]}
    assert by_code["who"]["required"]
    assert [each["key"] for each in by_code["who"]["values"]] == ["city_support"]
    told("services/potholes.json", expected=404)
    told("services.json", expected=404, jurisdiction_id="nowhere")


def test_xml_is_what_the_standard_draws(city: Place, team: Team) -> None:
    """Element by element, as its examples have them."""
    make_report(city)
    key = make_program(team, Right.FACTS).token.text
    shapes = {
        "discovery": ("discovery", "endpoints/endpoint/formats/format"),
        "services": ("services", "service/service_code"),
        "services/happened": ("service_definition", "attributes/attribute/values/value/key"),
        "requests": ("service_requests", "request/service_request_id"),
    }
    for path, (root, inside) in shapes.items():
        answer = get(f"{path}.xml", key)
        assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
        tree = etree.fromstring(answer.content)
        assert tree.tag == root
        assert tree.findall(inside), path
    errors = etree.fromstring(get("tokens/abc.xml").content)
    assert (errors.tag, errors.findtext("error/code")) == ("errors", "404")


def test_signs_that_xml_does_not_know_break_nothing(team: Team) -> None:
    assert get("services.xml", jurisdiction_id="\x00\x0b").status_code == 404
    client = WebClient(headers={"Authorization": f"Bearer {make_program(team, Right.SUBMIT).token.text}"})
    sent = {**WORDS, "description": "a\x0bb\x00", "address_id": "\ud7ff\x01", "attribute[who]": "\x02"}
    answer = client.post(f"{BASE}/requests.xml", sent)
    assert answer.status_code == 400
    assert etree.fromstring(answer.content).tag == "errors"


def test_who_is_trusted_no_longer_hands_in_no_longer(city: Place) -> None:
    """Trust ends at once, for a group's program as for its people."""
    body = make_organisation("civil_society", place=city)
    Trust.objects.create(organisation=body, during=("2026-01-01", None), founding=True)
    make_team(city)
    viewer = viewer_of(make_member(Role.ADMINISTRATOR, body))
    with as_viewer(viewer):
        made = make_credential(
            viewer, organisation=body.pk, purpose="App", rights=[Right.SUBMIT], ends_on=today() + timedelta(days=9)
        )
    submit(made.token.text)
    Trust.objects.update(during=("2026-01-01", "2026-01-02"))
    submit(made.token.text, 403)
    assert Report.objects.count() == 1
