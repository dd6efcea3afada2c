"""Finding: across languages, accents and endings; counts that add up; lists that page; the map."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweave.base.tests.roles import WebClient
from commonweave.base.viewer import NOBODY
from commonweave.evidence import queries
from commonweave.evidence.queries import Asked, Gap
from commonweave.evidence.tests.factories import make_record

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
