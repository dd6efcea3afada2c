"""The life of an API credential as the web server's role: made, agreed to, given the key, used, ended."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.people import actions, queries, tokens
from commonweave.people.models import (
    Credential,
    HeldKey,
    Membership,
    Organisation,
    Person,
    Proposal,
    Right,
    Role,
    Trust,
)
from commonweave.people.queries import credentials, keys
from commonweave.people.tests import factories as make
from commonweave.people.tests.programs import READS, Programs

if TYPE_CHECKING:
    from commonweave.people.actions.credentials import Admitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Programs:
    return Programs()


def test_what_reads_nothing_works_at_once(network: Programs) -> None:
    viewer = network.viewer(network.let_in(Right.COUNTS, Right.SUBMIT))
    assert set(viewer.rights or ()) == {"counts", "submit"}
    assert (set(viewer.teams), set(viewer.organisations)) == (set(), {network.city.pk})
    assert not viewer.has_role(Role.ADMINISTRATOR, Role.READER)
    assert not Proposal.objects.exists()


def test_what_reads_waits_for_a_second_person_elsewhere(network: Programs) -> None:
    """Otherwise an administrator who may read nothing makes a token that reads everything."""
    admitted = network.let_in(*READS, Right.COUNTS)
    assert set(network.viewer(admitted).rights or ()) == {"counts"}
    ada = make.viewer_of(network.ada)
    with pytest.raises(Refused), as_viewer(ada):
        actions.approve_proposal(ada, Proposal.objects.get().pk, reason="Myself")
    network.decide()
    viewer = network.viewer(admitted)
    assert set(viewer.rights or ()) == {*READS, "counts"}
    assert viewer.teams == {network.team.pk}
    reader = Membership.objects.get(person=admitted.credential.pk)
    assert (reader.role, reader.granted_by) == (Role.READER, network.ada)
    assert reader.during.upper == admitted.credential.ends_on + timedelta(days=1)


def test_what_was_declined_never_works(network: Programs) -> None:
    admitted = network.let_in(Right.FACTS)
    network.decide(agree=False)
    assert network.asks(admitted) is None


def test_a_program_opens_only_with_the_key_that_a_holder_gave(network: Programs) -> None:
    key = network.ready()
    admitted = network.let_in(*READS)
    with pytest.raises(Refused):
        network.give_program(key, admitted)
    network.decide()
    network.give_program(key, admitted)
    program = network.asks(admitted)
    assert program
    with as_viewer(program.viewer):
        assert set(keys.ring_of(program.viewer, program.private)) == {str(key.pk)}


def test_without_the_right_to_open_nobody_can_give_it_the_key(network: Programs) -> None:
    """The rule says no, and so does the database where the rule forgets."""
    key = network.ready()
    admitted = network.let_in(Right.FACTS, Right.ANSWER)
    network.decide()
    with pytest.raises(Refused):
        network.give_program(key, admitted)
    with pytest.raises(DatabaseError), as_viewer(make.viewer_of(network.rita)):
        HeldKey(key=key, person=admitted.credential.person, wrapped=b"x").save(force_insert=True)


@pytest.mark.parametrize("rights", [(), ("everything",), (Right.OPEN,)])
def test_made_only_with_rights_that_go_together(network: Programs, rights: tuple[str, ...]) -> None:
    viewer = make.viewer_of(network.ada)
    with pytest.raises(Refused), as_viewer(viewer):
        actions.make_credential(
            viewer, organisation=network.city.pk, purpose="x", rights=rights, ends_on=queries.today() + timedelta(1)
        )


@pytest.mark.parametrize("days", [-1, 0, 366])
def test_it_lasts_a_year_at_most(network: Programs, days: int) -> None:
    with pytest.raises(Refused):
        network.let_in(Right.COUNTS, days=days)


def test_administrators_elsewhere_readers_and_programs_let_nobody_in(network: Programs) -> None:
    program = network.viewer(network.let_in(Right.COUNTS))
    for viewer in (make.viewer_of(network.ben), make.viewer_of(network.rita), program):
        with pytest.raises(Refused), as_viewer(viewer):
            actions.make_credential(
                viewer,
                organisation=network.city.pk,
                purpose="x",
                rights=[Right.COUNTS],
                ends_on=queries.today() + timedelta(days=1),
            )


def test_a_wrong_second_half_is_nobody(network: Programs) -> None:
    admitted = network.let_in(Right.COUNTS)
    forged = tokens.Token(admitted.token.first, tokens.draw().second)
    with as_viewer(NOBODY):
        assert credentials.program_of(forged) is None
        assert credentials.program_of(tokens.draw()) is None


def test_nothing_kept_contains_the_token(network: Programs) -> None:
    """Whoever has the database can neither use a token nor recognise one half of it."""
    admitted = network.let_in(*READS)
    with connection.cursor() as cursor:
        for table in ("people_credential", "people_person", "people_memberkey", "people_proposal", "base_journalentry"):
            cursor.execute(f"select t::text from {table} t")  # noqa: S608 our own names
            kept = str(cursor.fetchall())
            assert admitted.token.first not in kept
            assert admitted.token.second not in kept


def test_an_ended_one_holds_no_key_and_the_organisation_is_told(network: Programs) -> None:
    key = network.ready()
    admitted = network.let_in(*READS)
    network.decide()
    network.give_program(key, admitted)
    network.end(admitted)
    assert network.asks(admitted) is None
    assert list(HeldKey.objects.filter(key=key).values_list("person", flat=True)) == [network.rita.pk]
    key.refresh_from_db()
    assert key.left_on == queries.today()
    assert JournalEntry.objects.filter(verb="credential.ended", subject=admitted.credential.pk).exists()
    with pytest.raises(Refused):
        network.end(admitted)


def test_it_ends_on_its_day(network: Programs) -> None:
    admitted = network.let_in(Right.COUNTS, days=1)
    assert network.asks(admitted)
    rows = Credential.objects.filter(pk=admitted.credential.pk)
    rows.update(made_on=queries.today() - timedelta(days=9), ends_on=queries.today() - timedelta(days=1))
    assert network.asks(admitted) is None


def test_it_ends_with_the_work_of_whoever_made_it(network: Programs) -> None:
    """They have seen the token, and would take it along."""
    admitted = network.let_in(Right.COUNTS)
    membership = network.ada.memberships.get(role=Role.ADMINISTRATOR)
    ben = make.viewer_of(network.ben)
    with as_viewer(ben):
        actions.end_membership(ben, membership.pk)
    assert network.asks(admitted) is None
    admitted.credential.refresh_from_db()
    assert admitted.credential.ended_on == queries.today()


def test_a_maker_whose_work_ran_out_counts_as_gone(network: Programs) -> None:
    admitted = network.let_in(Right.COUNTS)
    Membership.objects.filter(person=network.ada).delete()
    assert network.asks(admitted) is None


def test_an_organisation_whose_key_only_a_program_holds_covers_nothing(network: Programs) -> None:
    """A machine replaces nobody: without a person who can open, residents would be offered an empty room."""
    key = network.ready()
    admitted = network.let_in(*READS)
    network.decide()
    network.give_program(key, admitted)
    assert network.taken()
    HeldKey.objects.filter(person=network.rita).delete()
    assert network.taken() is None
    assert keys.holders(make.viewer_of(network.carl), key) == set()


def test_day_of_use_is_kept_once_a_day(network: Programs) -> None:
    admitted = network.let_in(Right.COUNTS)
    with as_viewer(NOBODY):
        program = credentials.program_of(admitted.token)
        assert program
        actions.note_use(program.credential)
    admitted.credential.refresh_from_db()
    assert admitted.credential.used_on == queries.today()


def test_nobody_signs_in_as_a_program(network: Programs) -> None:
    account = network.let_in(Right.COUNTS).credential.person
    assert not account.is_active
    assert not account.has_usable_password()
    for change in ("password = 'x'", "email = 'a@example.org'", "last_login = now()"):
        with pytest.raises(DatabaseError), as_viewer(NOBODY), connection.cursor() as cursor:
            cursor.execute(f"update people_person set {change} where id = %s", [account.pk])  # noqa: S608 our own words


SEES = {"nobody": 0, "its program": 1, "administrator": 2, "administrator elsewhere": 2, "reader": 2, "stranger": 0}


def test_queryset_equals_policy(network: Programs) -> None:
    """Which programs act for an organisation is its members' business, and each program knows itself."""
    admitted, _other = network.let_in(Right.COUNTS), network.let_in(Right.SUBMIT)
    program = network.viewer(admitted)
    viewers = {
        "nobody": NOBODY,
        "its program": Viewer(person=program.person),
        "administrator": make.viewer_of(network.ada),
        "administrator elsewhere": make.viewer_of(network.ben),
        "reader": make.viewer_of(network.rita),
        "stranger": make.viewer_of(make.make_member(Role.READER, team=make.make_team())),
    }
    for name, viewer in viewers.items():
        by_queryset = set(credentials.credentials_for(viewer).values_list("pk", flat=True))
        with as_viewer(viewer):
            by_policy = set(Credential.objects.values_list("pk", flat=True))
        assert (name, by_queryset) == (name, by_policy)
        assert (name, len(by_policy)) == (name, SEES[name])


