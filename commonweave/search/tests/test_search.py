"""Finding: what is put in is found by whoever may read it, in any dress, and by nobody else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from tantivy import Query

from commonweave.base.tests.roles import as_viewer
from commonweave.base.text import Text
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.search import actions, queries
from commonweave.search.actions import Findable
from commonweave.search.folders import MEMBERS, PUBLIC, folder_of
from commonweave.search.index import Keeper, schema
from commonweave.search.indexer import FOLLOWING, BusyError, alone, build
from commonweave.search.models import Document
from commonweave.search.queries import Asked
from commonweave.search.tests.factories import OURS, THEIRS, catch_up, put
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from pathlib import Path

    from commonweave.search.indexer import Indexer

pytestmark = pytest.mark.django_db
MEMBER = Viewer(person=uuid4(), organisations=frozenset({OURS}), signed=True)
STRANGER = Viewer(person=uuid4(), organisations=frozenset({THEIRS}))


def found(indexer: Indexer, asked: str | Asked, viewer: Viewer = NOBODY) -> list[UUID]:
    catch_up(indexer)
    with as_viewer(viewer):
        hits = queries.find(viewer, asked if isinstance(asked, Asked) else Asked(asked)).hits
        return [hit.subject for hit in hits]


@pytest.mark.parametrize(
    ("language", "title", "asked"),
    [
        ("en", "Evaluating mentoring programmes", "evaluation of a mentor"),
        ("en", "Evaluating mentoring programmes", "mento"),
        ("en", "Evaluating mentoring programmes", "mentorning"),
        ("fr", "Prévention de l'extrémisme à l'école", "prevention ecoles"),
        ("ar", "الوقاية من التطرف في المدارس", "وِقاية"),
        ("sq", "Parandalimi i ekstremizmit të dhunshëm", "parandalim"),
        ("hi", "पुनर्वास कार्यक्रम", "पुनर्वास"),
        ("de", "Rückfälligkeit junger Straftäter", "ruckfallig"),
    ],
)
def test_words_are_found_in_any_dress(indexer: Indexer, language: str, title: str, asked: str) -> None:
    """Endings, accents, half words and typing errors are forgiven, in each language as its readers write it."""
    wanted = put(title, language=language)
    put("Something else altogether")
    assert found(indexer, asked) == [wanted]


def test_labels_carry_a_question_over(indexer: Indexer) -> None:
    """A language that no stemmer and no model knows finds what is described by the vocabulary's words."""
    wanted = put("Mentoring", labels=["Mentoring", "Ulangizi"])
    assert found(indexer, "ulangizi") == [wanted]


@pytest.mark.parametrize(
    ("tlp", "readers", "who"),
    [
        (Tlp.CLEAR, [], {"nobody", "stranger", "member"}),
        (Tlp.GREEN, [], {"member"}),
        (Tlp.AMBER, [], {"member"}),
        (Tlp.AMBER, [THEIRS], {"member", "stranger"}),
        (Tlp.AMBER_STRICT, [THEIRS], set()),
        (Tlp.RED, [], set()),
    ],
)
def test_each_label_is_found_by_its_readers(indexer: Indexer, tlp: str, readers: list[UUID], who: set[str]) -> None:
    subject = put("Zebra crossing", tlp=tlp, readers=readers)
    viewers = {"nobody": NOBODY, "stranger": STRANGER, "member": MEMBER}
    assert {name for name, viewer in viewers.items() if found(indexer, "zebra", viewer) == [subject]} == who
    assert {name for name, viewer in viewers.items() if found(indexer, Asked(), viewer) == [subject]} == who


def test_the_public_index_knows_no_word_of_a_member(indexer: Indexer) -> None:
    """Word statistics of what everybody may search come from what everybody may read."""
    put("Zebra crossing", tlp=Tlp.AMBER)
    found(indexer, "zebra")
    public = indexer.keepers[PUBLIC].index
    public.reload()
    assert public.searcher().doc_freq("text_plain", "zebra") == public.searcher().doc_freq("title_plain", "zebra") == 0


def test_the_database_decides_when_the_index_is_late(indexer: Indexer) -> None:
    """What an index still holds, and its viewer may no longer read, is neither shown nor counted."""
    subject = put("Zebra crossing", tlp=Tlp.AMBER, readers=[THEIRS], facets=["level=city"])
    assert found(indexer, "zebra", STRANGER) == [subject]
    Document.objects.filter(subject=subject).update(readers=[])
    with as_viewer(STRANGER):
        late = queries.find(STRANGER, Asked("zebra"))
    assert (list(late.hits), dict(late.facets)) == ([], {})


