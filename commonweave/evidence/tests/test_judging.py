"""Judging: apart, then together; what a record says follows from it, and nobody else changes that."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from commonweave.base.tests.roles import as_viewer
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.evidence import actions, queries, rules
from commonweave.evidence.models import Appraisal, AppraisalDraft, Record, Settlement, State
from commonweave.evidence.tests.factories import make_record
from commonweave.people.models import Role
from commonweave.people.tests.factories import make_member, viewer_of
from commonweave.sharing.models import Tlp
from commonweave.vocabulary.documents import read_all


def rater() -> Viewer:
    return viewer_of(make_member(Role.MEMBER))


def begin(viewer: Viewer, record: Record, **said: Any) -> AppraisalDraft:
    (organisation,) = viewer.organisations
    told: dict[str, Any] = {"design": "rct", "interest": "none", "interest_words": "", "seen_others": False} | said
    with as_viewer(viewer):
        return actions.begin_appraisal(viewer, record.pk, organisation=organisation, **told)


def finish(
    viewer: Viewer, record: Record, *, design: str = "rct", direction: str = "helped", **values: str
) -> Appraisal:
    answers = {
        name: {"value": values.get(name, rules.values_of(name)[0]), "reason": "other", "note": "p. 1"}
        for name in rules.criteria_of(design)
    }
    said = {"direction": direction, "sms_version": "What Works Growth", "words": "", "named": True}
    with as_viewer(viewer):
        return actions.finish_appraisal(viewer, record.pk, answers=answers, **said)  # type: ignore[arg-type]


def rated(viewer: Viewer, record: Record, *, interest: str = "none", **how: str) -> Appraisal:
    words = "" if interest == "none" else "We ran it."
    begin(viewer, record, design=how.get("design", "rct"), interest=interest, interest_words=words)
    return finish(viewer, record, **how)


def settle(viewer: Viewer, record: Record, **choices: str) -> Settlement:
    (organisation,) = viewer.organisations
    with as_viewer(viewer):
        return actions.settle(
            viewer, record.pk, organisation=organisation, choices=choices, reason="Read again.", named=False
        )


@pytest.mark.django_db
def test_second_rater_does_not_see_the_first_until_theirs_is_done() -> None:
    """Not on a page, and not in the table: the database hides the row itself."""
    record, ada, ben = make_record(), rater(), rater()
    first = rated(ada, record)
    begin(ben, record)
    with as_viewer(ben):
        assert not Appraisal.objects.exists()
        assert queries.appraisals_of(ben, record) == []
    for other in (NOBODY, ada, rater()):
        with as_viewer(other):
            assert Appraisal.objects.get() == first
            assert AppraisalDraft.objects.count() == 0
    second = finish(ben, record)
    with as_viewer(ben):
        assert set(Appraisal.objects.all()) == {first, second}


@pytest.mark.django_db
def test_queryset_equals_policy() -> None:
    """Each wall alone shows the same to every kind of viewer, whatever the record's label and state."""
    ada, ben, cay = rater(), rater(), rater()
    (own,) = ada.organisations
    for tlp in (Tlp.CLEAR, Tlp.AMBER):
        record = make_record(holder=own, tlp=tlp, readers=[*ben.organisations])
        rated(ada, record)
        rated(ben, record, direction="mixed")
        settle(ada, record, direction="mixed")
        if tlp == Tlp.CLEAR:
            draft: dict[str, Any] = {
                "person_id": cay.person,
                "interest": "none",
                "seen_others": False,
                "design": "rct",
                "began_on": "2026-01-01",
            }
            AppraisalDraft.objects.create(record=record, organisation_id=own, **draft)
    gone = make_record()
    rated(ada, gone)
    bare = {"state": State.WITHDRAWN, "words": "", "authors": [], "sources": [], "withdrawn_on": "2026-01-01"}
    Record.objects.filter(pk=gone.pk).update(**bare)
    for viewer in (NOBODY, ada, ben, cay, rater()):
        sets = (queries.appraisals_for, queries.drafts_for, queries.settlements_for)
        by_queryset = [set(each(viewer).values_list("pk", flat=True)) for each in sets]
        with as_viewer(viewer):
            for model, found in zip((Appraisal, AppraisalDraft, Settlement), by_queryset, strict=True):
                assert set(model._default_manager.values_list("pk", flat=True)) == found
    assert len(by_queryset[0]) == 2