PROPOSE = (
    "insert into people_proposal (id, verb, payload, reason, proposed_by_id, proposed_for_id, proposed_on, state, "
    "decision_reason) values (gen_random_uuid(), 'key', jsonb_build_object('organisation', %(city)s::uuid), 'x', %(me)s, "
    "%(city)s, current_date, 'open', '')"
)
MAKE = (
    "insert into people_organisationkey (id, organisation_id, public, made_by_id, made_on, founding) "
    "values (gen_random_uuid(), %(city)s, 'x', %(me)s, current_date, false)"
)
PROGRAM_NEVER = (
    PROPOSE,
    MAKE,
    "update people_memberkey set public = 'x' where person_id = %(me)s",
    "insert into people_memberlock values (%(me)s, 'x', 1, 8192, 'x', 'x')",
    "insert into people_heldkey (id, key_id, person_id, wrapped) values (gen_random_uuid(), %(key)s, %(carl)s, 'x')",
    "update people_credential set rights = '{counts}' where person_id = %(me)s",
    "update people_credential set ends_on = ends_on + 1 where person_id = %(me)s",
    "update people_credential set ended_on = current_date",
    "update people_membership set during = empty",
    "delete from people_heldkey",
)


def test_a_program_changes_nothing_about_who_reads(network: Programs) -> None:
    """As SQL, as if every rule were forgotten."""
    key = network.ready()
    admitted = network.let_in(*READS)
    network.decide()
    network.give_program(key, admitted)
    viewer = network.viewer(admitted)
    words = {"city": network.city.pk, "me": viewer.person, "key": key.pk, "carl": network.carl.pk}
    done = []
    for sql in PROGRAM_NEVER:
        try:
            with as_viewer(viewer), connection.cursor() as cursor:
                cursor.execute(sql, words)
                if cursor.rowcount:
                    done.append(sql)
        except DatabaseError:
            pass
    assert done == []


