"""Trusted groups: a second person elsewhere agrees that an organisation writes reports down for others."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.base.verdict import Refused
from commonweave.base.viewer import Viewer
from commonweave.people import actions, queries, rules
from commonweave.people.coverage import book
from commonweave.people.models import Organisation, Proposal, Role, Trust
from commonweave.people.tests import factories as make
from commonweave.people.tests.test_actions import Two
from commonweave.places.atlas import expire


@pytest.fixture
def two(db: None) -> Two:
    return Two()


def proposed(two: Two, body: Organisation) -> Proposal:
    viewer = make.viewer_of(two.ada)
    with as_viewer(viewer):
        return actions.propose_trust(viewer, organisation=body.pk, reason="People turn to them")


def trusted(body: Organisation) -> bool:
    expire()
    return body.pk in book().trusted


def test_it_takes_a_second_person_to_trust_and_one_to_stop(two: Two) -> None:
    """The journal says both."""
    shop = make.make_organisation("other", "Corner shop")
    proposal = proposed(two, shop)
    assert not trusted(shop)
    two.agree(proposal)
    assert trusted(shop)
    with pytest.raises(Refused):
        proposed(two, shop)
    viewer = make.viewer_of(two.ada)
    with as_viewer(viewer):
        actions.end_trust(viewer, organisation=shop.pk)
    assert not trusted(shop)
    assert set(JournalEntry.objects.filter(subject=shop.pk).values_list("verb", flat=True)) >= {
        "trust.approved",
        "trust.ended",
    }
    two.agree(proposed(two, shop))
    assert trusted(shop), "it can begin again"


@pytest.mark.parametrize("kind", ["ministry", "funder"])
def test_who_pays_or_oversees_is_never_trusted(two: Two, kind: str) -> None:
    """Neither when it is proposed, nor if its kind was changed meanwhile, nor afterwards."""
    with pytest.raises(Refused):
        proposed(two, make.make_organisation(kind))
    body = make.make_organisation("other")
    proposal = proposed(two, body)
    Organisation.objects.filter(pk=body.pk).update(kind=kind)
    with pytest.raises(Refused):
        two.agree(proposal)
    Trust.objects.create(organisation=body, during=("2026-01-01", None), founding=True)
    assert not trusted(body)


def test_the_database_trusts_nobody_whom_one_alone_wanted(two: Two) -> None:
    """Not without a proposal, with an open one, with one about somebody else, or twice with the same."""
    shop, other = make.make_organisation("other"), make.make_organisation("other")
    viewer = make.viewer_of(two.ada)
    proposal = proposed(two, shop)
    pk = proposal.payload["trust"]
    tries = [
        Trust(organisation=shop, during=("2026-01-01", None), proposal=None),
        Trust(organisation=shop, during=("2026-01-01", None), founding=True),
        Trust(pk=pk, organisation=shop, during=("2026-01-01", None), proposal=proposal),
    ]
    for wanted in tries:
        with pytest.raises(DatabaseError), as_viewer(viewer):
            wanted.save(force_insert=True)
    two.agree(proposal)
    for wanted in (
        Trust(organisation=other, during=("2026-01-01", None), proposal=proposal),
        Trust(organisation=shop, during=("2020-01-01", "2020-01-02"), proposal=proposal),
    ):
        with pytest.raises(DatabaseError), as_viewer(viewer):
            wanted.save(force_insert=True)
    assert Trust.objects.count() == 1


def test_trust_only_ends_and_only_by_an_administrator(two: Two) -> None:
    """A member cannot end it, and nobody prolongs it."""
    shop = make.make_organisation("other")
    two.agree(proposed(two, shop))
    member = make.viewer_of(make.make_member(Role.MEMBER, shop))
    with as_viewer(member):
        assert Trust.objects.filter(organisation=shop).update(during=("2026-01-01", "2026-01-02")) == 0
    with pytest.raises(Refused), as_viewer(member):
        actions.end_trust(member, organisation=shop.pk)
    with pytest.raises(DatabaseError), as_viewer(make.viewer_of(two.ada)):
        Trust.objects.filter(organisation=shop).update(during=("2020-01-01", None))
    assert queries.current_trust(member, shop.pk) is not None


UUIDS = st.frozensets(st.sampled_from([uuid4() for _ in range(4)]))


@given(own=UUIDS, teams=UUIDS, trusts=UUIDS)
def test_readers_and_trusted_members_help_and_nobody_else(own: frozenset, teams: frozenset, trusts: frozenset) -> None:  # type: ignore[type-arg]
    """The rule asks for nothing more."""
    viewer = Viewer(person=uuid4(), organisations=own, teams=teams)
    assert bool(rules.may_assist(viewer, trusts)) == bool(teams or own & trusts)
