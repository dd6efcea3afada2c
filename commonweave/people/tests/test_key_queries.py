"""Who holds which key, asked without the row policies' help, among people who read for two organisations and programs."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from commonweave.base.models import JournalEntry
from commonweave.base.viewer import NOBODY, SYSTEM
from commonweave.people import locks, queries
from commonweave.people.actions.keys import take_keys_back
from commonweave.people.models import HeldKey, MemberKey, Right, Role
from commonweave.people.queries import keys
from commonweave.people.tests import factories as make
from commonweave.people.tests.keyed import PASSPHRASE
from commonweave.people.tests.programs import Programs

if TYPE_CHECKING:
    from commonweave.people.models import OrganisationKey

pytestmark = pytest.mark.django_db


class TwoBodies(Programs):
    """Rita reads for the city and for the charity; Greta for the charity alone; each body has a key that Rita holds."""

    def __init__(self) -> None:
        super().__init__()
        self.key = self.ready()
        self.there = make.make_team(self.charity)
        self.greta = make.make_member(Role.READER, team=self.there, name="Greta")
        make.join(self.rita, self.charity, Role.READER, self.there)
        self.theirs = self.held_by_rita()

    def held_by_rita(self) -> OrganisationKey:
        key = make.make_key(self.charity)
        public = bytes(self.private[self.rita].public_key)
        wrapped = locks.wrap(make.rings[self.charity.pk][str(key.pk)], public)
        HeldKey.objects.create(key=key, person=self.rita, wrapped=wrapped)
        return key


@pytest.fixture
def network() -> TwoBodies:
    return TwoBodies()


def test_a_key_is_offered_to_colleagues_of_its_own_organisation(network: TwoBodies) -> None:
    """Somebody who reads for two would otherwise give one body's key to a colleague of the other."""
    rita = make.viewer_of(network.rita)
    assert {each.person for each in keys.colleagues(rita, network.key)} == {network.rita, network.carl}
    there = {each.person for each in keys.colleagues(rita, network.theirs)}
    assert {network.rita, network.greta} <= there
    assert network.carl not in there
    assert keys.reading_organisations(rita) == {network.city.pk, network.charity.pk}
    assert keys.reading_organisations(make.viewer_of(network.greta)) == {network.charity.pk}


def test_whoever_leaves_one_organisation_gives_that_ones_key_back(network: TwoBodies) -> None:
    """Who still reads elsewhere would go on opening what they have left."""
    network.own(network.carl)
    network.give(network.key, network.rita, network.carl)
    make.join(network.carl, network.charity, Role.READER, network.there)
    assert keys.reads_for(SYSTEM, network.carl.pk, network.city.pk)
    network.carl.memberships.filter(organisation=network.city).delete()
    assert not keys.reads_for(SYSTEM, network.carl.pk, network.city.pk)
    assert keys.reads_for(SYSTEM, network.carl.pk, network.charity.pk)
    take_keys_back(SYSTEM, network.carl.pk, network.city.pk)
    assert keys.holders(SYSTEM, network.key) == {network.rita.pk}
    assert keys.holders(SYSTEM, network.theirs), "nothing is taken from the other organisation"
    network.key.refresh_from_db()
    network.theirs.refresh_from_db()
    assert (network.key.left_on, network.theirs.left_on) == (queries.today(), None)
    entry = JournalEntry.objects.get(verb="key.taken_back")
    assert (entry.kind, entry.subject) == ("organisation_key", network.key.pk)
    assert entry.facts == {"person": str(network.carl.pk)}


def test_who_reads_there_keeps_the_key_and_who_only_belongs_reads_nothing(network: TwoBodies) -> None:
    take_keys_back(SYSTEM, network.rita.pk, network.city.pk)
    assert HeldKey.objects.filter(person=network.rita).count() == 2
    assert not JournalEntry.objects.filter(verb="key.taken_back").exists()
    assert not keys.reads_for(SYSTEM, network.ada.pk, network.city.pk)


