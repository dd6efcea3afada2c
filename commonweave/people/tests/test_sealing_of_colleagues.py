"""The sealing page where two meet: two organisations of one reader, and a colleague who waits for the key."""

from __future__ import annotations

import re

import pytest

from commonweave.people import locks
from commonweave.people.models import MemberKey, Role
from commonweave.people.tests import factories as make
from commonweave.people.tests.keyed import PASSPHRASE, Network
from commonweave.people.tests.test_pages import open_as
from commonweave.people.tests.test_sealing_pages import OTHER, page, send, set_up, unseal

pytestmark = pytest.mark.django_db


def test_a_wrong_reason_is_said_at_the_organisation_it_was_for() -> None:
    """Somebody who reads for two must not think that the other one's form was wrong."""
    network = Network()
    make.join(network.rita, network.charity, Role.READER, make.make_team(network.charity))
    rita = open_as(network.rita)
    set_up(rita)
    shown = send(rita, "make_key", network.charity.pk).content.decode()
    ids = re.findall(r' id="([^"]+)"', shown)
    assert len(ids) == len(set(ids))
    assert shown.count('aria-invalid="true"') == 1
    wrong = re.search(r'<textarea[^>]*aria-invalid="true"[^>]*>', shown)
    assert wrong
    assert str(network.charity.pk) in wrong[0]


def test_a_colleagues_own_key_can_be_compared_before_it_is_given_to() -> None:
    """Whoever writes to the database could put their own key in a colleague's place; only a voice notices that."""
    network = Network()
    network.ready()
    rita = open_as(network.rita)
    carl = open_as(network.carl)
    set_up(carl, OTHER)
    own = locks.spoken(bytes(MemberKey.objects.get(person=network.carl).public))
    assert own in page(carl)
    unseal(rita, PASSPHRASE)
    assert own in page(rita)


def test_a_member_of_two_organisations_sees_how_each_stands() -> None:
    network = Network()
    make.join(network.rita, network.charity, Role.READER, make.make_team(network.charity))
    make.make_key(network.charity)
    shown = page(open_as(network.rita))
    assert "City office" in shown
    assert "Charity" in shown
    assert shown.count("There is no key yet") == 1
