"""What is weighed together: only what is public, nobody twice, each study by its own design; kept when it changes."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commonweave.base.tests.roles import as_viewer
from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY, SYSTEM
from commonweave.evidence import actions, queries, rules
from commonweave.evidence.models import Effect, Finding, State
from commonweave.evidence.synthesis.findings import Design, Kind
from commonweave.evidence.telling import figures
from commonweave.evidence.tests.factories import add_effect, make_record
from commonweave.evidence.tests.test_walls import VIEWERS, member
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from commonweave.evidence.rules import Body

pytestmark = pytest.mark.django_db


def body(tried: str = "mentoring", outcome: str = "prejudice") -> Body:
    (found,) = rules.bodies(queries.measured(NOBODY, tried=tried, outcome=outcome)).values()
    return found


def studies(number: int, **columns: Any) -> None:
    for nth in range(number):
        add_effect(make_record(), study=f"Study {nth}", yi=-0.3 - nth / 50, **columns)


@pytest.mark.parametrize(
    "kept", [{"state": State.DRAFT}, {"embargo_until": date(2999, 1, 1)}, {"tlp": Tlp.GREEN}, {"tlp": Tlp.AMBER}]
)
def test_only_what_is_public_is_weighed_whoever_asks(kept: dict[str, Any]) -> None:
    """A finding that changed with its reader could not be cited, and would say what a label keeps back."""
    studies(3)
    hidden = make_record(holder=next(iter(member().organisations)), **kept)
    add_effect(hidden, study="Hidden", yi=9)
    for viewer in VIEWERS:
        with as_viewer(viewer):
            assert {row.study for row in queries.measured(viewer)} == {"Study 0", "Study 1", "Study 2"}
    actions.renew_findings(SYSTEM)
    assert str(hidden.pk) not in Finding.objects.get().inputs


def test_publications_about_the_same_people_count_once() -> None:
    """Of two editions the newer stands for both, and the page can say which was left out for which."""
    old, new = make_record(sample="hot-spots", year=2012), make_record(sample="hot-spots", year=2019)
    for record in (old, new):
        add_effect(record)
    studies(2)
    found = body()
    assert found.finding.studies == 3
    assert found.left_out == {old.pk: new.pk}
    assert {row.record for row in found.rows}.isdisjoint({old.pk})


def test_editions_of_one_record_count_once_whatever_they_say_of_their_people() -> None:
    """Nobody has to give a key: what follows a record is about the same people, also past an edition that was withdrawn."""
    first = make_record(year=2020, slug="z-first")
    gone = make_record(state=State.WITHDRAWN, follows=first)
    newest = make_record(year=2020, slug="a-newest", follows=gone)
    hidden = make_record(follows=newest, tlp=Tlp.AMBER)
    for record in (first, newest, hidden):
        add_effect(record)
    studies(2)
    for viewer in (SYSTEM, NOBODY):
        with as_viewer(viewer):
            found = body()
        assert (found.finding.studies, found.left_out) == (3, {first.pk: newest.pk})


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        (("", "", ""), ("edition 1", "edition 1", "edition 1")),
        (("a", "", ""), ("a", "a", "a")),
        (("", "b", ""), ("b", "b", "b")),
        (("a", "", "c"), ("a", "a", "c")),
    ],
)
def test_an_edition_is_about_the_people_of_the_one_before(samples: tuple[str, ...], said: tuple[str, ...]) -> None:
    ids = [UUID(int=number) for number in (1, 2, 3)]
    found = rules.editions(zip(ids, (None, *ids[:2]), samples, strict=True))
    named = tuple(found[each].sample.replace(str(ids[0]), "1") for each in ids)
    assert (named, [found[each].number for each in ids]) == (said, [0, 1, 2])


def test_a_study_in_a_review_gives_way_to_its_own_publication() -> None:
    review, own = make_record(design="meta_analysis", year=2024), make_record(sample="kiva", year=2011)
    add_effect(review, study="KiVa", sample="kiva")
    add_effect(review, study="Another")
    add_effect(own, study="KiVa")
    found = body()
    assert found.left_out == {review.pk: own.pk}
    assert sorted(row.study for row in found.rows) == ["Another", "KiVa"]


def test_two_are_never_pooled_however_many_effects_they_report() -> None:
    for _record in range(2):
        record = make_record()
        for _effect in range(5):
            add_effect(record)
    found = body().finding
    assert (found.kind, found.studies, found.results, found.average) == (Kind.TOO_LITTLE, 2, 10, None)


def test_everything_points_one_way() -> None:
    """Less prejudice and more sympathy are the same news; reoffending stays an odds ratio below one."""
    for positive_is, yi in (("bad", -0.5), ("good", 0.5), ("good", 0.4)):
        add_effect(make_record(), positive_is=positive_is, yi=yi)
    assert [result.value for result in body().results] == [0.5, 0.5, 0.4]
    for _record in range(3):
        counts = {"measure": "counts", "raw": {"a": 10, "b": 40, "c": 20, "d": 30}, "yi": None, "vi": None}
        add_effect(make_record(), outcome="reoffending", **counts)
    crime = body(outcome="reoffending")
    assert crime.helpful == -1
    assert crime.finding.average is not None
    assert crime.finding.average.mean < 0


def test_a_review_lends_its_studies_no_design_and_each_says_what_was_tried() -> None:
    review = make_record(design="meta_analysis", interventions=["mentoring", "sport"])
    add_effect(review, moderators={"design": "rct"}, interventions=["mentoring"])
    add_effect(review, study="Study B")
    assert [row.design for row in queries.measured(NOBODY)] == [Design.RANDOMISED, Design.UNKNOWN]
    assert len(body("sport").rows) == 1
    assert len(body("mentoring").rows) == 2


def test_a_finding_is_kept_as_it_was_when_it_changes() -> None:
    """And not a second time where nothing did; of a withdrawn study no number is left in it."""
    studies(3)
    assert actions.renew_findings(SYSTEM) == 1
    assert actions.renew_findings(SYSTEM) == 0
    editor = member(administrator=True)
    record = make_record(holder=next(iter(editor.organisations)))
    add_effect(record, study="Fourth", yi=0.9)
    assert actions.renew_findings(SYSTEM) == 1
    actions.withdraw_record(editor, record.pk)
    assert actions.renew_findings(SYSTEM) == 1
    rows = queries.history(NOBODY, "mentoring", "prejudice", "smd")
    assert [(row.number, row.studies, row.latest) for row in rows] == [(3, 3, True), (2, 4, False), (1, 3, False)]
    assert rows[0].digest == rows[2].digest != rows[1].digest
    then = queries.get_finding(NOBODY, "mentoring", "prejudice", "smd", 2)
    assert str(record.pk) in then.inputs
    assert "0.9" not in str(then.inputs)
    assert [row.number for row in queries.findings(NOBODY)] == [3]


def test_a_finding_of_which_nothing_is_left_says_so() -> None:
    editor = member(administrator=True)
    record = make_record(holder=next(iter(editor.organisations)))
    add_effect(record)
    actions.renew_findings(SYSTEM)
    actions.withdraw_record(editor, record.pk)
    assert (actions.renew_findings(SYSTEM), actions.renew_findings(SYSTEM)) == (1, 0)
    assert queries.history(NOBODY, "mentoring", "prejudice", "smd")[0].results == 0
    assert queries.findings(NOBODY) == []


def test_nobody_writes_down_what_studies_say() -> None:
    """They are reckoned: the rule says so, and the database does where a rule was forgotten."""
    studies(3)
    actions.renew_findings(SYSTEM)
    for viewer in VIEWERS:
        with pytest.raises(Refused):
            actions.renew_findings(viewer)
        with as_viewer(viewer):
            assert Finding.objects.count() == 1
            with pytest.raises(DatabaseError), transaction.atomic():
                Finding.objects.update(kind="works")


def test_renewing_asks_the_same_number_of_questions_however_much_there_is() -> None:
    counts = []
    studies(1)
    actions.renew_findings(SYSTEM)
    for more in (3, 27):
        studies(more)
        for code in ("sport", "education")[: more // 3]:
            add_effect(make_record(interventions=[code]))
        with CaptureQueriesContext(connection) as asked:
            actions.renew_findings(SYSTEM)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_studies_of_a_review_stay_apart_though_it_has_a_newer_edition() -> None:
    """The key of a review's people is that of all its studies together, not of one study."""
    review = make_record(design="meta_analysis", sample="cbt")
    for nth in range(4):
        add_effect(review, study=f"Study {nth}")
    assert body().finding.studies == 4