def test_queryset_equals_policy(indexer: Indexer) -> None:
    """Two walls, each read alone, let the same rows through."""
    for tlp in (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER):
        for holder in (OURS, THEIRS):
            put("Zebra", tlp=tlp, holder=holder)
            put("Zebra", tlp=tlp, holder=holder, readers=[OURS])
    for viewer in (NOBODY, STRANGER, MEMBER):
        by_rule = set(queries.documents_for(viewer).values_list("pk", flat=True))
        with as_viewer(viewer):
            assert set(Document.objects.values_list("pk", flat=True)) == by_rule


def test_nobody_puts_words_into_anothers_mouth() -> None:
    """Second wall: a document is written by its holder, and stays the same thing."""
    subject = put("Ours")
    with as_viewer(STRANGER):
        with pytest.raises(DatabaseError), transaction.atomic():
            put("Theirs, they say")
        assert Document.objects.filter(subject=subject).update(title=Text.of("Changed")) == 0
    with as_viewer(MEMBER), pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(subject=subject).update(subject=uuid4())


def test_what_was_removed_is_found_no_more_and_leaves_no_word(indexer: Indexer) -> None:
    subject = put("Zebra crossing", text=Text.of("Black and white"))
    assert found(indexer, "zebra") == [subject]
    with as_viewer(MEMBER):
        actions.remove("test", subject)
    assert found(indexer, "zebra") == []
    with connection.cursor() as cursor:
        cursor.execute("select d::text from search_document d")
        assert "ebra" not in str(cursor.fetchall())
    assert put("Zebra crossing") in found(indexer, "zebra")


def test_a_new_index_holds_no_removed_word(indexer: Indexer) -> None:
    """Within a day the words of what was removed leave the disk: the index is written anew."""
    subject = put("Zebracrossing unheardof")
    put("What stays keeps the segment in which both stand")
    found(indexer, "x")
    actions.remove("test", subject)
    found(indexer, "x")
    used = folder_of(settings.CONFIG.search, PUBLIC)
    (used / "built").touch()
    os.utime(used / "built", (0, 0))
    before = used.resolve()
    indexer.renew()
    catch_up(indexer)
    assert used.resolve() != before
    assert not before.exists()
    held = b"".join(file.read_bytes() for file in used.parent.rglob("*") if file.is_file())
    assert b"unheardof" not in held


def test_nothing_is_written_when_nothing_changed() -> None:
    subject = uuid4()
    thing = Findable(kind="test", subject=subject, title=Text.of("Same"), tlp=Tlp.CLEAR, holder=OURS, facets=["b", "a"])
    actions.put(thing)
    first = Document.objects.get(subject=subject).revision
    actions.put(thing)
    assert Document.objects.get(subject=subject).revision == first
    actions.put(replace(thing, facets=["a"]))
    assert Document.objects.get(subject=subject).revision > first


def test_facets_kinds_and_years_narrow(indexer: Indexer) -> None:
    city = put("Mentoring", facets=["level=city", "language=en"], on=date(2015, 5, 1))
    nation = put("Mentoring", facets=["level=nation", "language=en"], on=date(2021, 5, 1), kind="other")
    assert set(found(indexer, "mentoring")) == {city, nation}
    assert found(indexer, Asked("mentoring", facets={"level": ["city"]})) == [city]
    assert set(found(indexer, Asked(facets={"level": ["city", "nation"], "language": ["en"]}))) == {city, nation}
    assert found(indexer, Asked("mentoring", kinds=["other"])) == [nation]
    assert found(indexer, Asked(years=(2016, None))) == [nation]
    with as_viewer(NOBODY):
        counts = queries.find(NOBODY, Asked("mentoring")).facets
    assert dict(counts) == {"level=city": 1, "level=nation": 1, "language=en": 2, "year=2015": 1, "year=2021": 1}


@pytest.mark.parametrize("name", [PUBLIC, MEMBERS])
def test_an_index_that_is_built_anew_is_followed(indexer: Indexer, name: str) -> None:
    """Somebody runs `commonweave index --anew` while the indexer runs."""
    tlp = Tlp.CLEAR if name == PUBLIC else Tlp.GREEN
    first = put("Zebra one", tlp=tlp)
    assert found(indexer, "zebra", MEMBER) == [first]
    build(settings.CONFIG.search, name)
    second = put("Zebra two", tlp=tlp)
    assert set(found(indexer, "zebra", MEMBER)) == {first, second}


