"""Who reads which record: drafts, embargoes and labels hold in the querysets and, each alone, in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404
from django.utils import timezone

from commonweave.base.tests.roles import as_viewer
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.evidence import actions, queries
from commonweave.evidence.models import Batch, Effect, Harvest, Harvested, Record, RecordFile, State
from commonweave.evidence.queries import Asked
from commonweave.evidence.tests.factories import add_effect, add_file, add_harvest, make_record
from commonweave.sharing.models import Tlp

pytestmark = pytest.mark.django_db
OURS, THEIRS, ELSEWHERE, ME = uuid4(), uuid4(), uuid4(), uuid4()
LATER = date(2999, 1, 1)


def member(*, administrator: bool = False, organisation: UUID = OURS) -> Viewer:
    role = "administrator" if administrator else "member"
    return Viewer(
        person=ME, organisations=frozenset({organisation}), roles={organisation: frozenset({role})}, signed=True
    )


TWO_HATS = Viewer(
    person=ME,
    organisations=frozenset({OURS, ELSEWHERE}),
    roles={OURS: frozenset({"member"}), ELSEWHERE: frozenset({"administrator"})},
    signed=True,
)
"""A role counts in its own organisation alone."""

VIEWERS = [
    NOBODY,
    Viewer(person=uuid4()),
    Viewer(person=uuid4(), organisations=frozenset({uuid4()}), signed=True),
    member(),
    member(administrator=True),
    member(organisation=THEIRS),
    TWO_HATS,
]


def every_kind() -> None:
    """Make a record of every label, state and embargo, ours and theirs, each with an effect."""
    yesterday = timezone.now().date() - timedelta(days=1)
    for state in State.values:
        for tlp in Tlp.values:
            for holder, readers in ((OURS, []), (THEIRS, []), (THEIRS, [OURS])):
                for until in (None, yesterday, LATER):
                    people = [ME] if tlp == Tlp.RED and holder == OURS else []
                    kept: dict[str, Any] = {"tlp": tlp, "readers": readers, "people": people, "embargo_until": until}
                    add_effect(record := make_record(holder=holder, state=state, **kept))
                    add_file(record)


def test_queryset_equals_policy() -> None:
    """Each wall alone shows the same to every kind of viewer."""
    every_kind()
    add_file(None, person=ME)
    for holder in (OURS, THEIRS):
        Harvested.objects.create(harvest=add_harvest(holder), identifier="oai:x:1")
    for person in (ME, uuid4()):
        Batch.objects.create(person=person, holder=OURS, on="2026-01-01", name="x.ris", rows=[])
    add_file(None, person=uuid4())
    for viewer in VIEWERS:
        by_queryset = set(queries.records_for(viewer).values_list("pk", flat=True))
        harvests = set(queries.harvests_for(viewer).values_list("pk", flat=True))
        files = set(queries.files_for(viewer).values_list("pk", flat=True))
        effects = set(Effect.objects.filter(record__in=by_queryset).values_list("pk", flat=True))
        with as_viewer(viewer):
            assert set(Record.objects.values_list("pk", flat=True)) == by_queryset
            assert set(Effect.objects.values_list("pk", flat=True)) == effects
            assert set(RecordFile.objects.values_list("pk", flat=True)) == files
            assert set(Harvest.objects.values_list("pk", flat=True)) == harvests
            assert set(Harvested.objects.values_list("harvest", flat=True)) == harvests
            assert set(Batch.objects.values_list("person", flat=True)) == {viewer.person} & {ME}
        assert by_queryset


def test_only_what_is_out_stands_in_lists_counts_and_maps() -> None:
    """Of everything there is, the public sees CLEAR records that are published and free, nowhere anything else."""
    every_kind()
    free = set(
        Record.objects.filter(state="published", tlp="CLEAR").exclude(embargo_until=LATER).values_list("pk", flat=True)
    )
    assert free
    found = queries.find(NOBODY, Asked())
    assert {record.pk for record in found.page.records} == free
    assert found.total == found.counts["tried", "mentoring"] == found.counts["found", "helped"] == len(free)
    assert sum(gap.number for gap in queries.gaps(NOBODY, {})) == len(free)
    assert {pk for pk in Record.objects.values_list("pk", flat=True) if _opens(pk)} == free


def _opens(pk: UUID) -> bool:
    row = Record.objects.get(pk=pk)
    try:
        return queries.get_published(NOBODY, row.slug).state == State.PUBLISHED
    except Http404:
        return False


def test_nobody_changes_the_record_of_another_organisation() -> None:
    """The rule says so, and the database does where a rule was forgotten."""
    theirs = make_record(holder=THEIRS)
    stranger = member(administrator=True)
    beside = replace(TWO_HATS, organisations=frozenset({THEIRS, ELSEWHERE}))
    for viewer in (stranger, beside):
        with as_viewer(viewer), pytest.raises((Refused, Http404)):
            actions.withdraw_record(viewer, theirs.pk)
    for viewer in (NOBODY, member(), stranger, beside):
        with as_viewer(viewer):
            assert Record.objects.filter(pk=theirs.pk).update(direction="helped") == 0
        with as_viewer(viewer), pytest.raises(DatabaseError), transaction.atomic():
            make_record(holder=THEIRS)
        with as_viewer(viewer), pytest.raises(DatabaseError), transaction.atomic():
            add_effect(theirs, position=9)


def test_a_draft_is_published_and_withdrawn() -> None:
    """After that nothing but its address and the day are left."""
    draft, editor = make_record("Our study", holder=OURS, state=State.DRAFT), member(administrator=True)
    add_effect(draft)
    with as_viewer(editor):
        actions.publish_record(editor, draft.pk)
    assert queries.find(NOBODY, Asked("our study")).total == 1
    with as_viewer(editor):
        actions.withdraw_record(editor, draft.pk)
    left = queries.get_published(NOBODY, draft.slug)
    assert (left.state, bool(left.titles), left.words, left.authors) == (State.WITHDRAWN, False, "", [])
    assert not left.effects.exists()
    assert queries.find(NOBODY, Asked()).total == 0
    with as_viewer(editor), pytest.raises(Refused):
        actions.publish_record(editor, draft.pk)


def test_correcting_what_is_published_leaves_what_was_judged_and_what_others_hold() -> None:
    """Whoever holds a record would otherwise make a harm into a success, or another's library their own."""
    viewer = member(administrator=True)
    judged = {"design": "rct", "direction": "made_worse", "coded_by": "Two raters", "rating": "two"}
    columns: dict[str, Any] = {**judged, "sms": 5, "sms_version": "What Works Growth", "bias": "high"}
    record = make_record(holder=OURS, **columns)
    said = {name: getattr(record, name) for name in actions.Facts.__dataclass_fields__}
    facts = actions.Facts(
        **said | {"year": 1999, "design": "process", "direction": "helped", "coded_by": "Us", "rating": "self"}
    )
    with as_viewer(viewer):
        actions.change_record(viewer, record.pk, facts)
    record.refresh_from_db()
    assert record.year == 1999
    assert {name: getattr(record, name) for name in columns} == columns
    other = make_record(holder=THEIRS)
    with as_viewer(viewer), pytest.raises(Refused):
        actions.change_record(viewer, other.pk, facts)
    draft = make_record(holder=THEIRS, state=State.DRAFT)
    with as_viewer(viewer), pytest.raises(Http404):
        actions.change_record(viewer, draft.pk, facts)