def test_what_was_drawn_is_drawn_once_and_anew_when_a_name_changes() -> None:
    """Also where the numbers, and so the digest, are the same; the file holds every number as it was weighed."""
    studies(3)
    once = figures.drawn(body(), "/table")
    assert figures.drawn(body(), "/table") is once
    Effect.objects.filter(study="Study 1").update(study="=cmd")
    assert "=cmd" in figures.drawn(body(), "/table")
    answer = Client().get("/en/evidence/findings/mentoring/prejudice/table.csv")
    lines = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert sorted((round(float(each["effect"]), 3), each["study"]) for each in lines) == [
        (0.3, "Study 0"),
        (0.32, "'=cmd"),
        (0.34, "Study 2"),
    ]


@pytest.mark.parametrize(
    ("said", "risk"),
    [
        ({"bias": "low", "rating": "two"}, "low"),
        ({"bias": "low", "rating": "self"}, "unknown"),
        ({"bias": "no_information", "rating": "two"}, "unknown"),
        ({"bias": "low", "rating": "two", "design": "meta_analysis"}, "unknown"),
    ],
)
def test_only_who_did_not_run_it_says_that_a_result_is_not_bent(said: dict[str, Any], risk: str) -> None:
    """Or "works" could be had by judging oneself; and a sound review may hold unsound studies."""
    add_effect(make_record(**said))
    assert [row.risk for row in queries.measured(NOBODY)] == [risk]
