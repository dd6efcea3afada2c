"""Keys behind the second wall: what the database refuses even when a page's code forgets every rule."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection

from commonweave.base.tests.roles import as_viewer
from commonweave.people import queries
from commonweave.people.models import HeldKey, MemberKey, MemberLock, Role
from commonweave.people.tests import factories as make
from commonweave.people.tests.keyed import Network

pytestmark = pytest.mark.django_db
REFUSALS = {"42501", "23514"}  # insufficient privilege, check violation: anything else is a fault of these tests
OUTSIDERS = ("nobody", "stranger", "administrator", "administrator elsewhere", "member", "reader elsewhere", "past")


class Wall:
    """A network whose key Rita holds, and everybody who must not get at it."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.key = network.ready()
        self.waiting = network.propose(network.rita).payload["key"]
        elsewhere = make.make_member(Role.READER, team=make.make_team(network.charity))
        past = make.make_person()
        make.join(past, network.city, Role.READER, network.team, until=queries.today())
        people = {
            "stranger": make.make_person(),
            "administrator": network.ada,
            "administrator elsewhere": network.ben,
            "member": make.make_member(Role.MEMBER, network.city),
            "reader elsewhere": elsewhere,
            "past": past,
        }
        network.own(*people.values())
        self.viewers = {name: make.viewer_of(person) for name, person in people.items()}
        self.viewers |= {"nobody": make.viewer_of(make.make_person(), second_factor=False)}
        self.viewers |= {"holder": make.viewer_of(network.rita), "colleague": make.viewer_of(network.carl)}

    def changed(self, who: str, sql: str) -> int:
        """Return how many rows a statement found or changed, as the web server for somebody; a refusal is none."""
        viewer = self.viewers[who]
        names = {
            "me": viewer.person,
            "rita": self.network.rita.pk,
            "carl": self.network.carl.pk,
            "key": self.key.pk,
            "waiting": self.waiting,
            "city": self.network.city.pk,
            "proposal": self.key.proposal_id,
        }
        try:
            with as_viewer(viewer), connection.cursor() as cursor:
                cursor.execute(sql, names)
                return int(cursor.rowcount)
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", "") not in REFUSALS:
                raise
            return 0


@pytest.fixture
def wall() -> Wall:
    return Wall(Network())


LOCKS = (
    "select from people_memberlock where person_id = %(rita)s",
    "update people_memberlock set salt = 'x', by_passphrase = 'x', by_code = 'x' where person_id = %(rita)s",
    "delete from people_memberlock where person_id = %(rita)s",
    "insert into people_memberlock values (%(carl)s, 'x', 1, 8192, 'x', 'x')",
    "update people_memberlock set person_id = %(rita)s where person_id = %(me)s",
    "update people_memberkey set public = 'x' where person_id = %(rita)s",
    "delete from people_memberkey where person_id = %(rita)s",
    "insert into people_memberkey values (%(carl)s, 'x', current_date)",
)
"""Nobody's business but Rita's, not even a colleague's: each line gives somebody else what they could guess at, or
makes her (or Carl, who has no key yet) open to another key."""


@pytest.mark.parametrize("who", [*OUTSIDERS, "colleague"])
def test_anothers_lock_is_neither_read_nor_changed(wall: Wall, who: str) -> None:
    tried = [sql for sql in LOCKS if who != "colleague" or not sql.startswith("insert")]  # those would be Carl's own
    assert [sql for sql in tried if wall.changed(who, sql)] == []


def test_the_owner_changes_the_own_lock(wall: Wall) -> None:
    """The statements above are good ones: it is the policy that refuses them."""
    assert [wall.changed("holder", sql) for sql in LOCKS[:3]] == [1, 1, 0]
    assert [wall.changed("colleague", sql) for sql in LOCKS if sql.startswith("insert")] == [1, 1]


HOLD = "insert into people_heldkey (id, key_id, person_id, wrapped) values (gen_random_uuid(), %(key)s, {}, 'x')"
TAKING = (
    HOLD.format("%(me)s"),
    HOLD.format("%(carl)s"),
    "update people_heldkey set wrapped = 'x'",
    "update people_heldkey set person_id = %(me)s",
    "delete from people_heldkey",
)


@pytest.mark.parametrize("who", [*OUTSIDERS, "colleague"])
def test_nobody_takes_a_key_or_takes_it_away(wall: Wall, who: str) -> None:
    """Taken away it would stop everything that comes to the organisation."""
    assert [sql for sql in TAKING if wall.changed(who, sql)] == []


@pytest.mark.parametrize("who", OUTSIDERS)
def test_held_keys_are_shown_to_those_who_read_there(wall: Wall, who: str) -> None:
    """Administrators see who holds a key, for they take it back from whoever left; what they see opens for its holder only."""
    assert wall.changed(who, "select from people_heldkey") == (2 if who.startswith("administrator") else 0)


def test_a_holder_gives_to_colleagues_and_lets_go_of_the_own(wall: Wall) -> None:
    assert wall.changed("colleague", "select from people_heldkey") == 2
    assert wall.changed("holder", HOLD.format("%(carl)s")) == 1
    assert wall.changed("holder", HOLD.format(f"'{wall.network.ada.pk}'")) == 0
    assert wall.changed("holder", "delete from people_heldkey where person_id = %(carl)s") == 0
    assert wall.changed("holder", "delete from people_heldkey where person_id = %(rita)s") == 2


