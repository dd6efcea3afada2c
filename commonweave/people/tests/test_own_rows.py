"""What the pages' role may change of accounts, invitations and coverages, asked of the database itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.people import actions, queries
from commonweave.people.models import Coverage, Invitation, Organisation, Person, Proposal, Role
from commonweave.people.tests import factories as make

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.django_db


def does(viewer: Viewer, statement: str, **values: Any) -> int:
    """Run a statement as the pages' role, which may hold an invitation; return how many rows it changed."""
    with as_viewer(viewer), connection.cursor() as cursor:
        cursor.execute("select set_config('cw.invitation', %s, true)", [values.pop("token", b"").hex()])
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def refuses(viewer: Viewer, statement: str, **values: Any) -> bool:
    """Say whether the database refuses: a check that fails, or a right that is missing."""
    try:
        assert does(viewer, statement, **values) == 1
    except DatabaseError as refusal:
        if getattr(refusal.__cause__, "sqlstate", "") not in {"23514", "42501"}:
            raise
        return True
    return False


class Bodies:
    """Two organisations with an administrator each, whom nobody made."""

    def __init__(self) -> None:
        self.city, self.charity = make.make_organisation(), make.make_organisation("civil_society")
        self.ada = make.make_member(Role.ADMINISTRATOR, self.city)
        self.ben = make.make_member(Role.ADMINISTRATOR, self.charity)

    def invite(self, sender: Person, body: Organisation, email: str = "cleo@example.org") -> Invitation:
        viewer = make.viewer_of(sender)
        with as_viewer(viewer):
            return actions.invite_person(viewer, email=email, organisation=body.pk, role=Role.MEMBER)

    def propose_end(self, coverage: Coverage) -> Proposal:
        viewer = make.viewer_of(self.ada)
        with as_viewer(viewer):
            return actions.propose_end_of_coverage(viewer, coverage=coverage.pk, reason="x")

    def approve(self, proposal: Proposal) -> None:
        """Approve by a bare statement: nothing is carried out."""
        assert does(
            make.viewer_of(self.ben),
            "update people_proposal set state = 'approved', decided_by_id = %(who)s, decided_for_id = %(body)s, "
            "decided_on = now() where id = %(pk)s",
            who=self.ben.pk, body=self.charity.pk, pk=proposal.pk,
        )  # fmt: skip


@pytest.fixture
def bodies() -> Bodies:
    return Bodies()


END = "update people_coverage set during = daterange(lower(during), %(day)s) where id = %(pk)s"


def end(viewer: Viewer, coverage: Coverage, days_ago: int = 0) -> bool:
    return not refuses(viewer, END, pk=coverage.pk, day=queries.today() - timedelta(days=days_ago))


def test_a_coverage_ends_only_as_agreed(bodies: Bodies) -> None:
    """Else one administrator could leave a place without anybody who takes reports."""
    coverage, other = make.make_coverage(make.make_team(bodies.city)), make.make_coverage(make.make_team(bodies.city))
    ben = make.viewer_of(bodies.ben)
    proposal = bodies.propose_end(coverage)
    assert not end(ben, coverage), "it is not agreed yet"
    bodies.approve(proposal)
    assert not end(ben, other), "another one was agreed"
    assert not end(ben, coverage, days_ago=3), "it held until today"
    assert end(ben, coverage)


def test_a_coverage_is_not_ended_by_what_agreed_to_it_once(bodies: Bodies) -> None:
    """The agreement that a team covers a place is used up when it does."""
    team, ada = make.make_team(bodies.city), make.viewer_of(bodies.ada)
    with as_viewer(ada):
        proposal = actions.propose_coverage(
            ada, team=team.pk, place=make.some_place().pk, report_kinds=["online"], reason="x"
        )
    ben = make.viewer_of(bodies.ben)
    with as_viewer(ben):
        actions.approve_proposal(ben, proposal.pk, reason="x")
    coverage = Coverage.objects.get(proposal=proposal)
    assert not end(ben, coverage)


def test_a_coverage_of_another_team_is_not_replaced(bodies: Bodies) -> None:
    """What is agreed for one team says nothing about another one at the same place."""
    place, ada = make.some_place(), make.viewer_of(bodies.ada)
    mine, theirs = make.make_team(bodies.city), make.make_coverage(make.make_team(bodies.charity), place)
    with as_viewer(ada):
        proposal = actions.propose_coverage(ada, team=mine.pk, place=place.pk, report_kinds=["online"], reason="x")
    bodies.approve(proposal)
    assert not end(make.viewer_of(bodies.ben), theirs)


