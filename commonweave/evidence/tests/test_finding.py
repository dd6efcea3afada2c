"""Finding: across languages, accents and endings; counts that add up; lists that page; the map."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commonweave.base.tests.roles import WebClient
from commonweave.base.viewer import NOBODY, SYSTEM
from commonweave.evidence import actions, queries
from commonweave.evidence.queries import Asked, Gap
from commonweave.evidence.queries.finding import by_table
from commonweave.evidence.tests.factories import make_record
from commonweave.search.tests.factories import catch_up, indexing
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from pathlib import Path

    from commonweave.evidence.models import Record

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text", ["Préjudices", "PREJUDICE", "prejudices in schools", "préjugés", "paragjykim", "الأحكام المسبقة"]
)
def test_a_question_finds_whatever_language_it_is_in(text: str) -> None:
    """The vocabulary carries it over; accents, capitals and endings do not matter."""
    there = make_record("Reducing prejudice", outcomes=["prejudice"])
    make_record("Roads and bridges", outcomes=["cost"], interventions=["law_regulation"])
    assert queries.find(NOBODY, Asked(text)).page.records == [there]


def test_results_say_why_they_match() -> None:
    record = make_record("Big brothers", interventions=["mentoring"])
    assert queries.reasons(record, Asked("mentorat")) == [("tried", "mentoring")]
    assert queries.reasons(record, Asked("brother")) == [("title", "")]
    assert queries.reasons(record, Asked("banda")) == [("text", "")]
    assert queries.reasons(record, Asked("unheard of")) == [("near", "")]


def test_facets_narrow_and_their_counts_say_what_would_come() -> None:
    """A facet counts what all others leave, so that ticking a second code of it shows what it adds."""
    make_record(direction="helped", kind="evaluation", design="rct")
    make_record(direction="made_worse", kind="evaluation", design="before_after")
    make_record(direction="made_worse", kind="guide", design="none_stated")
    found = queries.find(NOBODY, Asked(facets={"found": ["made_worse"]}))
    assert found.total == 2
    assert (found.counts["found", "helped"], found.counts["found", "made_worse"]) == (1, 2)
    assert (found.counts["kind", "guide"], found.counts["kind", "evaluation"]) == (1, 1)
    assert queries.find(NOBODY, Asked(facets={"strength": ["weak", "unknown"]})).total == 2
    assert queries.find(NOBODY, Asked(since=2021)).total == 0
    make_record(places=["Zomba"], year=1999, tlp=Tlp.AMBER)
    make_record(places=["Luton", "Zomba"], year=1998)
    found = queries.find(NOBODY, Asked(facets={"place": ["Zomba", "Luton"]}))
    assert (found.total, found.counts["place", "Zomba"], found.counts["year", "1998"]) == (1, 1, 1)
    assert ("year", "1999") not in found.counts, "nobody learns of what they may not read"
    assert queries.find(NOBODY, Asked("luton")).total == 1


def test_pages_follow_each_other_without_a_gap() -> None:
    made = {make_record("Pages", year=2000 + number % 7).pk for number in range(45)}
    seen, after = [], ""
    for _page in range(3):
        page = queries.find(NOBODY, Asked("pages", after=after)).page
        seen += [record.pk for record in page.records]
        after = page.next
    assert after == ""
    assert len(seen) == len(made)
    assert set(seen) == made


def test_map_takes_what_was_found_for_one_outcome_before_the_whole() -> None:
    make_record(outcomes=["prejudice", "violence"], direction="helped", directions={"violence": "made_worse"})
    assert sorted(queries.gaps(NOBODY, {})) == [
        Gap("mentoring", "prejudice", "helped", "strong", 1),
        Gap("mentoring", "violence", "made_worse", "strong", 1),
    ]
    assert queries.gaps(NOBODY, {"kind": ["guide"]}) == []


@pytest.mark.parametrize("name", ["find", "gap_map", "gap_table"])
def test_lists_ask_the_same_number_of_questions_however_long_they_are(name: str) -> None:
    counts = []
    for more in (1, 29):
        for _number in range(more):
            make_record()
        page = queries.find if name == "find" else queries.gaps
        with CaptureQueriesContext(connection) as asked:
            page(NOBODY, Asked("study") if name == "find" else {})  # type: ignore[arg-type]
        counts.append(len(asked))
    assert counts == ([2, 2] if name == "find" else [1, 1])


@pytest.mark.parametrize(
    "asked", ["tried=%00", "q=%00", "since=9999&until=0000", "after=1.2.3", f"after={'9' * 20}.1.{UUID(int=0)}"]
)
def test_no_question_is_a_fault(asked: str) -> None:
    """Whoever writes addresses by hand gets a page, or is told that there is none."""
    assert WebClient().get(reverse("evidence:find") + f"?{asked}").status_code in {200, 404}


def test_the_index_forgives_what_was_mistyped_and_decides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who reads is decided by the records' own table, also while the index is behind."""
    record, hidden = make_record("Violence interruption"), make_record("Violence interruption", tlp=Tlp.AMBER)
    gone = make_record("Violence interruption")
    with indexing(tmp_path, monkeypatch) as indexer:
        actions.let_be_found([record, hidden, gone])
        catch_up(indexer)
        type(gone).objects.filter(pk=gone.pk).update(tlp=Tlp.AMBER)  # as if the index had not heard of it yet
        found = queries.find(NOBODY, Asked("violense interuption"))
        assert found.page.records == [record]
        assert found.why is not None
        assert any(piece.answers for piece in found.why[record.pk].title)
        actions.withdraw_record(SYSTEM, record.pk)
        assert queries.find(NOBODY, Asked("violense interuption")).page.records == []


