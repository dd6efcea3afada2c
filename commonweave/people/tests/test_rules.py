"""An administrator cannot reach reports alone, whatever accounts they make and however careless the others are."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweave.base.viewer import NOBODY, SYSTEM, Viewer
from commonweave.people import rules
from commonweave.people.models import (
    Coverage,
    Credential,
    Invitation,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    Proposal,
    ProposalState,
    RecipientKind,
    Right,
    Role,
    Team,
)
from commonweave.people.queries.keys import Colleague
from commonweave.places.defaults import LONGEST_DEADLINE

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


def test_only_administrators_and_the_system_manage() -> None:
    """A coordinator or reader who managed could let themselves in."""
    assert rules.administered(administrator(Y, X, coordinator=Z)) == sorted([X, Y])
    assert rules.may_manage(ADA)
    assert rules.may_manage(SYSTEM)
    assert not rules.may_manage(administrator(coordinator=X, reader=Y))
    assert not rules.may_manage(NOBODY)
    assert rules.may_read(Viewer(teams=frozenset({X})))
    assert not rules.may_read(ADA)


def test_an_approval_is_given_in_the_name_of_an_organisation_that_did_not_propose() -> None:
    """The journal would say that the proposer's own organisation agreed with itself."""
    both = administrator(X, Y)
    assert rules.deciding_for(both, rules.Standing(proposer_organisations=frozenset({X}))) == Y
    assert rules.deciding_for(both, rules.Standing(proposer_organisations=frozenset({Y}))) == X


def test_open_proposals_are_declined_by_administrators() -> None:
    """A decided one that changed afterwards would rewrite what two people agreed to."""
    assert rules.may_decline(ADA, proposal(ADA_HERSELF, X))
    assert not rules.may_decline(ADA, proposal(ADA_HERSELF, X, ProposalState.APPROVED))
    assert not rules.may_decline(NOBODY, proposal(ADA_HERSELF, X))
    assert not rules.may_approve(NOBODY, proposal(ADA_HERSELF, X), standing(ADA, BEN))


def test_an_invitation_is_taken_back_by_its_sender_or_an_administrator_there() -> None:
    """Any other administrator could keep people out of an organisation that is not theirs."""
    there, mine = Invitation(organisation_id=X, invited_by_id=uuid.uuid4()), Invitation(organisation_id=X)
    mine.invited_by_id = BEN.person
    for who, invitation, managed, allowed in (
        (ADA, there, True, True),
        (BEN, there, True, False),
        (BEN, mine, True, True),
        (BEN, there, False, True),
        (SYSTEM, there, True, True),
        (NOBODY, there, False, False),
        (Viewer(person=BEN.person), mine, True, False),
    ):
        assert bool(rules.may_withdraw(who, invitation, managed=managed)) == allowed


@pytest.mark.parametrize("kind", OrganisationKind.values)
def test_who_pays_or_oversees_others_writes_nothing_down(kind: str) -> None:
    """Help must never be a condition for asking around."""
    assert bool(rules.may_be_trusted(Organisation(kind=kind))) == (kind not in {"ministry", "funder"})
    assert not rules.may_be_trusted(Organisation(kind=kind), trusted=True)


def test_readers_and_members_of_trusted_groups_write_reports_down() -> None:
    trusted = frozenset({X})
    assert rules.may_assist(Viewer(teams=frozenset({Z})), trusted)
    assert rules.may_assist(Viewer(organisations=frozenset({X, Y})), trusted)
    assert not rules.may_assist(Viewer(organisations=frozenset({Y})), trusted)
    assert not rules.may_assist(NOBODY, trusted)


@pytest.mark.parametrize(
    ("days", "allowed"),
    [
        ((), True),
        ((None, None), True),
        ((1, LONGEST_DEADLINE), True),
        ((None, 3), True),
        ((0, 3), False),
        ((3, LONGEST_DEADLINE + 1), False),
        ((None, -1), False),
    ],
)
def test_clocks_of_a_team_stay_within_what_a_place_could_say(days: tuple[int | None, ...], *, allowed: bool) -> None:
    """A deadline of years would be none."""
    verdict = rules.may_set_clocks(ADA, *days)
    assert bool(verdict) == allowed
    assert allowed or str(LONGEST_DEADLINE) in str(verdict.reason)
    assert not rules.may_set_clocks(NOBODY, *days)