def test_the_worker_is_free_to_end_a_coverage() -> None:
    coverage = make.make_coverage(make.make_team())
    with connection.cursor() as cursor:
        cursor.execute(END, {"pk": coverage.pk, "day": queries.today()})
        assert cursor.rowcount == 1


ACCEPT = "update people_invitation set accepted_on = %(day)s where id = %(pk)s"
EXPIRE = "update people_invitation set expires_on = %(day)s where id = %(pk)s"


def accept(viewer: Viewer, invitation: Invitation, token_hash: bytes = b"") -> bool:
    """Mark an invitation as accepted, with the token that this request holds."""
    return not refuses(viewer, ACCEPT, token=token_hash, pk=invitation.pk, day=queries.today())


def test_only_whoever_holds_its_token_accepts_an_invitation(bodies: Bodies) -> None:
    """Otherwise an administrator could use up what was promised to somebody else."""
    invitation, other = (bodies.invite(bodies.ada, bodies.city, email) for email in ("c@example.org", "d@example.org"))
    viewer = make.viewer_of(bodies.ada)
    assert not accept(viewer, invitation)
    assert not accept(viewer, invitation, bytes(other.token_hash))
    assert accept(viewer, invitation, bytes(invitation.token_hash))
    undo = "update people_invitation set accepted_on = null where id = %(pk)s"
    assert refuses(viewer, undo, token=bytes(invitation.token_hash), pk=invitation.pk), "only once"
    Invitation.objects.filter(pk=other.pk).update(expires_on=queries.today())
    assert not accept(viewer, other, bytes(other.token_hash)), "not after its last day"


def expire(viewer: Viewer, invitation: Invitation, days: int = 0) -> bool:
    return not refuses(viewer, EXPIRE, pk=invitation.pk, day=queries.today() + timedelta(days=days))


def test_an_invitation_is_never_made_to_last_longer(bodies: Bodies) -> None:
    """A link that somebody kept would work again."""
    invitation = bodies.invite(bodies.ada, bodies.city)
    viewer = make.viewer_of(bodies.ada)
    assert not expire(viewer, invitation, 30)
    assert expire(viewer, invitation)
    assert not expire(viewer, invitation, 1)


def test_an_invitation_is_withdrawn_by_its_sender_or_an_administrator_there(bodies: Bodies) -> None:
    ada, ben = make.viewer_of(bodies.ada), make.viewer_of(bodies.ben)
    mine = bodies.invite(bodies.ada, bodies.city)
    assert not expire(ben, mine)
    with as_viewer(ben), pytest.raises(Refused):
        actions.withdraw_invitation(ben, mine.pk)
    grant = Invitation.objects.create(
        email="d@example.org", organisation=bodies.charity, role=Role.MEMBER, invited_by=bodies.ada, founding=True,
        token_hash=b"1", expires_on=queries.today() + timedelta(days=7),
    )  # fmt: skip
    with as_viewer(ada):
        actions.withdraw_invitation(ada, grant.pk)
    grant.refresh_from_db()
    assert grant.expires_on == queries.today(), "sent by her, though into another organisation"


def test_an_invitation_into_a_body_that_nobody_administers_is_withdrawn_by_any_administrator(bodies: Bodies) -> None:
    """A founder's mistyped address must not stay open for a week because nobody is there yet."""
    police = make.make_organisation("police")
    actions.found_invitation(email="f@example.org", organisation=police.pk)
    ben = make.viewer_of(bodies.ben)
    with as_viewer(ben):
        actions.withdraw_invitation(ben, Invitation.objects.get().pk)
    assert not Invitation.objects.filter(expires_on__gt=queries.today()).exists()


def open_ones() -> set[str]:
    return set(Invitation.objects.filter(expires_on__gt=queries.today()).values_list("email", flat=True))


