"""Saved searches: nobody else's, counted once a day, told without saying about what."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonweave.base.tests.roles import as_viewer
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.evidence import actions, queries
from commonweave.evidence.models import SavedSearch
from commonweave.evidence.rules.saved import MOST_SAVED
from commonweave.evidence.tests.factories import make_record
from commonweave.evidence.views import read_saved
from commonweave.people.tests.factories import make_person
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from datetime import date

pytestmark = pytest.mark.django_db


def saved(viewer: Viewer, question: str = "q=mentoring", *, mail: bool = True) -> SavedSearch:
    """Save a search."""
    return actions.save_search(viewer, name="Ours", question=question, mail=mail)


def count(day: date) -> list[UUID]:
    """Count as the clock does on a day; return who was told."""
    told: list[UUID] = []
    actions.count_new_records(day, read_saved, told.append)
    return told


def test_queryset_equals_policy() -> None:
    """What somebody looks for tells what they worry about: nobody else reads it, members of the same body neither."""
    viewers = [Viewer(person=make_person().pk) for _number in range(2)]
    for viewer in viewers:
        saved(viewer)
    for viewer in (NOBODY, Viewer(person=uuid4()), *viewers):
        mine = set(queries.saved_searches_for(viewer).values_list("pk", flat=True))
        with as_viewer(viewer):
            assert set(SavedSearch.objects.values_list("pk", flat=True)) == mine
            assert SavedSearch.objects.exclude(pk__in=mine).delete()[0] == 0
        assert len(mine) == (viewer in viewers)
    theirs = queries.saved_searches_for(viewers[1]).get()
    with as_viewer(viewers[0]), pytest.raises(Http404):
        actions.forget_search(viewers[0], theirs.pk)


def test_only_so_many_are_saved_and_only_signed_in() -> None:
    viewer = Viewer(person=make_person().pk)
    with pytest.raises(Refused):
        saved(NOBODY)
    for _number in range(MOST_SAVED):
        saved(viewer)
    with pytest.raises(Refused):
        saved(viewer)


def test_what_is_new_is_counted_once_and_only_what_the_person_may_read() -> None:
    person, today = make_person(), timezone.now().date()
    viewer = Viewer(person=person.pk)
    loud, silent = saved(viewer), saved(viewer, "tried=mentoring", mail=False)
    other = saved(Viewer(person=make_person().pk), "q=bridges")
    for tlp in (Tlp.CLEAR, Tlp.AMBER):
        make_record("Mentoring of young people", tlp=tlp, published_on=today + timedelta(days=1))
    make_record("Mentoring of old", published_on=today)  # there already when it was saved
    assert count(today + timedelta(days=1)) == []
    assert count(today + timedelta(days=2)) == [person.pk]
    assert count(today + timedelta(days=2)) == []
    fresh = dict(SavedSearch.objects.values_list("pk", "fresh"))
    assert fresh == {loud.pk: 1, silent.pk: 1, other.pk: 0}
    actions.look_at_search(viewer, loud.pk)
    assert SavedSearch.objects.get(pk=loud.pk).fresh == 0


def test_a_list_of_many_asks_as_often_as_of_one() -> None:
    viewer = Viewer(person=make_person().pk)
    counts = []
    for more in (1, 29):
        for _number in range(more):
            saved(viewer)
        with CaptureQueriesContext(connection) as asked:
            list(queries.saved_searches_for(viewer))
        counts.append(len(asked))
    assert counts == [1, 1]