@pytest.mark.django_db
def test_record_says_what_its_raters_say() -> None:
    """One, then two; until what differs is settled the first one's word holds; then what was settled."""
    record, ada, ben = make_record(rating="one", coded_by="Library"), rater(), rater()
    rated(rater(), record, interest="ran", direction="helped")
    record.refresh_from_db()
    assert (record.rating, record.coded_by) == ("one", "Library"), "who ran it does not write over what others coded"
    rated(ada, record, direction="made_worse", sms="4", bias_missing="some")
    record.refresh_from_db()
    assert (record.rating, record.direction, record.sms, record.bias) == ("one", "made_worse", 4, "some")
    rated(ben, record, direction="helped", sms="4", bias_missing="some")
    record.refresh_from_db()
    assert (record.rating, record.direction) == ("two", "made_worse")
    settle(ben, record, direction="mixed")
    record.refresh_from_db()
    assert record.direction == "made_worse", "one of the two alone settles nothing"
    with as_viewer(ben), pytest.raises(Refused):
        actions.agree_to_settlement(ben, record.pk)
    with as_viewer(ada):
        actions.agree_to_settlement(ada, record.pk)
    record.refresh_from_db()
    assert record.direction == "mixed"
    settle(rater(), record, direction="helped")
    record.refresh_from_db()
    assert record.direction == "helped", "a third person settles at once"
    with pytest.raises(Refused):
        begin(rater(), record)
    assert Appraisal.objects.count() == 3


@pytest.mark.django_db
def test_own_rating_is_marked_where_nobody_else_has_looked() -> None:
    record = make_record(rating="one", coded_by="")
    rated(rater(), record, interest="ran", direction="helped")
    record.refresh_from_db()
    assert record.rating == "self"
    rated(rater(), record, direction="no_difference")
    record.refresh_from_db()
    assert (record.rating, record.direction) == ("one", "no_difference")


@pytest.mark.django_db
def test_rating_again_keeps_what_was_said_before() -> None:
    record, ada = make_record(), rater()
    first = rated(ada, record, direction="helped")
    again = rated(ada, record, direction="mixed")
    assert again.follows == first
    record.refresh_from_db()
    assert (record.rating, record.direction) == ("one", "mixed")
    assert [each.direction for each in queries.appraisals_of(NOBODY, record)] == ["helped", "mixed"]


@pytest.mark.django_db
def test_nobody_writes_for_somebody_else() -> None:
    """Nor changes what was said, nor a record that they did not judge, nor more of one than a judgement says."""
    record, ada, ben = make_record(), rater(), rater()
    appraisal = rated(ada, record)
    with as_viewer(ada), pytest.raises(DatabaseError), transaction.atomic():
        Appraisal.objects.update(direction="mixed")
    with as_viewer(ben), pytest.raises(DatabaseError), transaction.atomic():
        said = {
            "interest": "none",
            "seen_others": False,
            "design": "rct",
            "done_at": appraisal.done_at,
            "language": "en",
        }
        own = {"record": record, "person_id": ada.person, "organisation_id": appraisal.organisation_id}
        Appraisal.objects.create(**own, **said, direction="mixed", follows=appraisal)
    with as_viewer(ada), pytest.raises(DatabaseError), transaction.atomic():
        Record.objects.filter(pk=record.pk).update(year=1999)
    for stranger in (NOBODY, ben):
        with as_viewer(stranger):
            assert Record.objects.filter(pk=record.pk).update(direction="mixed") == 0
    rated(ben, record, direction="mixed")
    settlement = settle(ada, record, direction="mixed")
    cay = rater()
    for wrong in (ada, cay):
        with as_viewer(wrong):
            assert Settlement.objects.filter(pk=settlement.pk).update(agreed_by=wrong.person) == 0
    with as_viewer(ben), pytest.raises(DatabaseError), transaction.atomic():
        Settlement.objects.filter(pk=settlement.pk).update(agreed_by=ben.person, reason="Because.")


@pytest.mark.parametrize("design", sorted(read_all()["design"].terms))
def test_every_design_is_asked_what_has_words(design: str) -> None:
    """A criterion, an answer or a reason without words would be a form nobody can fill in."""
    terms = {name: words.terms for name, words in read_all().items()}
    for name in rules.criteria_of(design):
        assert name in terms["appraisal-criterion"]
        instrument = terms["appraisal-criterion"][name].broader or name
        assert set(rules.REASONS[instrument]) <= terms["appraisal-reason"].keys()
        anchored = {"sms": ["sms_wwg", "sms_1997"]}.get(name, [name])
        for value in rules.values_of(name):
            if value.isdecimal():
                assert all(f"{each}.{value}" in terms["appraisal-anchor"] for each in anchored)
            else:
                assert value in terms["appraisal-answer"]


@given(st.dictionaries(st.sampled_from(["bias_a", "review_b", "nesta"]), st.sampled_from(["low", "some", "high"])))
def test_one_weak_link_is_enough(said: dict[str, str]) -> None:
    worst = rules.worst_bias({name: {"value": value} for name, value in said.items()})
    asked = [value for name, value in said.items() if name != "nesta"]
    assert worst == (max(asked, key=["low", "some", "high"].index) if asked else "")