def test_end_of_membership_withdraws_what_would_bring_them_back_and_whom_they_invited(bodies: Bodies) -> None:
    """Somebody who has to go could otherwise return by an older link, or through an account of their own making."""
    carla = make.make_member(Role.ADMINISTRATOR, bodies.city, email="carla@example.org")
    bodies.invite(bodies.ada, bodies.city, "carla@example.org")
    bodies.invite(carla, bodies.city, "friend@example.org")
    bodies.invite(bodies.ada, bodies.city, "stays@example.org")
    bodies.invite(bodies.ben, bodies.charity, "elsewhere@example.org")
    bodies.invite(bodies.ben, bodies.charity, "carla@example.org")
    ben = make.viewer_of(bodies.ben)  # of another organisation: any administrator may end a membership
    with as_viewer(ben):
        actions.end_membership(ben, carla.memberships.get().pk)
    assert open_ones() == {"stays@example.org", "elsewhere@example.org", "carla@example.org"}
    assert Invitation.objects.get(expires_on__gt=queries.today(), email="carla@example.org").organisation == (
        bodies.charity
    ), "the one into another organisation is that organisation's matter"
    assert JournalEntry.objects.filter(verb="invitation.withdrawn", actor=bodies.ben.pk).count() == 2


def test_end_of_a_membership_of_today_withdraws_too(bodies: Bodies) -> None:
    """Its range is then empty."""
    carla = make.make_person(email="carla@example.org")
    membership = make.join(carla, bodies.city, since=queries.today())
    bodies.invite(bodies.ada, bodies.city, "carla@example.org")
    ben = make.viewer_of(bodies.ben)
    with as_viewer(ben):
        actions.end_membership(ben, membership.pk)
    assert open_ones() == set()


OWN = "update people_person set {} where id = %(pk)s"


@pytest.mark.parametrize(
    "change",
    ["is_active = true", "demonstration_id = 1", "made_by_id = null", "name = 'X'", "id = gen_random_uuid()"],
)
def test_pages_never_change_what_no_page_changes(bodies: Bodies, change: str) -> None:
    """A forgetful form must not be able to open a closed account, or to change where it came from."""
    for viewer in (NOBODY, make.viewer_of(bodies.ada)):
        assert refuses(viewer, OWN.format(change), pk=bodies.ada.pk)


@pytest.mark.parametrize("change", ["password = 'x'", "email = id || '@example.org'", "last_login = now()"])
def test_pages_change_nobody_elses_account(bodies: Bodies, change: str) -> None:
    """With another person's password or address somebody signs in as them."""
    ada = make.viewer_of(bodies.ada)
    assert refuses(ada, OWN.format(change), pk=bodies.ben.pk)
    assert does(ada, OWN.format(change), pk=bodies.ada.pk) == 1
    assert does(NOBODY, OWN.format(change), pk=bodies.ben.pk) == 1, "signing in and links from mails come before"


def test_sessions_are_ended_by_oneself_or_an_administrator_and_never_brought_back(bodies: Bodies) -> None:
    """Counting back would open sessions that were ended."""
    member = make.make_member()
    more, fewer = OWN.format("sessions = sessions + 1"), OWN.format("sessions = sessions - 1")

    def may(viewer: Viewer, statement: str, pk: UUID) -> bool:
        return not refuses(viewer, statement, pk=pk)

    assert may(make.viewer_of(member), more, member.pk)
    assert may(make.viewer_of(bodies.ada), more, member.pk)
    assert not may(make.viewer_of(bodies.ada), fewer, member.pk)
    assert not may(make.viewer_of(member), more, bodies.ada.pk)
    assert not may(NOBODY, more, member.pk)


def test_pages_make_an_account_for_an_invitation_only_and_say_where_it_came_from(bodies: Bodies) -> None:
    """With another origin, or with none, an account of one's own making could count as a second person."""
    invitation = bodies.invite(bodies.ada, bodies.city)
    statement = (
        "insert into people_person (id, email, password, name, language, is_active, sessions, made_by_id)"
        " values (gen_random_uuid(), %(email)s, '', '', '', true, 0, %(maker)s)"
    )
    ada, token = make.viewer_of(bodies.ada), bytes(invitation.token_hash)
    assert refuses(ada, statement, email=invitation.email, maker=bodies.ada.pk)
    assert refuses(ada, statement, email="e@example.org", maker=bodies.ada.pk, token=token)
    for maker in (None, bodies.ben.pk):
        assert refuses(ada, statement, email=invitation.email, maker=maker, token=token)
    assert does(NOBODY, statement, email=invitation.email, maker=bodies.ada.pk, token=token) == 1
