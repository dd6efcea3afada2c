"""What administrators do, done as the web server's role: rules and database both have a say."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import Http404

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.base.text import Text
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.people import actions, queries
from commonweave.people.models import Coverage, Invitation, Membership, Organisation, Person, Proposal, Role, Team
from commonweave.people.tests import factories as make

pytestmark = pytest.mark.django_db


class Two:
    """Two administrators of two organisations, whom nobody made: the smallest network that can agree on anything."""

    def __init__(self) -> None:
        self.city = make.make_organisation("city_support", "City office")
        self.charity = make.make_organisation("civil_society", "Charity")
        self.ada = make.make_member(Role.ADMINISTRATOR, self.city, name="Ada")
        self.ben = make.make_member(Role.ADMINISTRATOR, self.charity, name="Ben")

    def agree(self, proposal: Proposal, who: Person | None = None) -> Proposal:
        viewer = make.viewer_of(who or self.ben)
        with as_viewer(viewer):
            return actions.approve_proposal(viewer, proposal.pk, reason="I know them")

    def team(self) -> Team:
        viewer = make.viewer_of(self.ada)
        with as_viewer(viewer):
            proposal = actions.propose_team(
                viewer,
                organisation=self.city.pk,
                names=Text.of("Front door"),
                reason="New",
            )
        self.agree(proposal)
        return Team.objects.get(proposal=proposal)

    def grant(self, email: str, role: str, organisation: Organisation, team: Team | None = None) -> Proposal:
        viewer = make.viewer_of(self.ada)
        with as_viewer(viewer):
            return actions.propose_grant(
                viewer,
                email=email,
                organisation=organisation.pk,
                role=role,
                team=team.pk if team else None,
                reason="x",
            )


@pytest.fixture
def two() -> Two:
    return Two()


def token_in_newest_mail() -> str:
    found = re.search(r"/accept/([\w-]+)/", str(mail.outbox[-1].body))
    assert found
    return found[1]


def accept(viewer: Viewer = NOBODY) -> Membership:
    token = token_in_newest_mail()
    with as_viewer(viewer):
        return actions.accept_invitation(viewer, token, **({} if viewer.person else NEW))


NEW = {"name": "Cleo", "password": make.PASSWORD}


def test_propose_team_changes_nothing_until_a_second_person_agrees(two: Two) -> None:
    viewer = make.viewer_of(two.ada)
    with as_viewer(viewer):
        proposal = actions.propose_team(viewer, organisation=two.city.pk, names=Text.of("Front door"), reason="New")
    assert not Team.objects.exists()
    two.agree(proposal)
    team = Team.objects.get()
    assert (team.organisation, team.kind, team.proposal) == (two.city, "city_support", proposal)
    assert JournalEntry.objects.filter(verb="team.approved", subject=team.pk, actor=two.ben.pk).exists()


def test_approve_proposal_refuses_its_own_proposer(two: Two) -> None:
    proposal = two.grant("c@example.org", Role.MEMBER, two.charity)
    with pytest.raises(Refused):
        two.agree(proposal, two.ada)
    assert not Invitation.objects.exists()


def test_approve_proposal_refuses_a_colleague_of_the_proposer(two: Two) -> None:
    colleague = make.make_member(Role.ADMINISTRATOR, two.city)
    with pytest.raises(Refused):
        two.agree(two.grant("c@example.org", Role.MEMBER, two.charity), colleague)


def test_approve_proposal_refuses_an_administrator_whom_the_proposer_made(two: Two) -> None:
    mine = make.make_person(made_by=two.ada)
    make.join(mine, make.make_organisation("police"), Role.ADMINISTRATOR)
    with pytest.raises(Refused):
        two.agree(two.grant("c@example.org", Role.MEMBER, two.charity), mine)


def test_approve_proposal_refuses_who_was_proposed_by_somebody_whom_the_proposer_made(two: Two) -> None:
    first = make.make_person(made_by=two.ada)
    second = make.make_person()
    make.join(second, make.make_organisation("police"), Role.ADMINISTRATOR, granted_by=first)
    with pytest.raises(Refused):
        two.agree(two.grant("c@example.org", Role.MEMBER, two.charity), second)


def test_approve_proposal_refuses_whoever_would_profit(two: Two) -> None:
    team = two.team()
    with pytest.raises(Refused):
        two.agree(two.grant(two.ben.email, Role.READER, two.city, team))


def test_approve_proposal_refuses_a_member_of_another_organisation_who_administers_nothing(two: Two) -> None:
    proposal = two.grant("c@example.org", Role.MEMBER, two.charity)
    stranger = make.make_member(Role.COORDINATOR)
    with pytest.raises(Http404):
        two.agree(proposal, stranger)


def test_approve_proposal_happens_once(two: Two) -> None:
    proposal = two.grant("c@example.org", Role.MEMBER, two.charity)
    two.agree(proposal)
    with pytest.raises(Refused):
        two.agree(proposal)


def test_grant_of_reading_ends_in_a_membership_with_its_proposal(two: Two) -> None:
    team = two.team()
    proposal = two.grant("cleo@example.org", Role.READER, two.city, team)
    two.agree(proposal)
    membership = accept()
    membership.refresh_from_db()
    assert (membership.role, membership.team, membership.proposal) == (Role.READER, team, proposal)
    assert membership.person.made_by == two.ada, "the account comes from who chose its address"
    assert make.viewer_of(membership.person).teams == {team.pk}
    assert not make.viewer_of(membership.person, second_factor=False).teams


def test_accept_invitation_works_once(two: Two) -> None:
    two.agree(two.grant("cleo@example.org", Role.MEMBER, two.charity))
    token = token_in_newest_mail()
    accept()
    with as_viewer(NOBODY), pytest.raises(Http404):
        actions.accept_invitation(NOBODY, token, **NEW)


def test_accept_invitation_refuses_another_account(two: Two) -> None:
    two.agree(two.grant("cleo@example.org", Role.MEMBER, two.charity))
    other = make.make_person()
    with pytest.raises(Refused):
        accept(Viewer(person=other.pk))


def test_accept_invitation_adds_to_an_account_that_is_signed_in(two: Two) -> None:
    cleo = make.make_person(email="cleo@example.org")
    two.agree(two.grant("cleo@example.org", Role.MEMBER, two.charity))
    with pytest.raises(Refused):
        accept()
    assert accept(Viewer(person=cleo.pk)).person == cleo


def test_accept_invitation_fails_after_it_was_withdrawn(two: Two) -> None:
    two.agree(two.grant("cleo@example.org", Role.MEMBER, two.charity))
    viewer = make.viewer_of(two.ben)
    with as_viewer(viewer):
        actions.withdraw_invitation(viewer, Invitation.objects.get().pk)
    with pytest.raises(Http404):
        accept()


def test_invite_person_at_once_only_into_the_own_organisation_and_to_roles_without_reports(two: Two) -> None:
    viewer = make.viewer_of(two.ada)
    with as_viewer(viewer):
        actions.invite_person(viewer, email="D@Example.org ", organisation=two.city.pk, role=Role.COORDINATOR)
    assert accept().person.email == "d@example.org"
    for organisation, role in ((two.charity, Role.MEMBER), (two.city, Role.ADMINISTRATOR), (two.city, Role.READER)):
        with as_viewer(viewer), pytest.raises(Refused):
            actions.invite_person(viewer, email="e@example.org", organisation=organisation.pk, role=role)


def test_coverage_is_replaced_and_ended_by_agreement(two: Two) -> None:
    team, place = two.team(), make.some_place()
    viewer = make.viewer_of(two.ada)
    for kinds in (["online"], ["happened", "online"]):
        with as_viewer(viewer):
            proposal = actions.propose_coverage(viewer, team=team.pk, place=place.pk, report_kinds=kinds, reason="x")
        two.agree(proposal)
    running = Coverage.objects.get(during__contains=queries.today())
    assert running.report_kinds == ["happened", "online"]
    with as_viewer(viewer):
        proposal = actions.propose_end_of_coverage(viewer, coverage=running.pk, reason="x")
    assert Coverage.objects.filter(during__contains=queries.today()).exists()
    two.agree(proposal)
    assert not Coverage.objects.filter(during__contains=queries.today()).exists()


def test_propose_team_refuses_a_ministry(two: Two) -> None:
    ministry = make.make_organisation("ministry")
    viewer = make.viewer_of(two.ada)
    with as_viewer(viewer), pytest.raises(Refused):
        actions.propose_team(viewer, organisation=ministry.pk, names=Text.of("x"), reason="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_team(ministry)


def test_decline_proposal_leaves_everything(two: Two) -> None:
    proposal = two.grant("c@example.org", Role.MEMBER, two.charity)
    viewer = make.viewer_of(two.ada)
    with as_viewer(viewer):
        actions.decline_proposal(viewer, proposal.pk, reason="A mistake")
    with pytest.raises(Refused):
        two.agree(proposal)


def test_end_membership_takes_effect_at_once(two: Two) -> None:
    reader = make.make_member(Role.READER, team=make.make_team(two.city))
    viewer = make.viewer_of(two.ben)
    with as_viewer(viewer):
        actions.end_membership(viewer, reader.memberships.get().pk)
    assert not make.viewer_of(reader).teams
    reader.refresh_from_db()
    assert reader.sessions == 1


def test_end_membership_keeps_the_last_administrator(two: Two) -> None:
    viewer = make.viewer_of(two.ada)
    with as_viewer(viewer):
        actions.end_membership(viewer, two.ben.memberships.get().pk)
        with pytest.raises(Refused):
            actions.end_membership(viewer, two.ada.memberships.get().pk)


@pytest.mark.parametrize(
    "statement",
    [
        (
            "insert into people_membership (id, person_id, organisation_id, role, team_id, during, founding, "
            "proposal_id) values (gen_random_uuid(), %(ada)s, %(city)s, 'reader', %(team)s, '[2020-01-01,)', false, "
            "%(proposal)s)"
        ),
        (
            "insert into people_membership (id, person_id, organisation_id, role, during, founding) values "
            "(gen_random_uuid(), %(ada)s, %(city)s, 'coordinator', '[2020-01-01,)', false)"
        ),
        (
            "insert into people_membership (id, person_id, organisation_id, role, team_id, during, founding) values "
            "(gen_random_uuid(), %(ada)s, %(city)s, 'reader', %(team)s, '[2020-01-01,)', true)"
        ),
        (
            "insert into people_team (id, organisation_id, kind, names, telephone, hours, founding, proposal_id) "
            "values (gen_random_uuid(), %(city)s, 'city_support', '{}', '', '{}', false, %(proposal)s)"
        ),
        (
            "insert into people_coverage (id, team_id, area_id, place_id, report_kinds, during, founding, proposal_id)"
            " values (gen_random_uuid(), %(team)s, null, %(place)s, '{online}', '[2020-01-01,)', false, %(proposal)s)"
        ),
        (
            "insert into people_invitation (id, email, organisation_id, role, team_id, founding, token_hash, "
            "expires_on, invited_by_id, proposal_id) values (gen_random_uuid(), 'x@example.org', %(city)s, 'reader', "
            "%(team)s, false, 'x', '2100-01-01', %(ada)s, %(proposal)s)"
        ),
        (
            "insert into people_invitation (id, email, organisation_id, role, founding, token_hash, expires_on, "
            "invited_by_id) values (gen_random_uuid(), 'x@example.org', %(charity)s, 'member', false, 'x', "
            "'2100-01-01', %(ada)s)"
        ),
        (
            "insert into people_invitation (id, email, organisation_id, role, founding, token_hash, expires_on, "
            "invited_by_id) values (gen_random_uuid(), 'x@example.org', %(city)s, 'administrator', true, 'x', "
            "'2100-01-01', %(ada)s)"
        ),
        "update people_membership set role = 'coordinator'",
        "update people_membership set during = '[2020-01-01,)'",
        "update people_team set kind = 'police'",
        "update people_proposal set payload = '{}'",
        "update people_proposal set state = 'approved', decided_by_id = %(ada)s, decided_for_id = %(charity)s",
        "delete from people_membership",
        "update people_invitation set email = 'x@example.org'",
        "update people_person set made_by_id = %(ada)s where id <> %(ada)s",
    ],
)
def test_the_database_refuses_what_forgetful_code_might_do(two: Two, statement: str) -> None:
    """A lone administrator must not reach reports even through a fault in our own pages."""
    team = make.make_team(two.city)
    proposal = two.grant("c@example.org", Role.READER, two.city, team)
    ids = {"ada": two.ada.pk, "city": two.city.pk, "charity": two.charity.pk, "team": team.pk}
    ids |= {"proposal": proposal.pk, "place": make.some_place().pk}
    make.join(two.ada, two.charity, until=queries.today())
    with pytest.raises(DatabaseError), as_viewer(make.viewer_of(two.ada)), connection.cursor() as cursor:
        cursor.execute(statement, ids)


@pytest.mark.parametrize("tie", ["made", "granted", "colleague", "profits"])
def test_the_database_refuses_an_approval_by_the_wrong_person(two: Two, tie: str) -> None:
    police = make.make_organisation("police")
    other = make.make_person(made_by=two.ada if tie == "made" else None)
    make.join(other, police, Role.ADMINISTRATOR, granted_by=two.ada if tie == "granted" else None)
    if tie == "colleague":
        make.join(other, two.city)
    email = other.email if tie == "profits" else "c@example.org"
    proposal = two.grant(email, Role.MEMBER, two.charity)
    statement = (
        "update people_proposal set state = 'approved', decided_by_id = %s, decided_for_id = %s, decided_on = now() "
        "where id = %s"
    )
    with pytest.raises(IntegrityError), as_viewer(make.viewer_of(other)), connection.cursor() as cursor:
        cursor.execute(statement, [other.pk, police.pk, proposal.pk])
    with as_viewer(make.viewer_of(two.ben)), connection.cursor() as cursor:
        cursor.execute(statement, [two.ben.pk, two.charity.pk, proposal.pk])
        assert cursor.rowcount == 1


def test_no_chain_of_own_accounts_reaches_reports(two: Two) -> None:
    """Ben says yes to every account Ada asks for; none of them can then agree with her or with one another."""
    team = two.team()
    made = [two.ada]
    bodies = [make.make_organisation(kind) for kind in ("police", "other", "research")]
    for number, body in enumerate(bodies):
        asker = make.viewer_of(made[-1])
        with as_viewer(asker):
            grant = actions.propose_grant(
                asker,
                email=f"own{number}@example.org",
                organisation=body.pk,
                role=Role.ADMINISTRATOR,
                reason="x",
            )
        two.agree(grant)
        made.append(accept().person)
    for proposer in made:
        viewer = make.viewer_of(proposer)
        with as_viewer(viewer):
            grant = actions.propose_grant(
                viewer,
                email="eve@example.org",
                organisation=two.city.pk,
                role=Role.READER,
                team=team.pk,
                reason="x",
            )
        for decider in made:
            with pytest.raises(Refused):
                two.agree(grant, decider)
    assert not Membership.objects.filter(role=Role.READER).exists()
    two.agree(grant)
    assert accept().role == Role.READER, "an independent second person still can"


def test_founders_are_invited_by_whoever_runs_the_node_only(two: Two) -> None:
    police = make.make_organisation("police")
    with pytest.raises(DatabaseError), as_viewer(make.viewer_of(two.ada)):
        actions.found_invitation(email="f@example.org", organisation=police.pk)
    link = actions.found_invitation(email="f@example.org", organisation=police.pk)
    assert token_in_newest_mail() in link
    membership = accept()
    assert membership.founding
    assert membership.person.made_by is None
    assert make.viewer_of(membership.person).has_role(Role.ADMINISTRATOR)