def test_a_member_writes_drafts_and_no_more() -> None:
    """The database lets nobody but an administrator put anything before others, and nobody touch another's document."""
    drafts = [make_record(holder=holder, state=State.DRAFT) for holder in (OURS, THEIRS)]
    files = [add_file(drafts[1]), add_file(None, person=uuid4())]
    with as_viewer(member()):
        assert Record.objects.filter(pk=drafts[0].pk).update(publisher="A journal") == 1
        assert Record.objects.filter(pk=drafts[1].pk).update(publisher="A journal") == 0
        assert RecordFile.objects.all().delete()[0] == 0
        assert RecordFile.objects.filter(pk__in=[each.pk for each in files]).update(record=drafts[0]) == 0
    for change in ({"state": "published", "published_on": "2026-01-01"}, {"holder": THEIRS}):
        with as_viewer(member()), pytest.raises(DatabaseError), transaction.atomic():
            Record.objects.filter(pk=drafts[0].pk).update(**change)
    with as_viewer(member()), pytest.raises(DatabaseError), transaction.atomic():
        make_record(holder=OURS)  # published from its first moment


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "gone"},
        {"direction": "great"},
        {"sources": []},
        {"sms": 6, "sms_version": "x"},
        {"sms": 3},
        {"published_on": None},
        {"year": 99},
    ],
)
def test_the_database_refuses_what_cannot_be(wrong: dict[str, object]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        make_record(**wrong)  # type: ignore[arg-type]


def test_a_hidden_record_is_not_told_by_its_doi() -> None:
    """Neither by a refusal nor by an error; and nobody keeps a DOI from the library by hiding a record with it."""
    editor, doi = member(administrator=True), "10.1234/twin"
    for hidden in ({"tlp": "RED", "people": [uuid4()]}, {"tlp": "AMBER"}, {"embargo_until": LATER}):
        make_record(holder=THEIRS, doi=doi, **hidden)
    first, second = (make_record(holder=OURS, state="draft", doi=doi) for _ in range(2))
    with as_viewer(editor):
        actions.publish_record(editor, first.pk)
    with as_viewer(editor), pytest.raises(Refused):
        actions.publish_record(editor, second.pk)


def test_of_two_who_publish_the_same_at_once_the_second_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking and saving the other one came first."""
    editor, doi = member(administrator=True), "10.1234/twin"
    make_record(holder=THEIRS, doi=doi)
    mine = make_record(holder=OURS, state="draft", doi=doi)
    monkeypatch.setattr(queries, "twin_of", lambda *_: None)
    with as_viewer(editor), pytest.raises(Refused, match="this DOI"):
        actions.publish_record(editor, mine.pk)
