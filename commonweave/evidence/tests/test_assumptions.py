"""Assumptions: nothing is called known without studies that say so; what was said before stays; hidden studies stay hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from commonweave.base.tests.roles import as_viewer
from commonweave.base.text import Text
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.evidence import actions, queries
from commonweave.evidence.models import Assumption, AssumptionEvidence, AssumptionStep, Record, Reliance
from commonweave.evidence.tests.factories import make_record
from commonweave.people.models import Role
from commonweave.people.tests.factories import make_member, viewer_of

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Viewer:
    return viewer_of(make_member(Role.MEMBER))


def own(viewer: Viewer) -> UUID:
    (organisation,) = viewer.organisations
    return organisation


def stated(viewer: Viewer) -> Assumption:
    with as_viewer(viewer):
        said = Text.of("Youth are the group at risk")
        return actions.state_assumption(viewer, organisation=own(viewer), statement=said, reason="Many calls say so.")


def call(viewer: Viewer, row: Assumption, state: str) -> None:
    with as_viewer(viewer):
        actions.call_assumption(viewer, row.slug, organisation=own(viewer), state=state, reason="Read again.")


def bear(viewer: Viewer, row: Assumption, record: Record, side: str) -> None:
    with as_viewer(viewer):
        actions.add_bearing(viewer, row.slug, organisation=own(viewer), record=record.slug, side=side, note="x")


def test_a_state_needs_studies_and_its_history_stays(member: Viewer) -> None:
    row = stated(member)
    with pytest.raises(Refused):
        call(member, row, "refuted")
    bear(member, row, make_record(), "against")
    call(member, row, "refuted")
    with pytest.raises(Refused):
        call(member, row, "contested")
    bear(member, row, make_record(), "for")
    call(member, row, "contested")
    found = queries.get_assumption(NOBODY, row.slug)
    assert found.state == "contested"
    assert [each.state for each in found.steps.order_by("done_at")] == ["open", "refuted", "contested"]


def test_what_bears_is_as_public_as_its_record(member: Viewer) -> None:
    """Each wall alone: a study that is not out stands beside no assumption, and is not counted."""
    row, hidden = stated(member), make_record(tlp="AMBER", holder=own(member))
    bear(member, row, hidden, "for")
    bear(member, row, make_record(), "against")
    for viewer, number in ((NOBODY, 1), (member, 2), (viewer_of(make_member(Role.MEMBER)), 1)):
        by_queryset = set(queries.bearing_for(viewer).values_list("pk", flat=True))
        assert len(by_queryset) == number
        assert {each.pk for each in queries.assumptions_for(viewer)[0].evidence.all()} == by_queryset
        with as_viewer(viewer):
            assert set(AssumptionEvidence.objects.values_list("pk", flat=True)) == by_queryset


def test_its_page_counts_the_studies_of_each_side_by_how_sure_they_are(member: Viewer) -> None:
    row = stated(member)
    for design, side in (("rct", "for"), ("before_after", "for"), ("before_after", "for"), ("before_after", "against")):
        bear(member, row, make_record(design=design), side)
    balance = Client().get(f"/en/evidence/assumption/{row.slug}/").context["balance"]
    assert [each[1:] for each in balance["rows"]] == [["1", "0", "0"], ["2", "1", "0"]]


def test_nobody_writes_for_others_or_changes_what_was_said(member: Viewer) -> None:
    row, stranger = stated(member), Viewer()
    with as_viewer(stranger), pytest.raises(Refused):
        actions.state_assumption(stranger, organisation=own(member), statement=Text.of("x"), reason="x")
    with as_viewer(stranger):
        assert Assumption.objects.update(state="refuted") == 0
    with as_viewer(member), pytest.raises(DatabaseError), transaction.atomic():
        Assumption.objects.filter(pk=row.pk).update(slug="x")
    for model in (AssumptionStep, AssumptionEvidence, Reliance):
        with as_viewer(member), pytest.raises(DatabaseError), transaction.atomic():
            model._default_manager.update(organisation=own(member))
    other = viewer_of(make_member(Role.MEMBER))
    with as_viewer(other), pytest.raises(DatabaseError), transaction.atomic():
        Reliance.objects.create(
            assumption=row, programme="x", person_id=other.person, organisation_id=own(member), on="2026-01-01"
        )
