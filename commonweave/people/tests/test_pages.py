"""The pages of "Manage", walked as an administrator; forms say all their errors at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from allauth.account.internal.flows import login
from django.urls import reverse

from commonweave.base.tests.roles import WebClient, as_viewer
from commonweave.base.text import Text
from commonweave.people import actions
from commonweave.people.models import Demonstration, Invitation, Organisation, Person, Proposal, Role, Team
from commonweave.people.tests import factories as make
from commonweave.places.tests.factories import make_place

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


def open_as(person: Person) -> WebClient:
    client = WebClient()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": 1.0}]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    session.save()
    return client


@pytest.fixture
def leeds() -> Organisation:
    return make.make_organisation(name="Office of Leeds", place=make_place("leeds", name="Leeds"))


@pytest.fixture
def ada(leeds: Organisation) -> WebClient:
    return open_as(make.make_member(Role.ADMINISTRATOR, leeds, name="Ada"))


@pytest.fixture
def ben() -> WebClient:
    return open_as(make.make_member(Role.ADMINISTRATOR, make.make_organisation("civil_society"), name="Ben"))


def page(client: WebClient, name: str, *args: object, status: int = 200) -> str:
    answer = client.get(reverse(f"people:{name}", args=args))
    assert answer.status_code == status
    return answer.content.decode()


def send(client: WebClient, name: str, /, *args: object, **data: object) -> str:
    answer = client.post(reverse(f"people:{name}", args=args), data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_organisation_is_added_and_changed(ada: WebClient) -> None:
    errors = send(ada, "new_organisation")
    for field in ("name", "kind", "place"):
        assert f'href="#id_{field}' in errors
    send(ada, "new_organisation", name="Bridge", kind="civil_society", place="leeds", signed_on="2026-01-01")
    body = Organisation.objects.get(sort_key__startswith="bridge")
    assert body.place.code == "leeds"
    assert 'value="Leeds"' in page(ada, "edit_organisation", body.pk)
    said = {"name": "Bridges", "kind": "civil_society", "place": "Leeds"}
    ada.change(reverse("people:edit_organisation", args=[body.pk]), said)
    body.refresh_from_db()
    assert (body.names.say(), body.signed_on) == ("Bridges", None)
    assert "Bridges" in page(ada, "organisations") + page(ada, "organisation", body.pk)


def test_changing_the_kind_of_an_organisation_with_teams_is_refused_on_its_field(
    ada: WebClient,
    leeds: Organisation,
) -> None:
    make.make_team(leeds)
    said = {"name": "Office of Leeds", "kind": "police", "place": "Leeds"}
    answer = ada.change(reverse("people:edit_organisation", args=[leeds.pk]), said)
    assert "its kind cannot change" in answer.content.decode()
    leeds.refresh_from_db()
    assert leeds.kind == "city_support"


def test_place_field_asks_which_of_several_places(ada: WebClient) -> None:
    one, two = (make_place(code, name=name) for code, name in (("en", "England"), ("ca", "Canada")))
    make_place("london-en", one, name="London")
    make_place("london-ca", two, name="London")
    answer = send(ada, "new_organisation", name="X", kind="other", place="London")
    assert "London, England" in answer
    assert "London, Canada" in answer
    send(ada, "new_organisation", name="X", kind="other", place="London, Canada")
    assert Organisation.objects.get(sort_key__startswith="x").place.code == "london-ca"


def test_team_and_coverage_are_proposed_by_one_and_agreed_by_another(
    ada: WebClient,
    ben: WebClient,
    leeds: Organisation,
) -> None:
    answer = send(ada, "new_team", leeds.pk, name="Front door", reason="Because")
    proposal = Proposal.objects.get()
    assert "You made this proposal" in answer
    assert "Front door" in page(ben, "proposals")
    assert 'href="#id_reason"' in send(ben, "approve", proposal.pk)
    assert "It is done" in send(ben, "approve", proposal.pk, reason="I called them")
    team = Team.objects.get()
    assert "Covers nothing yet" in page(ada, "organisation", leeds.pk)
    assert "one of the two" in send(ada, "cover", team.pk, report_kinds=["online"], reason="x")
    send(ada, "cover", team.pk, place="Leeds", report_kinds=["online"], reason="x")
    send(ben, "approve", Proposal.objects.get(state="open").pk, reason="Yes")
    coverage = team.coverages.get()
    assert "Something online" in page(ada, "organisation", leeds.pk)
    send(ada, "end_coverage", coverage.pk, reason="x")
    assert "Nothing has changed" in send(ben, "decline", Proposal.objects.get(state="open").pk, reason="No")


def test_approving_ones_own_proposal_says_why_not(ada: WebClient, leeds: Organisation) -> None:
    send(ada, "new_team", leeds.pk, name="Front door", reason="Because")
    answer = send(ada, "approve", Proposal.objects.get().pk, reason="Please")
    assert "You made this proposal" in answer
    assert not Team.objects.exists()


def test_new_team_of_a_ministry_is_refused_with_the_reason(ada: WebClient) -> None:
    ministry = make.make_organisation("ministry")
    assert "cannot receive reports" in page(ada, "new_team", ministry.pk, status=403)


def test_invite_sends_or_proposes(ada: WebClient, leeds: Organisation) -> None:
    send(ada, "invite", leeds.pk, email="a@example.org", role="member")
    assert Invitation.objects.get().email == "a@example.org"
    answer = send(ada, "invite", leeds.pk, email="b@example.org", role="reader")
    assert 'href="#id_team"' in answer
    assert 'href="#id_reason"' in answer
    team = make.make_team(leeds)
    send(ada, "invite", leeds.pk, email="b@example.org", role="reader", team=team.pk, reason="x")
    assert Proposal.objects.get().payload["team"] == str(team.pk)
    assert "a@example.org" in page(ada, "organisation", leeds.pk)
    send(ada, "withdraw_invitation", Invitation.objects.get().pk)
    assert "a@example.org" not in page(ada, "organisation", leeds.pk)


def test_invented_addresses_exist_in_a_demonstration_only(ada: WebClient, leeds: Organisation) -> None:
    data = {"email": "a@demo.invalid", "role": "member"}
    assert "No mail can reach" in send(ada, "invite", leeds.pk, **data)
    Demonstration.objects.create()
    send(ada, "invite", leeds.pk, **data)
    assert Invitation.objects.get().email == "a@demo.invalid"


def test_membership_ends_after_asking_once(ada: WebClient, leeds: Organisation) -> None:
    member = make.make_member(Role.MEMBER, leeds, name="Cleo")
    membership = member.memberships.get()
    assert "Cleo" in page(ada, "end_membership", membership.pk)
    send(ada, "end_membership", membership.pk)
    assert "Cleo" not in page(ada, "organisation", leeds.pk)


def test_strangers_find_nothing_to_manage(leeds: Organisation) -> None:
    client = WebClient()
    answer = client.get(reverse("people:organisation", args=[leeds.pk]))
    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]


@pytest.mark.parametrize("count", [1, 30])
def test_lists_cost_the_same_at_one_and_at_thirty(
    ada: WebClient,
    leeds: Organisation,
    count: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    team = make.make_team(leeds)
    viewer = make.viewer_of(make.make_member(Role.ADMINISTRATOR))
    for _ in range(count):
        make.make_organisation(place=leeds.place)
        make.make_member(Role.READER, team=team)
        with as_viewer(viewer):
            actions.propose_team(viewer, organisation=leeds.pk, names=Text.of("T"), reason="x")
    page(ada, "organisations")
    for name, args, limit in (("organisations", (), 15), ("organisation", (leeds.pk,), 17), ("proposals", (), 15)):
        with django_assert_max_num_queries(limit):
            page(ada, name, *args)
