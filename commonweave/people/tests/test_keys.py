"""The life of keys as the web server's role: made, agreed to, given, lost, exchanged; rules and database both have a say."""

from __future__ import annotations

import pytest
from django.db import connection
from nacl.public import PrivateKey

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.base.verdict import Refused
from commonweave.people import actions, locks, queries
from commonweave.people.locks import CHEAPEST, WrongKey
from commonweave.people.models import HeldKey, OrganisationKey, Role
from commonweave.people.queries import keys
from commonweave.people.tests import factories as make
from commonweave.people.tests.keyed import PASSPHRASE, Network

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Network:
    return Network()


def test_passphrase_and_code_open_the_members_own_key(network: Network) -> None:
    code = network.own(network.rita)
    viewer = make.viewer_of(network.rita)
    with as_viewer(viewer):
        locked, public = keys.own_lock(viewer), keys.own_public(viewer)
    assert locked
    assert locked.cost == CHEAPEST
    for opened in (locks.open_with_passphrase(locked, PASSPHRASE), locks.open_with_code(locked, code)):
        assert bytes(opened.public_key) == public
    with pytest.raises(WrongKey):
        locks.open_with_passphrase(locked, PASSPHRASE + "s")
    facts = str(list(JournalEntry.objects.values_list("facts", flat=True)))
    assert PASSPHRASE not in facts
    assert code not in facts


def test_nobody_has_a_lock_before_they_set_a_passphrase(network: Network) -> None:
    for viewer in (make.viewer_of(network.rita), make.viewer_of(make.make_person())):
        with as_viewer(viewer):
            assert keys.own_lock(viewer) is None
            assert keys.own_public(viewer) is None


def test_a_changed_passphrase_opens_the_same_key_and_the_old_one_nothing(network: Network) -> None:
    code = network.own(network.rita)
    viewer = make.viewer_of(network.rita)
    with as_viewer(viewer):
        before = keys.own_public(viewer)
        private = network.private[network.rita]
        new_code = actions.lock_own_key(viewer, private, passphrase="quite another five words", cost=CHEAPEST)
        locked = keys.own_lock(viewer)
        assert keys.own_public(viewer) == before
    assert locked
    assert bytes(locks.open_with_passphrase(locked, "quite another five words")) == bytes(private)
    assert bytes(locks.open_with_code(locked, new_code)) == bytes(private)
    for opens, word in ((locks.open_with_passphrase, PASSPHRASE), (locks.open_with_code, code)):
        with pytest.raises(WrongKey):
            opens(locked, word)


def test_a_key_counts_once_somebody_elsewhere_agreed(network: Network) -> None:
    """Otherwise whoever reads for a while makes a key of their own, and everything is sealed to them."""
    network.own(network.rita)
    proposal = network.propose(network.rita)
    key = OrganisationKey.objects.get()
    assert (key.approved_on, key.made_by, key.organisation) == (None, network.rita, network.city)
    assert network.taken() is None
    assert not network.covers()
    network.agree(proposal)
    taken = network.taken()
    assert taken
    assert (taken.pk, taken.public, taken.name) == (key.pk, bytes(key.public), str(key.pk))
    assert network.covers()
    entry = JournalEntry.objects.get(verb="key.approved", subject=key.pk)
    assert entry.facts["fingerprint"] == locks.fingerprint(bytes(key.public))
    assert entry.actor == network.ben.pk


def test_colleagues_and_the_maker_cannot_agree(network: Network) -> None:
    network.own(network.rita)
    proposal = network.propose(network.rita)
    make.join(network.rita, network.charity, Role.ADMINISTRATOR)
    for who in (network.ada, network.rita):
        with pytest.raises(Refused):
            network.agree(proposal, who)
    assert network.taken() is None


