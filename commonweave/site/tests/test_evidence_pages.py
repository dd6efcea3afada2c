"""Pages of evidence: open to all, without a cookie; what is not out stands on none of them, and harm is never hidden."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweave.base.text import Text
from commonweave.evidence.models import State
from commonweave.evidence.tests.factories import add_effect, make_record
from commonweave.sharing.models import Tlp
from commonweave.vocabulary import queries as vocabulary
from commonweave.vocabulary.models import Concept

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
HIDDEN: list[dict[str, Any]] = [
    {"state": State.DRAFT},
    {"embargo_until": date(2999, 1, 1)},
    {"tlp": Tlp.AMBER},
    {"tlp": Tlp.GREEN},
]


@pytest.mark.parametrize("kept", HIDDEN)
def test_what_is_not_out_stands_on_no_page(client: Client, kept: dict[str, Any]) -> None:
    """Not in results, counts, the map, its file, suggestions of other records, or by its address in any form."""
    out = make_record("Open study")
    hidden = make_record("Hidden study", direction="made_worse", kind="training", countries=["XK"], **kept)
    pages = [reverse(f"evidence:{name}") for name in ("find", "gap_map", "gap_list", "gap_table")]
    for address in (*pages, reverse("evidence:record", args=[out.slug])):
        page = client.get(address)
        text = page.content.decode()
        assert page.status_code == 200
        assert "Hidden" not in text
        assert hidden.slug not in text
        assert "Kosovo" not in text
        assert not page.cookies
    assert "Made things worse in this study: 1" not in client.get(pages[1]).content.decode()
    for address in pages[2:]:
        assert "Made things worse" not in client.get(address).content.decode()
    assert client.get(reverse("evidence:record", args=[hidden.slug])).status_code == 404
    for form in ("bib", "ris", "jsonld"):
        assert client.get(reverse("evidence:citation", args=[hidden.slug, form])).status_code == 404


def test_a_withdrawn_record_is_gone_and_says_so(client: Client) -> None:
    left = make_record("Taken back", state=State.WITHDRAWN)
    page = client.get(reverse("evidence:record", args=[left.slug]))
    assert page.status_code == 410
    assert "withdrawn" in page.content.decode()
    assert client.get(reverse("evidence:citation", args=[left.slug, "ris"])).status_code == 404


def test_harm_is_as_easy_to_see_as_help(client: Client) -> None:
    """Both have a tile of their own, a mark in the list, on the page and on the map, each with its words."""
    for direction in ("helped", "made_worse"):
        make_record(f"A study that {direction}", direction=direction)
    listed = client.get(reverse("evidence:find")).content.decode()
    for code, words in (("helped", "Helped"), ("made_worse", "Made things worse in this study")):
        assert f'class="tile {code}"' in listed
        assert f'<p class="{code}"><svg class="mark {code}"' in listed
        assert words in client.get(reverse("evidence:gap_map")).content.decode()


def test_map_table_and_file_say_the_same_of_what_was_found_and_how_it_was_judged(client: Client) -> None:
    for judged in ({"rating": "two"}, {"bias": "high"}, {"design": "before_after"}, {"countries": ["MW"]}):
        make_record(**judged)
    said = ("Helped: 4 (Strong comparison)", "Judged by two people: 1", "High risk that something bent the result: 1")
    page = client.get(reverse("evidence:gap_map")).content.decode()
    assert f'title="{"; ".join(said)}"' in page
    assert "<br>".join(said) in client.get(reverse("evidence:gap_list")).content.decode()
    lines = client.get(reverse("evidence:gap_table")).content.decode().splitlines()[1:]
    assert sorted(line.split(",")[-3:] for line in lines) == [["1", "0", "0"], ["3", "1", "1"]]
    narrowed = client.get(reverse("evidence:gap_map") + "?country=MW&kind=&population=").content.decode()
    assert "Helped: 1 (" in narrowed
    assert f'href="{reverse("evidence:gap_map")}?country=MW"' in narrowed


def test_what_was_studied_under_a_retired_name_stays_in_the_map(client: Client) -> None:
    make_record()
    Concept.objects.filter(scheme__code="intervention", code="mentoring").update(retired_on="2026-01-01")
    vocabulary.forget()
    try:
        for page in ("gap_map", "gap_list"):
            assert "Helped: 1 (" in client.get(reverse(f"evidence:{page}")).content.decode()
    finally:
        vocabulary.forget()


def test_an_empty_list_says_what_to_do_next(client: Client) -> None:
    page = client.get(reverse("evidence:find") + "?tried=sport&outcome=cost").content.decode()
    assert "No study here yet" in page
    assert reverse("evidence:gap_map") in page


def test_a_title_in_another_language_says_which(client: Client) -> None:
    """Or a screen reader would read Arabic as if it were English."""
    titles = Text({"ar": "دراسة", "en": "A study"}, original="ar")
    record = make_record(titles=titles, language="ar")
    page = client.get(reverse("evidence:record", args=[record.slug])).content.decode()
    assert '<span lang="ar" dir="rtl">دراسة</span>' in page
    assert "A study" in page


def test_citations_are_what_their_readers_expect(client: Client) -> None:
    record = make_record("Money & {trust}", doi="10.1000/1", publisher="A journal")
    add_effect(record)
    bib, ris, linked = (
        client.get(reverse("evidence:citation", args=[record.slug, form])) for form in ("bib", "ris", "jsonld")
    )
    assert "title = {{Money \\& \\{trust\\}}}" in bib.content.decode()
    assert ris.content.decode().splitlines()[:2] == ["TY  - JOUR", "AU  - Banda, T."]
    assert json.loads(linked.content)["@id"] == "https://doi.org/10.1000/1"
    assert linked.headers["Content-Type"] == "application/ld+json"
    assert client.get(reverse("evidence:record", args=[record.slug])).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        "after=x",
        "after=1.2.3",
        "since=abc&until=99999",
        "q=x&since=0000&until=0000",
        "q=%00%27%3B--&tried=%27",
        "found=x",
    ],
)
def test_whatever_is_asked_is_answered(client: Client, asked: str) -> None:
    make_record()
    assert client.get(reverse("evidence:find") + "?" + asked).status_code in (200, 404)


def test_pages_ask_the_same_number_of_questions_however_much_there_is(client: Client) -> None:
    record = make_record()
    pages = [reverse("evidence:find"), reverse("evidence:gap_map"), reverse("evidence:record", args=[record.slug])]
    for page in pages:
        client.get(page)  # what a process asks once
    counts = []
    for more in (0, 29):
        for _number in range(more):
            add_effect(make_record())
        for page in pages:
            with CaptureQueriesContext(connection) as asked:
                client.get(page)
            counts.append(len(asked))
    assert counts[:3] == counts[3:]
