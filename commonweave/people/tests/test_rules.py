"""An administrator cannot reach reports alone, whatever accounts they make and however careless the others are."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweave.base.viewer import NOBODY, Viewer
from commonweave.people import rules
from commonweave.people.models import (
    Coverage,
    Invitation,
    Membership,
    Organisation,
    OrganisationKind,
    Proposal,
    ProposalState,
    RecipientKind,
    Role,
    Team,
)

X, Y, Z = (uuid.uuid4() for _ in range(3))


def administrator(*organisations: uuid.UUID, person: uuid.UUID | None = None, **others: uuid.UUID) -> Viewer:
    roles = {own: frozenset({Role.ADMINISTRATOR.value}) for own in organisations}
    roles |= {own: frozenset({role}) for role, own in others.items()}
    return Viewer(person=person or uuid.uuid4(), organisations=frozenset(roles), roles=roles)


def proposal(by: uuid.UUID, organisation: uuid.UUID, state: str = ProposalState.OPEN, **payload: str) -> Proposal:
    return Proposal(proposed_by_id=by, proposed_for_id=organisation, state=state, payload=payload)


def standing(one: Viewer, other: Viewer) -> rules.Standing:
    assert one.person
    assert other.person
    return rules.Standing(frozenset({one.person}), frozenset({other.person}), one.organisations, "me@example.org")


ADA_HERSELF = uuid.uuid4()
ADA, BEN = administrator(X, person=ADA_HERSELF), administrator(Y)


def test_may_approve_a_second_person_elsewhere() -> None:
    assert rules.may_approve(BEN, proposal(ADA_HERSELF, X), standing(ADA, BEN))
    assert rules.deciding_for(BEN, standing(ADA, BEN)) == Y


@pytest.mark.parametrize(
    "who",
    [
        ADA,
        NOBODY,
        administrator(X),
        administrator(Y, member=X),
        administrator(Y, X),
        Viewer(person=uuid.uuid4(), organisations=frozenset({Y}), roles={Y: frozenset({"coordinator", "reader"})}),
    ],
)
def test_may_approve_says_no_with_a_reason(who: Viewer) -> None:
    other = who if who.person else BEN
    verdict = rules.may_approve(who, proposal(ADA_HERSELF, X), standing(ADA, other))
    assert not verdict
    assert str(verdict.reason)


def test_may_approve_not_for_oneself_nor_twice_nor_with_a_common_organisation() -> None:
    assert not rules.may_approve(BEN, proposal(ADA_HERSELF, X, email="me@example.org"), standing(ADA, BEN))
    assert not rules.may_approve(BEN, proposal(ADA_HERSELF, X, ProposalState.APPROVED), standing(ADA, BEN))
    shared = rules.Standing(frozenset({ADA_HERSELF}), frozenset(), frozenset({X, Y}), "")
    assert not rules.may_approve(BEN, proposal(ADA_HERSELF, X), shared)


def test_may_approve_never_lets_the_proposer_agree() -> None:
    """Not even once they administer another organisation and nothing else ties them to what they proposed."""
    moved = administrator(Y, person=ADA_HERSELF)
    nothing_known = rules.Standing(proposer_organisations=frozenset({X}))
    assert not rules.may_approve(moved, proposal(ADA_HERSELF, X), nothing_known)


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("organisation", [X, Y])
def test_may_invite_only_to_roles_without_reports_in_the_own_organisation(organisation: uuid.UUID, role: str) -> None:
    expected = organisation == X and role in {Role.MEMBER, Role.COORDINATOR}
    assert bool(rules.may_invite(ADA, organisation, role)) == expected
    assert not rules.may_invite(NOBODY, organisation, role)


@pytest.mark.parametrize("kind", OrganisationKind.values)
def test_may_hold_team_only_kinds_that_residents_consent_to(kind: str) -> None:
    assert bool(rules.may_hold_team(Organisation(kind=kind))) == (kind in RecipientKind.values)


def test_may_end_membership() -> None:
    reader = Membership(role=Role.READER, person_id=uuid.uuid4())
    assert rules.may_end_membership(ADA, reader, 1)
    assert not rules.may_end_membership(NOBODY, reader, 9)
    last = Membership(role=Role.ADMINISTRATOR, person_id=ADA_HERSELF)
    assert not rules.may_end_membership(ADA, last, 1)
    assert rules.may_end_membership(ADA, last, 2)


def test_fits_role() -> None:
    team = Team(organisation_id=X)
    assert rules.fits_role(Role.READER, X, team)
    assert rules.fits_role(Role.MEMBER, X, None)
    for role, organisation, chosen in ((Role.READER, X, None), (Role.MEMBER, X, team), (Role.READER, Y, team)):
        assert not rules.fits_role(role, organisation, chosen)


def test_other_verdicts() -> None:
    assert rules.may_accept(Invitation(email="a@example.org"), email="a@example.org")
    assert not rules.may_accept(Invitation(email="a@example.org"), email="b@example.org")
    assert rules.may_open_account(has_account=False)
    assert not rules.may_open_account(has_account=True)
    body = Organisation(kind="police")
    assert rules.may_change_organisation(ADA, body, "police", has_teams=True)
    assert rules.may_change_organisation(ADA, body, "other", has_teams=False)
    assert not rules.may_change_organisation(ADA, body, "other", has_teams=True)
    assert not rules.may_change_organisation(NOBODY, body, "police", has_teams=False)
    today = date(2026, 1, 2)
    assert rules.may_end_coverage(Coverage(during=DateRange(date(2026, 1, 1), None)), today)
    assert not rules.may_end_coverage(Coverage(during=DateRange(date(2026, 1, 1), today)), today)


# Who made whom: a model of the network in which everybody but one person says yes to whatever they are asked.


@dataclass
class Account:
    person: uuid.UUID
    organisation: uuid.UUID
    makers: frozenset[int]
    owner: int
    administers: bool


@dataclass
class Network:
    """`owner` is who really sits behind an account; the rules never see it."""

    accounts: list[Account] = field(default_factory=list)

    def origin(self, number: int) -> frozenset[uuid.UUID]:
        line, todo = {number}, [number]
        while todo:
            for maker in self.accounts[todo.pop()].makers - line:
                line.add(maker)
                todo.append(maker)
        return frozenset(self.accounts[one].person for one in line)

    def viewer(self, number: int) -> Viewer:
        account = self.accounts[number]
        if not account.administers:
            return Viewer(person=account.person, organisations=frozenset({account.organisation}))
        return administrator(account.organisation, person=account.person)

    def agrees(self, proposer: int, decider: int) -> bool:
        one = self.accounts[proposer]
        facts = rules.Standing(self.origin(proposer), self.origin(decider), frozenset({one.organisation}))
        return bool(rules.may_approve(self.viewer(decider), proposal(one.person, one.organisation), facts))

    def add(self, proposer: int, organisation: uuid.UUID, *, administers: bool) -> None:
        """A new account: its mailbox is chosen, and so really held, by whoever chose it."""
        maker = self.accounts[proposer]
        self.accounts.append(Account(uuid.uuid4(), organisation, frozenset({proposer}), maker.owner, administers))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["member", "administrator"]),
        st.integers(0, 99),
        st.integers(0, 99),
        st.sampled_from([X, Y, Z]),
    ),
    max_size=30,
)


@given(founders=st.lists(st.sampled_from([X, Y, Z]), min_size=2, max_size=4), steps=STEPS)
@settings(deadline=None)
def test_nobody_agrees_with_themselves_through_accounts_they_made(
    founders: list[uuid.UUID],
    steps: list[tuple[str, int, int, uuid.UUID]],
) -> None:
    """If it failed, one careless "yes" to a second account would open residents' reports to one person alone."""
    network = Network(
        [Account(uuid.uuid4(), own, frozenset(), number, administers=True) for number, own in enumerate(founders)],
    )
    for verb, first, second, organisation in steps:
        proposer, decider = first % len(network.accounts), second % len(network.accounts)
        if not network.accounts[proposer].administers:
            continue
        viewer = network.viewer(proposer)
        if verb == "member" and rules.may_invite(viewer, organisation, Role.MEMBER):
            network.add(proposer, organisation, administers=False)
        elif verb == "administrator" and network.agrees(proposer, decider):
            network.add(proposer, organisation, administers=True)
    for proposer in range(len(network.accounts)):
        for decider in range(len(network.accounts)):
            if network.accounts[proposer].administers and network.agrees(proposer, decider):
                assert network.accounts[proposer].owner != network.accounts[decider].owner
