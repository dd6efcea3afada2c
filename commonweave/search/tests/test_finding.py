"""What a reader is told beside the hits: counts, why, what is like it, what to ask; and nothing of what others may read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from commonweave.base.tests.roles import as_viewer
from commonweave.base.text import Text
from commonweave.base.viewer import NOBODY
from commonweave.search import asking, queries
from commonweave.search.folders import MEMBERS, folder_of
from commonweave.search.models import Document
from commonweave.search.queries import Asked, Found
from commonweave.search.tests.factories import OURS, THEIRS, catch_up, put
from commonweave.search.tests.test_search import MEMBER, STRANGER
from commonweave.search.why import Piece
from commonweave.sharing.models import Tlp
from commonweave.vocabulary.documents import Term, Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tantivy import Index, Searcher

    from commonweave.base.viewer import Viewer
    from commonweave.search.indexer import Indexer

pytestmark = pytest.mark.django_db


def ask(indexer: Indexer, asked: Asked | str, viewer: Viewer = NOBODY) -> Found:
    catch_up(indexer)
    with as_viewer(viewer):
        return queries.find(viewer, Asked(asked) if isinstance(asked, str) else asked)


def scores(indexer: Indexer, asked: str, viewer: Viewer) -> list[tuple[float, UUID]]:
    """What the words' index says before the database is asked: order and weight of every readable thing."""
    catch_up(indexer)
    with as_viewer(viewer):
        readable = set(queries.documents_for(viewer).values_list("pk", flat=True))
        found = [asking.question(place, Asked(asked)).best(200) for place in queries._places(viewer)]
    return [(score, key) for each in found for score, key in each if key in readable]


@pytest.mark.parametrize("asked", ["zebra", "zebra crossing", "zebras", "zebrra", "crossin"])
def test_what_others_hold_changes_no_order_and_no_weight(indexer: Indexer, asked: str) -> None:
    """Whoever puts in a word and looks at its weight must not learn how often it stands in what they may not read."""
    put("Zebra crossing", tlp=Tlp.AMBER)
    put("Zebra", tlp=Tlp.GREEN, text=Text.of("Horses and crossings of roads"))
    put("Zebra crossing")
    before = scores(indexer, asked, MEMBER)
    for number in range(30):
        put(f"Zebra {number} zebrra crossin", tlp=Tlp.AMBER, holder=THEIRS, text=Text.of("zebrra crossing die und"))
    assert scores(indexer, asked, MEMBER) == before != []


def test_counts_are_of_what_the_viewer_may_read(indexer: Indexer) -> None:
    for holder in (OURS, OURS, THEIRS):
        put("Zebra", tlp=Tlp.AMBER, holder=holder, facets=["level=city"])
    put("Zebra", facets=["level=city", "country=KE"])
    said = {name: ask(indexer, "zebra", viewer) for name, viewer in (("n", NOBODY), ("s", STRANGER), ("m", MEMBER))}
    assert {name: (one.total, one.facets["level=city"]) for name, one in said.items()} == {
        "n": (1, 1),
        "s": (2, 2),
        "m": (3, 3),
    }


def test_more_than_can_be_shown_are_counted(indexer: Indexer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "BEST", 3)
    for number in range(8):
        put("Zebra", facets=["level=city" if number % 2 else "level=nation"])
    said = ask(indexer, "zebra")
    assert (len(said.hits), said.total, dict(said.facets)) == (3, 8, {"level=city": 4, "level=nation": 4})


def test_a_facet_that_was_chosen_still_says_what_else_there_is(indexer: Indexer) -> None:
    put("Zebra", facets=["level=city", "country=KE"])
    put("Zebra", facets=["level=nation", "country=KE"])
    put("Zebra", facets=["level=nation", "country=FR"])
    said = ask(indexer, Asked("zebra", facets={"level": ["nation"]}))
    assert (said.total, dict(said.facets)) == (
        2,
        {"level=city": 1, "level=nation": 2, "country=KE": 1, "country=FR": 1},
    )


def test_a_late_index_counts_nothing_that_was_narrowed(indexer: Indexer) -> None:
    """The indexer may be stopped for an hour: what fewer people may read now is not told by a number either."""
    subject = put("Zebra", tlp=Tlp.AMBER, readers=[THEIRS], facets=["level=city"])
    kept = put("Zebra", facets=["level=nation"])
    assert ask(indexer, "zebra", STRANGER).total == 2
    Document.objects.filter(subject=subject).update(readers=[])
    with as_viewer(STRANGER):
        said = queries.find(STRANGER, Asked("zebra"))
    assert ([hit.subject for hit in said.hits], said.total, dict(said.facets)) == (
        [kept],
        1,
        {"level=nation": 1},
    )
    assert ask(indexer, "zebra", STRANGER).total == 1