def test_the_index_counts_as_the_table_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether there is an index yet changes neither a list without words, nor its pages, nor what facets promise."""
    made = [
        make_record(
            f"Mentoring {number}",
            direction=("helped", "made_worse")[number % 2],
            design=("rct", "before_after", "none_stated")[number % 3],
            year=1990 + number % 5,
            countries=["KE", "NO"][: number % 3],
            places=["Luton", "Zomba"][: number % 3],
            tlp=Tlp.AMBER_STRICT if number == 7 else Tlp.CLEAR,
        )
        for number in range(45)
    ]
    with indexing(tmp_path, monkeypatch) as indexer:
        actions.let_be_found(made)
        catch_up(indexer)
        for facets in (
            {},
            {"found": ["helped"]},
            {"strength": ["weak", "unknown"], "country": ["KE"]},
            {"place": ["Zomba"]},
            {"year": ["1991", "1992"], "place": ["Luton", "nowhere"]},
            {"year": ["x", "19911"]},
        ):
            asked = Asked(facets=facets, since=1991, until=1993)
            one, other = queries.find(NOBODY, asked), by_table(NOBODY, asked)
            assert (one.total, one.page) == (other.total, other.page)
            assert one.counts == {key: count for key, count in other.counts.items() if key[1]}
        seen: list[Record] = []
        after = ""
        for _page in range(3):
            page = queries.find(NOBODY, Asked("mentoring", after=after)).page
            seen, after = seen + page.records, page.next
        assert after == ""
        assert {record.pk for record in seen} == {record.pk for record in made} - {made[7].pk}


def test_what_leaves_its_embargo_is_found_by_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    today = timezone.now().date()
    record = make_record("Kept back", embargo_until=today + timedelta(days=1))
    with indexing(tmp_path, monkeypatch) as indexer:
        actions.let_be_found([record])
        catch_up(indexer)
        assert queries.find(NOBODY, Asked("kept back")).total == 0
        type(record).objects.filter(pk=record.pk).update(embargo_until=today)
        actions.end_embargoes(SYSTEM)
        catch_up(indexer)
        assert queries.find(NOBODY, Asked("kept back")).page.records == [record]
