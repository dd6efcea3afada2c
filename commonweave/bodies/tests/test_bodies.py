"""Bodies: who sees them and who sits on them, who keeps them, and a list of people as a spreadsheet gives it."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import Http404
from hypothesis import given
from hypothesis import strategies as st

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.bodies import actions, people_list, queries
from commonweave.bodies.models import Body, Mandate, Meeting, Seat, Sitting
from commonweave.bodies.tests.factories import make_body, seat
from commonweave.places.tests.factories import make_place

if TYPE_CHECKING:
    from django.db.models import QuerySet

OURS, THEIRS = uuid4(), uuid4()
PEOPLE = [people_list.Somebody("Ada Invented", "Police of Here", "police", Seat.CHAIR)]


def member(organisation: UUID = OURS, *, signed: bool = True) -> Viewer:
    return Viewer(
        person=uuid4(),
        organisations=frozenset({organisation}),
        roles={organisation: frozenset({"member"})},
        signed=signed,
    )


@pytest.mark.django_db
def test_queryset_equals_policy() -> None:
    """Each wall alone shows the same: bodies by their label, names to its holder or where somebody agreed."""
    for holder in (OURS, THEIRS):
        for tlp in ("CLEAR", "GREEN", "AMBER"):
            body = make_body(holder=holder, tlp=tlp)
            seat(body)
            seat(body, named=True)
            Meeting.objects.create(body=body, starts_at="2030-01-01T10:00Z")
            Mandate.objects.create(body=body, during=DateRange("2026-01-01", None), language="en")
    for viewer, bodies, people in ((NOBODY, 2, 2), (member(uuid4(), signed=False), 2, 2), (member(), 5, 8)):
        sets = (queries.bodies_for, queries.sittings_for, queries.meetings_for, queries.mandates_for)
        asked: list[QuerySet[Any]] = [each(viewer) for each in sets]
        by_queryset = [set(each.values_list("pk", flat=True)) for each in asked]
        with as_viewer(viewer):
            for model, found in zip((Body, Sitting, Meeting, Mandate), by_queryset, strict=True):
                assert set(model._default_manager.values_list("pk", flat=True)) == found
        assert [len(found) for found in by_queryset] == [bodies, people, bodies, bodies]


@pytest.mark.django_db
def test_a_body_starts_with_three_answers_and_a_list_of_people() -> None:
    viewer, place = member(), make_place().pk
    with as_viewer(viewer):
        body = actions.start_body(
            viewer, holder=OURS, kind="leadership_group", name="Our group", place=place, tlp="AMBER", people=PEOPLE
        )
        assert actions.add_people(viewer, body.slug, PEOPLE) == 0
        assert [each.name for each in queries.sitting_now(viewer, body)] == ["Ada Invented"]
        assert [each.pk for each in queries.listed(viewer).bodies] == [body.pk]
    assert "Ada" not in str(list(JournalEntry.objects.values_list("facts", flat=True)))


@pytest.mark.django_db
def test_nobody_keeps_the_body_of_another_organisation() -> None:
    """The rule says so, and the database does where a rule was forgotten."""
    theirs, stranger = make_body(holder=THEIRS), member()
    sitting = seat(theirs)
    with as_viewer(stranger), pytest.raises((PermissionDenied, Http404)):
        actions.add_people(stranger, theirs.slug, PEOPLE)
    for viewer in (NOBODY, stranger):
        with as_viewer(viewer):
            assert Body.objects.filter(pk=theirs.pk).update(kind="association") == 0
            assert Sitting.objects.filter(pk=sitting.pk).update(named=True) == 0
        rests = partial(Mandate.objects.create, body=theirs, during=DateRange("2026-01-01", None), language="en")
        for attempt in (lambda: make_body(holder=THEIRS), lambda: seat(theirs), rests):
            with as_viewer(viewer), pytest.raises(DatabaseError), transaction.atomic():
                attempt()


@pytest.mark.django_db
def test_nobody_sits_twice_at_a_time_and_history_stays() -> None:
    body = make_body(holder=OURS)
    seat(body, "Ada", during=DateRange("2026-01-01", "2026-03-01"))
    seat(body, "Ada", during=DateRange("2026-03-01", None))
    with pytest.raises(DatabaseError), transaction.atomic():
        seat(body, "Ada", during=DateRange("2026-02-01", None))
    with as_viewer(member()):
        assert Sitting.objects.count() == 2
        with pytest.raises(DatabaseError), transaction.atomic():
            Sitting.objects.all().delete()


def test_a_spreadsheet_of_people_is_read_in_any_dress() -> None:
    said = "Name;Organisation;Speaks for;Seat\nAda;Police of Here;Police;Chair\nBen;;civil society;\n\n"
    assert people_list.read(said) == [
        people_list.Somebody("Ada", "Police of Here", "police", "chair"),
        people_list.Somebody("Ben", "", "civil_society", "member"),
    ]
    assert [each.name for each in people_list.read("Ada\nBen")] == ["Ada", "Ben"]


def test_every_mistake_is_named_by_its_line() -> None:
    with pytest.raises(people_list.UnfitError) as unfit:
        people_list.read("name,speaks for,seat\n,police,chair\nBen,aliens,king\n")
    assert [line.split(":")[0] for line in unfit.value.wrong] == ["Line 2", "Line 3", "Line 3"]


@given(st.text(max_size=300))
def test_anything_may_be_pasted(text: str) -> None:
    """It is read, or refused with sentences; it never breaks."""
    with contextlib.suppress(people_list.UnfitError):
        assert all(each.name for each in people_list.read(text))