class Between:
    """An index during whose reload something else happens, as in another thread."""

    def __init__(self, index: Index, do: Callable[[], object]) -> None:
        self.index, self.do = index, do

    def reload(self) -> None:
        self.do()
        self.index.reload()

    def searcher(self) -> Searcher:
        return self.index.searcher()


def test_a_question_counts_in_what_it_was_asked_of(indexer: Indexer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads share a reader: how far it goes and what it searches change together, or numbers tell what is hidden now."""
    subject = put("Zebra", tlp=Tlp.AMBER, readers=[THEIRS])
    put("Zebra")
    early = ask(indexer, "zebra", STRANGER)
    Document.objects.filter(subject=subject).update(readers=[])
    catch_up(indexer)
    reader = queries._opened(folder_of(settings.CONFIG.search, MEMBERS).resolve())
    totals: list[int] = []
    monkeypatch.setattr(reader, "index", Between(reader.index, lambda: totals.append(early.total)))
    late = ask(indexer, "zebra", STRANGER)
    assert (totals, late.total) == ([1], 1)


def test_without_a_question_the_newest_come_first(indexer: Indexer) -> None:
    old, new = put("Old", on=date(2001, 1, 1)), put("New", on=date(2024, 1, 1))
    undated = put("Some day")
    assert [hit.subject for hit in ask(indexer, "").hits] == [new, old, undated]


def test_it_says_why(indexer: Indexer) -> None:
    put(
        "Évaluation du mentorat",
        language="fr",
        text=Text.of("Une longue introduction. " * 20 + "Les mentors aident.", language="fr"),
        labels=["Mentoring", "Ulangizi"],
    )
    asked = Asked("evaluations mentoring mentor")
    found = ask(indexer, asked)
    with as_viewer(NOBODY):
        why = queries.explain(NOBODY, found, asked, found.hits)[0]
    assert why.title == [Piece("Évaluation", answers=True), Piece(" du "), Piece("mentorat", answers=True)]
    assert why.labels == ["Mentoring"]
    assert (Piece("mentors", answers=True) in why.excerpt, why.excerpt[0]) == (True, Piece("… "))
    assert why.words == ["Évaluation", "mentorat", "mentors"]


def test_a_typing_error_shows_what_was_meant(indexer: Indexer) -> None:
    put("Mentoring in prison")
    found = ask(indexer, "mentroing prizon")
    with as_viewer(NOBODY):
        why = queries.explain(NOBODY, found, Asked("mentroing prizon"), found.hits)[0]
    assert why.words == ["Mentoring", "prison"]


def test_more_like_this_by_words(indexer: Indexer) -> None:
    one, other = put("Mentoring of young offenders"), put("Mentoring of students")
    put("Lighting of streets")
    secret = put("Mentoring of young offenders", tlp=Tlp.AMBER, holder=THEIRS)
    catch_up(indexer)
    with as_viewer(MEMBER):
        assert [hit.subject for hit in queries.like(MEMBER, "test", one)] == [other]
        assert queries.like(MEMBER, "test", secret) == []
        assert queries.like(MEMBER, "test", uuid4()) == []


def test_suggestions_are_what_the_viewer_may_read(indexer: Indexer) -> None:
    put("Mentoring of students", labels=["Mentoring", "Mentorat"])
    put("Mentoring of spies", tlp=Tlp.AMBER, holder=THEIRS, labels=["Mentoring of agents"])
    catch_up(indexer)
    with as_viewer(MEMBER):
        assert queries.suggest(MEMBER, "mento") == ["Mentoring", "Mentorat", "Mentoring of students"]
        assert queries.suggest(MEMBER, "  ") == []


CHICHEWA = Text.of("Mentoring", ny="Ulangizi wa achinyamata", fr="Mentorat")
SCHEME = {"way": Words("way", Text.of("Way"), {"mentoring": Term("mentoring", CHICHEWA, CHICHEWA, Text())})}


def test_labels_carry_a_question_over_and_the_answer_says_so(
    indexer: Indexer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No stemmer and no model knows Chichewa; the vocabulary does."""
    monkeypatch.setattr("commonweave.vocabulary.queries.schemes", lambda: SCHEME)
    wanted = put("Mentoring in schools")
    put("Something else")
    said = ask(indexer, "ndikufuna ulangizi wa achinyamata")
    assert [hit.subject for hit in said.hits] == [wanted]
    assert [(each.words, each.language, str(each.label)) for each in said.carried] == [
        ("ulangizi wa achinyamata", "ny", "Mentoring")
    ]
    assert ask(indexer, "mentoring").carried == ()


def test_before_there_is_an_index_nothing_is_found_and_it_says_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queries, "folder_of", lambda *_: tmp_path / "none")
    with as_viewer(NOBODY):
        said = queries.find(NOBODY, Asked("zebra"))
        assert (said, said.total, dict(said.facets)) == (Found(NOBODY, [], ready=False), 0, {})