def test_a_key_is_made_by_who_reads_there_with_a_passphrase_and_a_second_factor(network: Network) -> None:
    with pytest.raises(Refused, match="passphrase first"):
        network.propose(network.rita)
    network.own(network.rita)
    without = make.viewer_of(network.rita, second_factor=False)
    for viewer in (without, make.viewer_of(network.ada), make.viewer_of(network.ben)):
        with as_viewer(viewer), pytest.raises(Refused, match="Only somebody who reads"):
            actions.propose_key(viewer, network.city.pk, reason="x")
    assert not OrganisationKey.objects.exists()


@pytest.mark.parametrize("facts", [None, {"fingerprint": "0" * 32}, {}])
def test_intake_seals_to_no_key_that_the_journal_does_not_name(network: Network, facts: dict[str, str] | None) -> None:
    """A key slipped into the table, or exchanged there, gets nothing."""
    key = network.ready()
    with connection.cursor() as cursor:
        cursor.execute("set local role commonweave_owner")
        cursor.execute("alter table base_journalentry disable row level security")
        cursor.execute("alter table base_journalentry disable trigger user")
        if facts is None:
            cursor.execute("delete from base_journalentry where subject = %s", [key.pk])
        else:
            changed = "update base_journalentry set facts = %s::jsonb where subject = %s"
            cursor.execute(changed, [str(facts).replace("'", '"'), key.pk])
        assert cursor.rowcount == 1
        cursor.execute("alter table base_journalentry enable row level security")
        cursor.execute("set role commonweave_worker")
    assert network.taken() is None


def test_an_exchanged_public_key_gets_nothing(network: Network) -> None:
    """Somebody who can write to the table, but not to the journal, reads nothing that comes from now on."""
    key = network.ready()
    OrganisationKey.objects.filter(pk=key.pk).update(public=bytes(PrivateKey.generate().public_key))
    assert network.taken() is None
    assert not network.covers()


def test_an_organisation_whose_key_nobody_holds_covers_nothing(network: Network) -> None:
    """What no one can open is not taken: the page says that nobody takes it instead."""
    network.ready()
    assert network.covers()
    network.own(network.rita)  # anew: she holds nothing now
    assert not HeldKey.objects.exists()
    assert network.taken() is None
    assert not network.covers()


def test_a_holder_who_reads_there_no_longer_does_not_count(network: Network) -> None:
    """The last one keeps the key, so that what came before is not lost; but nothing more is sealed to it."""
    key = network.ready()
    network.own(network.carl)
    network.give(key, network.rita, network.carl)
    admin = make.viewer_of(network.ada)
    for person, holders in ((network.rita, {network.carl}), (network.carl, {network.carl})):
        assert network.covers()
        with as_viewer(admin):
            actions.end_membership(admin, person.memberships.get(role=Role.READER).pk)
        assert {held.person for held in HeldKey.objects.all()} == holders
    key.refresh_from_db()
    assert key.left_on
    assert not network.covers()


def test_whoever_leaves_after_an_exchange_gives_both_keys_back(network: Network) -> None:
    """A key that was retired long ago still opens what was closed before."""
    old = network.ready()
    new = network.agree(network.propose(network.rita))
    network.own(network.carl)
    for key in (old, new):
        network.give(key, network.rita, network.carl)
    admin = make.viewer_of(network.ada)
    with as_viewer(admin):
        actions.end_membership(admin, network.rita.memberships.get().pk)
    assert {held.person for held in HeldKey.objects.all()} == {network.carl}


def test_a_new_key_retires_the_one_before(network: Network) -> None:
    old = network.ready()
    new = network.agree(network.propose(network.rita))
    old.refresh_from_db()
    assert old.retired_on
    assert not new.retired_on
    taken = network.taken()
    assert taken
    assert taken.pk == new.pk
    assert set(network.ring(network.rita)) == {str(old.pk), str(new.pk)}, "what was sealed before stays readable"
    with as_viewer(make.viewer_of(network.rita)):
        assert set(keys.retired_names(make.viewer_of(network.rita))) == {str(old.pk)}


