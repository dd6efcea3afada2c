"""Promises to publish: nobody is called late who is not, and who may see it is the funder's word."""

from __future__ import annotations

import csv
import importlib
import io
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from commonweave.base.tests.roles import as_viewer
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.evidence import actions, queries
from commonweave.evidence.forms import DueForm
from commonweave.evidence.models import DueEvaluation, Record, State
from commonweave.evidence.rules import due_status
from commonweave.evidence.tests.factories import make_due, make_record

OURS, ME = uuid4(), uuid4()
MEMBER = Viewer(person=ME, organisations=frozenset({OURS}), roles={OURS: frozenset({"member"})})
TODAY = date(2026, 6, 15)
DAYS = st.dates(TODAY - timedelta(days=5), TODAY + timedelta(days=5))


@given(DAYS, st.none() | DAYS, st.booleans())
def test_only_what_is_neither_out_nor_excused_nor_still_due_is_late(
    due_on: date,
    fulfilled_on: date | None,
    excused: bool,  # noqa: FBT001 drawn at random
) -> None:
    late = due_status(due_on, fulfilled_on, excused=excused, today=TODAY) == "overdue"
    assert late == (fulfilled_on is None and not excused and due_on < TODAY - timedelta(days=1))


@pytest.mark.django_db
def test_database_says_the_same_as_the_rule() -> None:
    today, record = timezone.now().date(), make_record()
    for days in (-2, -1, 0, 1):
        due_on = today + timedelta(days=days)
        for out in (None, today - timedelta(days=1), today, today + timedelta(days=1)):
            for excuse in ("", "The money ended."):
                make_due(OURS, str(due_on), fulfilled_on=out, excuse=excuse, record=record if out else None)
    for row in queries.due_for(NOBODY):
        wanted = due_status(row.due_on, row.fulfilled_on, excused=bool(row.excuse), today=today)
        assert row.status == wanted  # type: ignore[attr-defined]  # annotated
    assert sum(queries.due_counts(NOBODY).values()) == 32


@pytest.mark.django_db
def test_a_record_fulfils_it_when_it_is_out_and_no_longer_when_it_was_taken_back() -> None:
    said: dict[str, Any] = {"programme": "x", "funder": "y", "runner": "z", "public": True, "excuse": ""}
    row, later = make_due(OURS, "2020-01-01"), timezone.now().date() + timedelta(days=9)
    for record, wanted in ((make_record(embargo_until=later, holder=OURS), "embargoed"), (make_record(), "published")):
        with as_viewer(MEMBER):
            actions.edit_due(MEMBER, row.pk, due_on=date(2020, 1, 1), record=record.slug, **said)
        assert queries.due_counts(NOBODY) == {wanted: 1}
    bare = {"state": State.WITHDRAWN, "words": "", "authors": [], "sources": [], "withdrawn_on": "2026-01-01"}
    type(record).objects.filter(pk=record.pk).update(**bare)
    assert queries.due_counts(NOBODY) == {"overdue": 1}


@pytest.mark.django_db
def test_nothing_is_left_out_of_pages_or_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are due on one day, every one stands on one page, and in the file."""
    monkeypatch.setattr(importlib.import_module("commonweave.evidence.views.due"), "AT_ONCE", 2)
    for number in range(5):
        make_due(OURS, "2999-01-01" if number else "2998-01-01", programme=f"={number}")
    make_due(OURS, tlp="AMBER", programme="hidden")
    names: list[str] = []
    after, more = "", True
    while more:
        rows, after = queries.due_listed(NOBODY, "due", after, 2)
        more, names = bool(after), [*names, *(row.programme for row in rows)]
    assert (names[0], sorted(names)) == ("=0", [f"={number}" for number in range(5)])
    answer = Client().get("/en/evidence/due/table.csv?status=due")
    lines = csv.DictReader(io.StringIO(answer.getvalue().decode()))
    assert [line["programme"] for line in lines] == [f"'{name}" for name in names]


@pytest.mark.django_db
def test_it_can_be_changed_though_its_record_was_taken_back() -> None:
    row = make_due(OURS, "2020-01-01", record=make_record(state=State.WITHDRAWN))
    shown = DueForm.starting_with(row)
    sent = QueryDict(mutable=True)
    form = DueForm(now=shown, viewer=MEMBER)
    sent.update(
        {**{name: str(value) for name, value in shown.items()}, "seen": form.marks(), "excuse": "It was wrong."}
    )
    form = DueForm(sent, now=shown, viewer=MEMBER)
    assert form.is_valid(), form.errors
    with as_viewer(MEMBER):
        actions.edit_due(MEMBER, row.pk, **form.cleaned_data)
    row.refresh_from_db()
    assert (row.excuse, row.record_id is None) == ("It was wrong.", False)
    assert queries.due_counts(NOBODY) == {"excused": 1}


@pytest.mark.django_db
def test_a_public_promise_is_kept_only_by_what_everybody_may_read() -> None:
    """Otherwise a stranger reads "published" and finds nothing; the database says so, too, whatever a form forgets."""
    hidden, shown = make_record(holder=OURS, tlp="AMBER"), make_record(holder=OURS)
    said = {"programme": "P", "funder": "F", "runner": "R", "due_on": "2020-01-01", "public": "on"}
    form = DueForm(said | {"record": hidden.slug}, viewer=MEMBER, organisations=[(OURS, "Us")])
    assert list(form.errors) == ["record"]
    for fault in (hidden, make_record(state=State.WITHDRAWN)):
        with pytest.raises(DatabaseError), transaction.atomic():
            make_due(OURS, record=fault, fulfilled_on=date(2020, 1, 1))
    rows = [
        make_due(OURS, "2020-01-01", tlp=tlp, record=record, fulfilled_on=date(2020, 1, 1))
        for tlp, record in (("CLEAR", shown), ("AMBER", shown), ("AMBER", hidden))
    ]
    Record.objects.filter(pk=shown.pk).update(tlp="AMBER")
    for row in rows:
        row.refresh_from_db()
    assert [row.fulfilled_on is None for row in rows] == [True, False, False]


@pytest.mark.django_db
def test_queryset_equals_policy() -> None:
    """What the funder did not make public stays with the organisation; strangers change nothing."""
    rows = [make_due(holder, tlp=tlp) for holder in (OURS, uuid4()) for tlp in ("CLEAR", "AMBER")]
    stranger = Viewer(person=uuid4(), organisations=frozenset({uuid4()}))
    for viewer, number in ((NOBODY, 2), (stranger, 2), (MEMBER, 3)):
        by_queryset = set(queries.due_for(viewer).values_list("pk", flat=True))
        with as_viewer(viewer):
            assert set(DueEvaluation.objects.values_list("pk", flat=True)) == by_queryset
        assert len(by_queryset) == number
    with as_viewer(stranger):
        assert DueEvaluation.objects.filter(pk=rows[0].pk).update(excuse="x") == 0
    with as_viewer(stranger), pytest.raises(DatabaseError), transaction.atomic():
        make_due(OURS)