MINE = "insert into people_organisationkey (id, organisation_id, public, made_by_id, made_on, founding{}) values ({})"
VALUES = "gen_random_uuid(), %(city)s, 'x', %(me)s, current_date, "
BENDING = (
    "update people_organisationkey set public = 'x'",
    "update people_organisationkey set organisation_id = organisation_id",
    "update people_organisationkey set founding = true",
    "update people_organisationkey set approved_on = current_date where id = %(waiting)s",
    "update people_organisationkey set approved_on = current_date, proposal_id = %(proposal)s where id = %(waiting)s",
    "update people_organisationkey set proposal_id = %(proposal)s where id = %(waiting)s",
    "update people_organisationkey set proposal_id = null where id = %(key)s",
    "update people_organisationkey set approved_on = null where id = %(key)s",
    "update people_organisationkey set approved_on = approved_on - 1 where id = %(key)s",
    "update people_organisationkey set retired_on = current_date where id = %(key)s",
    "delete from people_organisationkey",
    MINE.format("", VALUES + "true"),
    MINE.format(", approved_on", VALUES + "false, current_date"),
    MINE.format(", approved_on", VALUES + "true, current_date"),
    MINE.format(", proposal_id", VALUES + "false, %(proposal)s"),
    MINE.format(", retired_on", VALUES + "false, current_date"),
)


@pytest.mark.parametrize("who", [*OUTSIDERS, "colleague", "holder"])
def test_nobody_bends_an_organisations_key(wall: Wall, who: str) -> None:
    """Not even whoever holds it: what reports are sealed to changes with a second person elsewhere, and not otherwise."""
    assert [sql for sql in BENDING if wall.changed(who, sql)] == []


@pytest.mark.parametrize("who", ["stranger", "administrator elsewhere", "reader elsewhere", "past"])
def test_nobody_makes_a_key_for_an_organisation_of_others(wall: Wall, who: str) -> None:
    assert wall.changed(who, MINE.format("", VALUES + "false")) == 0
    assert wall.changed("colleague", MINE.format("", VALUES + "false")) == 1


def test_public_keys_are_public(wall: Wall) -> None:
    """Whoever routes a report needs them, and anybody may compare a fingerprint."""
    for who in wall.viewers:
        assert wall.changed(who, "select from people_organisationkey") == 2
        assert wall.changed(who, "select from people_intake_keys()") == 1


def test_the_same_statements_work_for_the_second_person() -> None:
    """With an approved proposal about these very bytes; so what fails above fails for want of it."""
    network = Network()
    old = network.ready()
    proposal = network.propose(network.rita)
    viewer = make.viewer_of(network.ben)
    with as_viewer(viewer), connection.cursor() as cursor:
        cursor.execute(
            "update people_proposal set state = 'approved', decided_by_id = %s, decided_for_id = %s, "
            "decided_on = current_date where id = %s",
            [network.ben.pk, network.charity.pk, proposal.pk],
        )
        cursor.execute("update people_organisationkey set retired_on = current_date where id = %s", [old.pk])
        assert cursor.rowcount == 1
        cursor.execute(
            "update people_organisationkey set approved_on = current_date, proposal_id = %s where id = %s",
            [proposal.pk, proposal.payload["key"]],
        )
        assert cursor.rowcount == 1
    for again in ("retired_on = null", "approved_on = null"):
        with pytest.raises(DatabaseError), as_viewer(viewer), connection.cursor() as cursor:
            cursor.execute(f"update people_organisationkey set {again} where id = %s", [old.pk])  # noqa: S608 our own words


def test_a_proposal_of_a_key_is_made_in_the_name_of_its_own_organisation(wall: Wall) -> None:
    """Otherwise a member here has a key for somebody else's reports agreed to by those who know only this organisation."""
    sql = (
        "insert into people_proposal (id, verb, payload, reason, proposed_by_id, proposed_for_id, proposed_on, state, "
        "decision_reason) values (gen_random_uuid(), '{}', jsonb_build_object('organisation', {}), 'x', %(me)s, %(city)s, "
        "current_date, 'open', '')"
    )
    assert wall.changed("colleague", sql.format("key", "%(city)s::uuid")) == 1
    assert wall.changed("colleague", sql.format("key", f"'{wall.network.charity.pk}'::uuid")) == 0
    assert wall.changed("colleague", sql.format("grant", "%(city)s::uuid")) == 0
    assert wall.changed("reader elsewhere", sql.format("key", "%(city)s::uuid")) == 0


SEES = {
    "nobody": (0, 0, 0),
    "stranger": (1, 1, 0),
    "administrator": (4, 1, 2),
    "administrator elsewhere": (2, 1, 2),
    "member": (4, 1, 0),
    "reader elsewhere": (2, 1, 0),
    "past": (1, 1, 0),
    "holder": (4, 1, 2),
    "colleague": (4, 0, 2),
}
"""Public keys of people, locks, held keys: the own, colleagues' public keys, and what the own organisation's readers hold."""


def test_tables_of_keys_show_what_was_decided(wall: Wall) -> None:
    """These tables are asked only for the own row or a colleague's; here each is read whole."""
    assert wall.viewers.keys() == SEES.keys()
    for who, viewer in wall.viewers.items():
        with as_viewer(viewer):
            found = tuple(model.objects.count() for model in (MemberKey, MemberLock, HeldKey))
            locked = set(MemberLock.objects.values_list("person_id", flat=True))
        assert (who, found) == (who, SEES[who])
        assert locked <= {viewer.person}