def test_no_query_more_for_more_found(indexer: Indexer, django_assert_num_queries: object) -> None:
    for number in range(30):
        put(f"Zebra {number}")
    found(indexer, "zebra")
    with as_viewer(NOBODY), django_assert_num_queries(2):  # type: ignore[operator]  # pytest-django's
        said = queries.find(NOBODY, Asked("zebra"))
        assert (len(said.hits), said.total) == (30, 30)


@pytest.mark.parametrize("asked", ["", "  ", "\0", "🙂", "a" * 5000, 'AND OR ( ) " ~ * :', "the of and", "x " * 4000])
def test_anything_may_be_asked(indexer: Indexer, asked: str) -> None:
    put("Zebra")
    found(indexer, asked)


KILLED = """
import sys
from pathlib import Path
from uuid import UUID
import django
django.setup()
from commonweave.base.text import Text
from commonweave.search.index import Keeper
from commonweave.search.models import Document
folder = Path(sys.argv[1])
keeper = Keeper(folder)
while True:
    first = keeper.cursor + 1
    keeper.take("public", [
        Document(pk=UUID(int=n), kind="t", subject=UUID(int=n), tlp="CLEAR", holder=UUID(int=0),
                 title=Text.of("Zebra"), worded=n) for n in range(first, first + 50)])
    print(keeper.cursor, flush=True)
"""


def test_a_killed_indexer_leaves_an_index_that_goes_on(tmp_path: Path) -> None:
    """kill -9 in the middle: what was written is there once after it goes on, wherever that was."""
    (folder := tmp_path / "words").mkdir()
    child = subprocess.Popen(  # noqa: S603 our own words
        [sys.executable, "-c", KILLED, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout
    said = [int(child.stdout.readline()) for _ in range(5)][-1]
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    keeper = Keeper(folder)
    assert keeper.cursor >= said - 50
    rows = range(keeper.cursor + 1, keeper.cursor + 200)
    keeper.take(PUBLIC, [Document(pk=UUID(int=n), kind="t", subject=UUID(int=n), tlp="CLEAR", worded=n) for n in rows])
    keeper.index.reload()
    there = len(keeper.index.searcher().search(Query.term_query(schema(), "kind", "t"), 100_000).hits)
    assert there == keeper.cursor == rows[-1]
    keeper.close()


def test_one_indexer_a_machine(tmp_path: Path) -> None:
    with alone(tmp_path, FOLLOWING), pytest.raises(BusyError, match="already"), alone(tmp_path, FOLLOWING):
        pass
    with alone(tmp_path, FOLLOWING):
        pass


def test_what_is_published_while_an_index_is_renewed_does_not_wait(
    indexer: Indexer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commonweave.search.indexer.BATCH", 2)
    for number in range(6):
        put(f"Zebra {number}")
    catch_up(indexer)
    used = folder_of(settings.CONFIG.search, PUBLIC)
    os.utime(used / "built", (0, 0))
    indexer.renew()
    before = used.resolve()
    indexer.step()
    new = put("Giraffe")
    indexer.follow()
    assert used.resolve() == before
    with as_viewer(NOBODY):
        assert [hit.subject for hit in queries.find(NOBODY, Asked("giraffe")).hits] == [new]
    catch_up(indexer)
    assert used.resolve() != before
    assert len(found(indexer, "zebra")) == 6
    assert found(indexer, "giraffe") == [new]


def test_a_meaning_is_no_change_of_words(indexer: Indexer) -> None:
    """Half a million rows get numbers in the background: the words' index has nothing to write for them."""
    subject = put("Zebra")
    before = Document.objects.get(subject=subject)
    Document.objects.filter(subject=subject).update(vector=b"12", vector_of="title")
    after = Document.objects.get(subject=subject)
    assert (after.worded, after.narrowed, after.revision > before.revision) == (before.worded, 0, True)
    Document.objects.filter(subject=subject).update(gone=True)
    narrowed = Document.objects.get(subject=subject)
    assert narrowed.worded == narrowed.narrowed == narrowed.revision > after.revision


def test_changes_are_committed_in_the_order_of_their_numbers() -> None:
    """Else an index that has seen number 8 would never look for number 7, which is committed a second later."""
    put("Zebra")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("set lock_timeout = '100ms'")
            with pytest.raises(DatabaseError, match="lock"):
                cursor.execute("update search_document set gone = gone where false")
    finally:
        other.close()