def test_the_last_day_of_a_key_that_was_left_stays_the_first(network: TwoBodies) -> None:
    """Who has to exchange it since when is read from there."""
    earlier = queries.today().replace(year=queries.today().year - 1, day=1)
    type(network.key).objects.filter(pk=network.key.pk).update(left_on=earlier)
    network.rita.memberships.all().delete()
    take_keys_back(SYSTEM, network.rita.pk, network.city.pk)
    network.key.refresh_from_db()
    assert network.key.left_on == earlier
    assert keys.holders(SYSTEM, network.key) == {network.rita.pk}, "the last one keeps it: else nobody ever reads"


def test_a_colleague_is_shown_as_they_stand_to_the_key(network: TwoBodies) -> None:
    """The page says whom to ask, whom to give to, and what they read out before it."""
    admitted = network.let_in(Right.OPEN)
    network.decide()
    found = {each.person.pk: each for each in keys.colleagues(SYSTEM, network.key)}
    program, rita, carl = (found[pk] for pk in (admitted.credential.person_id, network.rita.pk, network.carl.pk))
    assert (program.program, program.has_key, program.holds) == (True, True, False)
    assert (rita.program, rita.has_key, rita.holds) == (False, True, True)
    assert (carl.program, carl.public, carl.fingerprint, carl.has_key) == (False, b"", "", False)
    own = bytes(MemberKey.objects.get(person=network.rita).public)
    assert (rita.public, rita.fingerprint) == (own, locks.spoken(own))
    assert keys.publics_of(NOBODY, [network.rita.pk, network.carl.pk]) == {network.rita.pk: own}
    network.give_program(network.key, admitted)
    assert keys.holders(SYSTEM, network.key) == {network.rita.pk}, "a program replaces nobody"


def test_names_of_keys_by_who_holds_them_and_who_does_so_no_longer(network: TwoBodies) -> None:
    """The clock passes a report on only to whom it is sealed; a retired key is taken off what is open."""
    waiting = network.propose(network.rita).payload["key"]
    both = {str(network.key.pk): network.city.pk, str(network.theirs.pk): network.charity.pk}
    assert keys.held_names(SYSTEM) == both, "not what nobody agreed to yet"
    assert waiting not in keys.retired_names(SYSTEM)
    HeldKey.objects.filter(key=network.theirs).delete()
    assert keys.held_names(SYSTEM) == {str(network.key.pk): network.city.pk}
    type(network.key).objects.filter(pk=network.key.pk).update(retired_on=queries.today())
    assert keys.retired_names(SYSTEM) == {str(network.key.pk): network.city.pk}


def test_keys_are_read_at_once_with_whom_they_belong_to(network: TwoBodies) -> None:
    """As many questions for ten keys as for one, on the page and when a session opens all it holds."""
    with CaptureQueriesContext(connection) as asked:
        shown = {(key.organisation.kind, key.made_by.name if key.made_by else "") for key in keys.keys_for(NOBODY)}
    assert len(asked) == 1
    assert len(shown) == 2
    rita = make.viewer_of(network.rita)
    with CaptureQueriesContext(connection) as asked:
        ring = keys.ring_of(rita, network.private[network.rita])
    assert len(asked) == 1
    assert set(ring) == {str(network.key.pk), str(network.theirs.pk)}
    HeldKey.objects.filter(pk=HeldKey.objects.filter(person=network.rita).order_by("pk")[0].pk).update(wrapped=b"x")
    assert len(keys.ring_of(rita, network.private[network.rita])) == 1, "one that does not open hides no other"


def test_a_key_that_is_not_there_is_not_found(network: TwoBodies) -> None:
    assert keys.get_key(NOBODY, network.key.pk) == network.key
    with pytest.raises(Http404):
        keys.get_key(NOBODY, uuid.uuid4())


def test_nobody_in_particular_has_a_key_of_their_own(network: TwoBodies) -> None:
    """Without a person there is nothing to open; with one, only their own."""
    assert keys.own_lock(NOBODY) is None
    assert keys.own_public(NOBODY) is None
    network.own(network.carl)
    for person in (network.rita, network.carl):
        viewer = make.viewer_of(person)
        lock = keys.own_lock(viewer)
        assert lock
        assert keys.own_public(viewer) == bytes(network.private[person].public_key)
        assert bytes(locks.open_with_passphrase(lock, PASSPHRASE)) == bytes(network.private[person])