def test_a_coverage_that_never_ran_or_is_over_does_not_end_again() -> None:
    """Its last day would be moved after the fact."""
    today = date(2026, 1, 2)
    for during, runs in (
        (DateRange(empty=True), False),
        (DateRange(date(2025, 1, 1), today), False),
        (DateRange(date(2025, 1, 1), date(2026, 1, 3)), True),
        (DateRange(date(2025, 1, 1), None), True),
    ):
        assert bool(rules.may_end_coverage(Coverage(during=during), today)) == runs


def test_a_key_is_made_by_somebody_who_reads_there_and_has_a_passphrase() -> None:
    """A program, or somebody who only administers, could hold what reports are sealed to."""
    reader = Viewer(person=uuid.uuid4(), teams=frozenset({X}))
    program = Viewer(person=uuid.uuid4(), teams=frozenset({X}), rights=frozenset({"open"}))
    assert rules.may_make_key(reader, reads=True, has_own=True)
    assert not rules.may_make_key(reader, reads=False, has_own=True)
    assert not rules.may_make_key(reader, reads=True, has_own=False)
    assert not rules.may_make_key(program, reads=True, has_own=True)
    assert not rules.may_make_key(NOBODY, reads=True, has_own=True)
    assert rules.may_use_key(held=True)
    assert not rules.may_use_key(held=False)


def test_a_key_is_given_by_a_holder_to_a_colleague_who_can_take_it() -> None:
    """Given to somebody else, it opens every report of the organisation."""
    ready, holds = (Colleague(Person(), b"x" * 32, each) for each in (False, True))
    assert rules.may_give_key(holds=True, colleague=ready)
    assert not rules.may_give_key(holds=False, colleague=ready)
    assert not rules.may_give_key(holds=True, colleague=None)
    assert not rules.may_give_key(holds=True, colleague=holds)
    assert not rules.may_give_key(holds=True, colleague=Colleague(Person(), b"", holds=False))


@pytest.mark.parametrize("right", Right.values)
def test_a_program_reads_for_a_team_of_its_organisation_or_for_none(right: str) -> None:
    """A token for counts that came with a team, or one for another body's team, would read reports unagreed."""
    lasts, team, theirs = rules.CREDENTIAL_LASTS, Team(organisation_id=X), Team(organisation_id=Y)
    reads = right in {"facts", "open", "answer"}
    assert rules.reads_reports([right]) == reads
    assert bool(rules.may_make_credential(ADA, X, [right], team, lasts)) == reads
    assert bool(rules.may_make_credential(ADA, X, [right], None, lasts)) == (not reads)
    assert not rules.may_make_credential(ADA, X, [right], theirs, lasts)


def test_a_program_is_let_in_by_an_administrator_for_a_year_at_most() -> None:
    """A token without an end, or one that a program made for itself, outlives those who knew of it."""
    lasts, counts = rules.CREDENTIAL_LASTS, ["counts"]
    program = Viewer(person=uuid.uuid4(), organisations=ADA.organisations, roles=ADA.roles, rights=frozenset(counts))
    for viewer, allowed in ((ADA, True), (BEN, False), (NOBODY, False), (program, False)):
        assert bool(rules.may_let_in(viewer, X)) == allowed
        assert bool(rules.may_make_credential(viewer, X, counts, None, lasts)) == allowed
    day = timedelta(days=1)
    for length, allowed in ((lasts, True), (day, True), (timedelta(0), False), (-day, False), (lasts + day, False)):
        assert bool(rules.may_make_credential(ADA, X, counts, None, length)) == allowed
    everything = Team(organisation_id=X)
    assert rules.may_make_credential(ADA, X, list(Right.values), everything, lasts)
    assert not rules.may_make_credential(ADA, X, [], None, lasts)
    assert not rules.may_make_credential(ADA, X, ["counts", "administer"], None, lasts)


def test_any_administrator_ends_a_programs_access_once() -> None:
    """Whoever notices that a token was stolen must not have to wait for its own organisation."""
    assert rules.may_end_credential(BEN, Credential())
    assert not rules.may_end_credential(NOBODY, Credential())
    assert not rules.may_end_credential(BEN, Credential(ended_on=date(2026, 1, 2)))


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