def test_a_program_that_nobody_agreed_to_gets_no_membership(network: Programs) -> None:
    """Not even with a proposal about another one, or about more rights than were agreed."""
    network.let_in(Right.FACTS)
    network.decide()
    agreed = Proposal.objects.get(verb="credential")
    other = network.let_in(Right.FACTS, Right.OPEN)
    reader = Membership(
        person=other.credential.person,
        organisation=network.city,
        role=Role.READER,
        team=network.team,
        during=(queries.today(), other.credential.ends_on + timedelta(days=1)),
        granted_by=network.ada,
        proposal=agreed,
    )
    with pytest.raises(DatabaseError), as_viewer(Viewer(person=other.credential.pk)):
        reader.save(force_insert=True)


def make_one_that_hands_in(kind: str) -> tuple[Organisation, Viewer]:
    body = make.make_organisation(kind)
    return body, make.viewer_of(make.make_member(Role.ADMINISTRATOR, body))


def let_in(viewer: Viewer, body: Organisation) -> Admitted:
    ends_on = queries.today() + timedelta(days=9)
    with as_viewer(viewer):
        return actions.make_credential(
            viewer, organisation=body.pk, purpose="App", rights=[Right.SUBMIT], ends_on=ends_on
        )


@pytest.mark.parametrize("kind", ["ministry", "funder", "civil_society"])
def test_one_administrator_alone_collects_nothing(kind: str) -> None:
    """Who hands in sees the words and the receipt: two have to agree on that, and ministries and funders never do it."""
    body, viewer = make_one_that_hands_in(kind)
    make.make_team()
    with pytest.raises(Refused):
        let_in(viewer, body)
    if kind == "civil_society":
        Trust.objects.create(organisation=body, during=("2026-01-01", None), founding=True)
        assert let_in(viewer, body).credential.rights == ["submit"]


def test_the_database_asks_who_hands_in(network: Programs) -> None:
    """Even where a page forgets to."""
    made = network.let_in(Right.COUNTS).credential
    body, viewer = make_one_that_hands_in("ministry")
    assert viewer.person is not None
    account = Person(email="x", name="App", is_active=False, made_by_id=viewer.person)
    account.email = f"{account.pk}@credential.localhost"
    account.set_unusable_password()
    with pytest.raises(DatabaseError, match="credential_of_no_helper"), as_viewer(viewer):
        account.save(force_insert=True)
        Credential(
            person=account,
            organisation=body,
            purpose="App",
            rights=["submit"],
            name=b"x",
            lock=b"x",
            made_by_id=viewer.person,
            made_on=made.made_on,
            ends_on=made.ends_on,
        ).save(force_insert=True)


def test_only_the_administrator_themselves_lets_a_program_in(network: Programs) -> None:
    """A colleague who writes the administrator's name under a token of their own would read for the team."""
    ada, ben, rita = (make.viewer_of(person) for person in (network.ada, network.ben, network.rita))
    pk = uuid4()
    Person.objects.create(id=pk, email=f"{pk}@credential.localhost", is_active=False, made_by=network.ada)
    sql = (
        "insert into people_credential (person_id, organisation_id, purpose, rights, name, lock, made_by_id, made_on, ends_on, "
        "used_on) values (%(pk)s, %(body)s, 'x', '{counts}', 'n', 'l', %(maker)s, current_date, current_date + 9, {used})"
    )
    for viewer, used, allowed in ((rita, "null", 0), (ben, "null", 0), (ada, "current_date", 0), (ada, "null", 1)):
        done = 0
        with contextlib.suppress(DatabaseError), as_viewer(viewer), connection.cursor() as cursor:
            cursor.execute(sql.replace("{used}", used), {"pk": pk, "body": network.city.pk, "maker": network.ada.pk})
            done = cursor.rowcount
        assert done == allowed