def test_a_declined_key_waits_no_longer_and_the_one_in_use_stays(network: Network) -> None:
    used = network.ready()
    proposal = network.propose(network.rita)
    viewer = make.viewer_of(network.ben)
    with as_viewer(viewer):
        actions.decline_proposal(viewer, proposal.pk, reason="She knows nothing of it")
    waiting = keys.keys_for(viewer).filter(retired_on=None, approved_on=None)
    assert not waiting.exists()
    taken = network.taken()
    assert taken
    assert taken.pk == used.pk


def test_a_key_that_its_maker_lost_is_not_taken_into_use(network: Network) -> None:
    """It would retire one that works, and from then on nobody could read what comes."""
    network.own(network.rita, network.carl)
    used = network.agree(network.propose(network.carl))
    proposal = network.propose(network.rita)
    network.own(network.rita)
    with pytest.raises(Refused, match="Nobody holds this key"):
        network.agree(proposal)
    taken = network.taken()
    assert taken
    assert taken.pk == used.pk


def test_a_colleague_is_given_the_key_and_opens(network: Network) -> None:
    key = network.ready()
    with pytest.raises(Refused, match="has to set an unsealing passphrase"):
        network.give(key, network.rita, network.carl)
    network.own(network.carl)
    assert network.ring(network.carl) == {}
    with pytest.raises(Refused, match="do not hold"):
        network.give(key, network.carl, network.carl)
    network.give(key, network.rita, network.carl)
    opened = network.ring(network.carl)
    assert bytes(opened[str(key.pk)].public_key) == bytes(key.public)
    assert JournalEntry.objects.filter(verb="key.given", subject=key.pk, actor=network.rita.pk).exists()
    with pytest.raises(Refused, match="holds the key already"):
        network.give(key, network.rita, network.carl)


def test_a_key_is_given_to_those_who_read_there_only(network: Network) -> None:
    key = network.ready()
    elsewhere = make.make_member(Role.READER, team=make.make_team(network.charity))
    past = make.make_person()
    make.join(past, network.city, Role.READER, network.team, until=queries.today())
    for person in (elsewhere, past, network.ada, network.ben):
        network.own(person)
        with pytest.raises(Refused, match="does not read reports"):
            network.give(key, network.rita, person)
    assert HeldKey.objects.count() == 1


def test_whoever_lost_both_ways_holds_nothing_until_given_again(network: Network) -> None:
    """Signing in again, or an administrator's help, opens nothing: only a colleague who holds the key does."""
    key = network.ready()
    network.own(network.carl)
    network.give(key, network.rita, network.carl)
    lost = network.private[network.carl]
    network.own(network.carl)
    assert network.ring(network.carl) == {}
    viewer = make.viewer_of(network.carl)
    with as_viewer(viewer):
        assert keys.ring_of(viewer, lost) == {}
        assert keys.own_public(viewer) == bytes(network.private[network.carl].public_key)
    network.give(key, network.rita, network.carl)
    assert set(network.ring(network.carl)) == {str(key.pk)}
    with as_viewer(viewer):
        assert keys.ring_of(viewer, lost) == {}, "whoever found the old passphrase has nothing of it"


def test_a_wrapped_key_that_is_another_opens_nothing(network: Network) -> None:
    """Somebody slips in a private key of theirs, and answers would be read by them."""
    network.ready()
    slipped_in = PrivateKey.generate()
    public = bytes(network.private[network.rita].public_key)
    for wrapped in (locks.wrap(slipped_in, public), b"", b"nothing of the kind"):
        HeldKey.objects.update(wrapped=wrapped)
        assert network.ring(network.rita) == {}


def test_colleagues_see_who_holds_the_key(network: Network) -> None:
    """So that whoever waits for it knows whom to ask."""
    key = network.ready()
    network.own(network.carl)
    viewer = make.viewer_of(network.carl)
    with as_viewer(viewer):
        found = {each.person: (each.has_key, each.holds) for each in keys.colleagues(viewer, key)}
        assert keys.reading_organisations(viewer) == {network.city.pk}
    assert found == {network.rita: (True, True), network.carl: (True, False)}
