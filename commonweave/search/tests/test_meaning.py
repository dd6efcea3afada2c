"""Meanings: a question in one language finds the answer in another, by the model that ships with a node."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonweave.base.tests.roles import as_viewer
from commonweave.base.text import Text
from commonweave.base.viewer import NOBODY, SYSTEM
from commonweave.search import actions, meaning, queries
from commonweave.search.folders import MEANINGS, folder_of
from commonweave.search.models import Document
from commonweave.search.queries import Asked
from commonweave.search.tests.factories import OURS, catch_up, indexing, put
from commonweave.search.tests.test_search import MEMBER, found
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from commonweave.base.viewer import Viewer
    from commonweave.search.indexer import Indexer

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.xdist_group("model"),  # it is loaded once
    pytest.mark.skipif(meaning.kind() is not meaning.E5, reason="this machine has no model: it needs Linux and AVX2"),
]
TITLES = ("Mothers notice early signs of radicalisation in the family", "Street lighting and bicycle theft")


@pytest.fixture
def indexer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Indexer]:
    """An indexer of an empty folder that understands."""
    with indexing(tmp_path, monkeypatch, by_meaning=True) as made:
        yield made


@pytest.mark.parametrize(
    "asked", ["كيف تلاحظ الأمهات علامات التطرف", "nënat dhe radikalizimi", "les mamans remarquent les premiers signes"]
)
def test_a_question_in_one_language_finds_the_answer_in_another(indexer: Indexer, asked: str) -> None:
    mothers, lights = (put(title) for title in TITLES)
    assert found(indexer, asked) in ([mothers], [mothers, lights])
    with as_viewer(NOBODY):
        first = queries.find(NOBODY, Asked(asked)).hits[0]
    assert first.subject == mothers
    assert first.near


def test_titles_are_understood_before_texts(indexer: Indexer) -> None:
    for title in TITLES:
        put(title, text=Text.of("A long abstract. " * 20))
    indexer.understand()
    assert set(Document.objects.values_list("vector_of", flat=True)) == {"title"}
    indexer.understand()
    assert sorted(Document.objects.values_list("vector_of", flat=True)) == ["title", "whole"]


def test_changed_words_are_understood_anew(indexer: Indexer) -> None:
    subject = put(TITLES[0])
    found(indexer, "x")
    before = Document.objects.get(subject=subject).vector
    put(TITLES[1], subject=subject)
    assert Document.objects.get(subject=subject).vector is None
    found(indexer, "x")
    assert Document.objects.get(subject=subject).vector not in (None, before)


def test_nearness_shows_nothing_its_viewer_may_not_read(indexer: Indexer) -> None:
    """What others hold is no measure either: a thing far from the question is the nearest one for who reads no other."""
    put(TITLES[0], tlp=Tlp.AMBER, holder=uuid4())
    ours = put(TITLES[1], tlp=Tlp.AMBER)
    assert found(indexer, "mothers", MEMBER) == [ours]
    assert found(indexer, "mothers", NOBODY) == []


def test_who_may_read_no_longer_finds_by_meaning_no_longer(indexer: Indexer) -> None:
    subject = put(TITLES[0], tlp=Tlp.AMBER, readers=[OURS])
    assert found(indexer, "madres", MEMBER) == [subject]
    Document.objects.filter(subject=subject).update(readers=[], holder=uuid4())
    assert found(indexer, "madres", MEMBER) == []
    assert meanings_of(OURS.hex) == {False}


def meanings_of(reader: str) -> set[bool]:
    """Whether each file of a reader holds anything but zeros."""
    folder = folder_of(settings.CONFIG.search, MEANINGS) / reader
    return {any(file.read_bytes()) for file in folder.iterdir()}


def test_more_like_this_by_meaning(indexer: Indexer) -> None:
    mothers, lights = (put(title) for title in TITLES)
    families = put("Les familles et la prévention", language="fr")
    catch_up(indexer)
    with as_viewer(NOBODY):
        assert [hit.subject for hit in queries.like(NOBODY, "test", mothers)] == [families, lights]


def test_half_the_numbers_are_kept_and_are_as_good(indexer: Indexer) -> None:
    model = meaning.model()
    assert model
    one = model.question("mothers")
    assert abs(float(meaning.unpack(meaning.pack(one)) @ one) - 1) < 1e-3


def test_what_was_removed_is_near_to_nothing(indexer: Indexer) -> None:
    subject = put(TITLES[0])
    assert found(indexer, "mothers") == [subject]
    actions.remove("test", subject)
    catch_up(indexer)
    held = b"".join(file.read_bytes() for file in (settings.CONFIG.search / "meanings").rglob("*") if file.is_file())
    assert not any(held)


def test_without_a_model_words_are_left(indexer: Indexer, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = put(TITLES[0])
    found(indexer, "x")
    monkeypatch.setattr(meaning, "kind", lambda: None)
    monkeypatch.setattr(meaning, "model", lambda: None)
    with as_viewer(NOBODY):
        said = queries.find(NOBODY, Asked("mothers"))
    assert ([hit.subject for hit in said.hits], said.meanings) == ([subject], False)


def test_what_another_model_read_is_read_anew(indexer: Indexer) -> None:
    put(TITLES[0])
    found(indexer, "x")
    Document.objects.update(vector_model="another")
    actions.forget_other_meanings(str(indexer.kind and indexer.kind.name))
    assert list(queries.understood(SYSTEM, "another")) == []
    found(indexer, "x")
    assert Document.objects.get().vector_of == "whole"


@pytest.mark.parametrize("ask", [partial(queries.not_understood, limit=5), queries.half_understood])
def test_what_is_left_to_read_is_looked_up(ask: Callable[[Viewer], object]) -> None:
    """The indexer asks twice a second, whether or not there is anything: a look through the table takes half a core."""
    with CaptureQueriesContext(connection) as asked:
        ask(SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("explain " + asked[0]["sql"])
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "document_not_read" in plan or "document_half_read" in plan
    assert "Sort" not in plan
