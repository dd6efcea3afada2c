"""Queryset equals policy, each read alone: two answers to "may she see it" must never drift apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.http import Http404

from commonweave.base.tests.roles import as_viewer
from commonweave.base.text import Text
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.people import actions, queries
from commonweave.people.models import (
    Coverage,
    Invitation,
    Membership,
    Organisation,
    OrganisationKey,
    Proposal,
    Role,
    Team,
)
from commonweave.people.queries.keys import keys_for
from commonweave.people.tests import factories as make

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.db.models import Model, QuerySet

    from commonweave.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> dict[str, Viewer]:
    """One of everything, and one viewer of every kind."""
    city, charity = make.make_organisation("city_support"), make.make_organisation("civil_society")
    team = make.make_team(city)
    make.make_coverage(team)
    make.make_key(city)
    people: dict[str, Person] = {
        "administrator": make.make_member(Role.ADMINISTRATOR, city),
        "administrator elsewhere": make.make_member(Role.ADMINISTRATOR, charity),
        "coordinator": make.make_member(Role.COORDINATOR, charity),
        "reader": make.make_member(Role.READER, team=team),
        "member": make.make_member(Role.MEMBER, charity),
    }
    past = make.make_person()
    make.join(past, city, until=queries.today())
    people["former member"] = past
    viewers = {kind: make.viewer_of(person) for kind, person in people.items()}
    viewers["administrator without second factor"] = make.viewer_of(people["administrator"], second_factor=False)
    viewers |= {"nobody": NOBODY, "stranger": Viewer(person=make.make_person().pk)}
    admin = viewers["administrator"]
    with as_viewer(admin):
        actions.propose_team(admin, organisation=charity.pk, names=Text.of("Team"), reason="x")
        actions.invite_person(admin, email="a@example.org", organisation=city.pk, role=Role.MEMBER)
    return viewers


KINDS = (
    "administrator",
    "administrator elsewhere",
    "administrator without second factor",
    "coordinator",
    "reader",
    "member",
    "former member",
    "stranger",
    "nobody",
)
TABLES: dict[type[Model], Callable[[Viewer], QuerySet[Model]]] = {
    Organisation: queries.organisations_for,
    Team: queries.teams_for,
    Coverage: queries.coverage_for,
    Membership: queries.memberships_for,
    Proposal: queries.proposals_for,
    Invitation: queries.invitations_for,
    OrganisationKey: keys_for,
}


def keys(rows: QuerySet[Model]) -> set[UUID]:
    return set(rows.values_list("pk", flat=True))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("kind", KINDS)
def test_queryset_equals_policy(network: dict[str, Viewer], kind: str, table: type[Model]) -> None:
    viewer = network[kind]
    asked = keys(TABLES[table](viewer))  # as the worker: the policy does not help
    with as_viewer(viewer):
        allowed = keys(table._default_manager.all())  # unfiltered: the queryset does not help
    assert asked == allowed


def test_memberships_are_not_for_everybody(network: dict[str, Viewer]) -> None:
    everything = Membership.objects.count()
    assert queries.memberships_for(network["administrator"]).count() == everything
    assert 0 < queries.memberships_for(network["member"]).count() < everything
    assert not queries.memberships_for(network["nobody"]).exists()


def test_get_answers_404_to_a_stranger(network: dict[str, Viewer]) -> None:
    proposal, invitation = Proposal.objects.get(), Invitation.objects.get()
    for kind in ("member", "nobody", "administrator without second factor"):
        with pytest.raises(Http404):
            queries.get_proposal(network[kind], proposal.pk)
        with pytest.raises(Http404):
            queries.get_invitation(network[kind], invitation.pk)


def test_an_invitation_is_seen_with_its_token_only(network: dict[str, Viewer]) -> None:
    del network
    with as_viewer(NOBODY):
        assert queries.invitation_with("guess") is None
        assert not Invitation.objects.exists()


def test_without_second_factor_a_reader_has_no_team(network: dict[str, Viewer]) -> None:
    reader = network["reader"].person
    assert reader
    assert not queries.facts_about(reader, second_factor=False).teams
    assert queries.facts_about(reader, second_factor=True).teams
    assert queries.roles_waiting(queries.facts_about(reader, second_factor=False)) == {Role.READER}
    assert not queries.roles_waiting(network["reader"])


def test_members_of_team_are_told_to_the_worker_only(network: dict[str, Viewer]) -> None:
    team = Team.objects.get()
    assert not queries.members_of_team(network["administrator"], team.pk, queries.today())
    found = queries.members_of_team(Viewer(system=True), team.pk, queries.today())
    assert [person.pk for person in found] == [network["reader"].person]


def test_organisations_page_by_name_without_gap_or_repeat() -> None:
    place = make.some_place()
    wanted = [make.make_organisation(name=f"Body {number:03}", place=place).pk for number in range(queries.PAGE + 5)]
    wanted += [make.make_organisation(name="Same name", place=place).pk for _ in range(queries.PAGE)]
    found: list[UUID] = []
    after = ""
    while True:
        rows, after = queries.organisations_page(NOBODY, after=after)
        found += [row.pk for row, _ in rows]
        if not after:
            break
    assert len(found) == len(set(found)) == len(wanted)
    assert queries.organisations_page(NOBODY, words="SAME námé")[0]
    assert not queries.organisations_page(NOBODY, words="nothing")[0]
