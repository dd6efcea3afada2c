"""One index on the disk: its fields, what goes in, what comes out. Derived from the table, and rebuilt from it at any time.

A folder holds the index that is used (`current` points to it), and beside the words a file that says up to which
revision of the table they go. It is written after them: killed in between, an indexer follows the same rows once more,
which changes nothing. (A document of the index would count among the others, and so tell how often something changed.)
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from tantivy import Document as Entry
from tantivy import Index as Tantivy
from tantivy import SchemaBuilder

from commonweave.search.folders import PUBLIC, use
from commonweave.search.languages import PLAIN, STEMMED, analyser, fold, stemmer_of
from commonweave.search.models import INDEXED
from commonweave.sharing.models import Tlp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tantivy import DocAddress, IndexWriter, Schema, Searcher

    from commonweave.search.models import Document

FOLLOWING = {"heap_size": 64_000_000, "num_threads": 1}
BUILDING = {"heap_size": 256_000_000, "num_threads": 2}
"""While an index is built: few pieces to put together afterwards, and two cores for cutting words."""
CURSOR = "cursor"
BUILT = "built"
DAY = "day"  # every entry has one, so that the newest stand first and all can be counted
ANYONE, SIGNED = "anyone", "signed"  # stand among the readers of what is not for some organisations only
LABELS = "labels"
LANGUAGES = "languages"  # whose stemmers an entry's words went through
HALVES = ("key_high", "key_low")
HALF = (1 << 64) - 1


def holds(name: str, row: Document) -> bool:
    """Say whether a row belongs in one of the two indexes: the public one knows no word that not everybody may read."""
    return not row.gone and row.tlp in INDEXED and (row.tlp == Tlp.CLEAR) == (name == PUBLIC)


@cache
def schema() -> Schema:
    """Return the fields: words of each language by themselves, all words as they stand, labels, and what is filtered by."""
    made = SchemaBuilder()
    made.add_text_field("key", tokenizer_name="raw", index_option="basic")
    for half in HALVES:  # the key once more, in columns: to look up two hundred costs no reading of stored text
        made.add_unsigned_field(half, fast=True)
    for name in ("kind", "readers", "facets", LANGUAGES):
        made.add_text_field(name, fast=name in ("kind", "facets"), tokenizer_name="raw", index_option="basic")
    made.add_integer_field("year", indexed=True, fast=True)
    made.add_integer_field(DAY, fast=True)
    for code in (*STEMMED, PLAIN):
        made.add_text_field(f"title_{code}", tokenizer_name=code, index_option="freq")
        made.add_text_field(f"text_{code}", tokenizer_name=code, index_option="freq")
    made.add_text_field(LABELS, tokenizer_name=PLAIN, index_option="freq")
    return made.build()


def opened(folder: Path) -> Tantivy:
    """Open an index, or make an empty one."""
    index = Tantivy(schema(), path=str(folder), reuse=Tantivy.exists(str(folder)))
    for code in (*STEMMED, PLAIN):
        index.register_tokenizer(code, analyser(code))
    return index


def entry_of(row: Document) -> Entry:
    """Return what an index keeps of a row: words to find it by and the key to look it up, no text to show."""
    entry = Entry(key=[row.pk.hex], kind=[row.kind], facets=list(row.facets), labels=[fold(" ".join(row.labels))])
    for half, number in zip(HALVES, (row.pk.int >> 64, row.pk.int & HALF), strict=True):
        entry.add_unsigned(half, number)
    for reader in readers_of(row):
        entry.add_text("readers", reader)
    entry.add_integer(DAY, row.on.toordinal() if row.on else 0)
    if row.on:
        entry.add_integer("year", row.on.year)
    codes = {stemmer_of(language) for text in (row.title, row.text) for language in text.texts}
    for code in codes - {PLAIN}:
        entry.add_text(LANGUAGES, code)
    for name, text in (("title", row.title), ("text", row.text)):
        for language, said in text.texts.items():
            code = stemmer_of(language)
            entry.add_text(f"{name}_{PLAIN}", fold(said))
            if code != PLAIN:
                entry.add_text(f"{name}_{code}", fold(said, code))
    return entry


def readers_of(row: Document) -> set[str]:
    """Return by what a viewer is let through the filter (`rules.passes`)."""
    if row.gone or row.tlp not in INDEXED:
        return set()
    if row.tlp == Tlp.AMBER:
        return {each.hex for each in (row.holder, *row.readers)}
    return {ANYONE if row.tlp == Tlp.CLEAR else SIGNED}


class Keeper:
    """Writes one index. Only one process can: another waits at its lock."""

    def __init__(self, folder: Path, *, building: bool = False) -> None:
        """Open it for writing."""
        self.folder = folder
        self.index = opened(folder)
        self.writer: IndexWriter = self.index.writer(**(BUILDING if building else FOLLOWING))
        self.cursor = cursor_of(folder)

    def take(self, name: str, rows: Iterable[Document]) -> int:
        """Follow rows in the order of their revisions, and keep how far it went; return how many there were."""
        count = 0
        for count, row in enumerate(rows, 1):  # noqa: B007 read behind the loop
            self.writer.delete_documents_by_term("key", row.pk.hex)
            if holds(name, row):
                self.writer.add_document(entry_of(row))
            self.cursor = row.worded
        if count:
            self.keep()
        return count

    def keep(self) -> None:
        """Write down what was taken, and up to which revision."""
        self.writer.commit()
        (written := self.folder / f"{CURSOR}.new").write_text(str(self.cursor), "ascii")
        written.replace(self.folder / CURSOR)

    def fill(self, rows: Iterable[Document]) -> None:
        """Put rows into an index that holds none of them yet, which is written down with whatever is taken next."""
        for row in rows:
            self.writer.add_document(entry_of(row))

    def is_old(self, seconds: float) -> bool:
        """Say whether it was built so long ago, and something changed since."""
        try:
            built = (self.folder / BUILT).stat().st_mtime, int((self.folder / BUILT).read_text("ascii"))
        except FileNotFoundError:  # somebody has just put another in its place
            return False
        return time.time() - built[0] >= seconds and built[1] != self.cursor

    def close(self) -> None:
        """End merging, and let go of the lock."""
        self.writer.wait_merging_threads()


@dataclass(frozen=True)
class Reading:
    """An index as it stands at one moment, taken once for a question: what is searched and how far it goes belong together."""

    written: tuple[int, ...]
    cursor: int
    searcher: Searcher
    stemmed: Sequence[str]

    def keys(self, addresses: list[DocAddress]) -> list[UUID]:
        """Return the keys of some entries."""
        high, low = (self.searcher.fast_field_values(half, addresses) for half in HALVES)
        return [UUID(int=(int(first or 0) << 64) | int(second or 0)) for first, second in zip(high, low, strict=True)]


class Reader:
    """Reads one index, and notices when more was written: a look at one file's date for each question.

    Threads share it. All it holds stands in one attribute, which is exchanged whole.
    """

    def __init__(self, folder: Path) -> None:
        """Open it for reading."""
        self.folder = folder
        written = self._written()
        self.index = opened(folder)
        self.index.config_reader("manual")
        self.reading = self._read(written)

    def look(self) -> Reading:
        """Return what stands there now."""
        reading = self.reading
        if (written := self._written()) != reading.written:
            self.reading = reading = self._read(written)
        return reading

    def _read(self, written: tuple[int, ...]) -> Reading:
        cursor = cursor_of(self.folder)  # before the words, so that these go at least so far
        self.index.reload()
        searcher = self.index.searcher()
        return Reading(written, cursor, searcher, [code for code in STEMMED if searcher.doc_freq(LANGUAGES, code)])

    def _written(self) -> tuple[int, ...]:
        words, cursor = (self.folder / "meta.json").stat(), self.folder / CURSOR
        return words.st_ino, words.st_mtime_ns, cursor.stat().st_ino if cursor.exists() else 0


def cursor_of(folder: Path) -> int:
    """Return up to which revision an index goes."""
    try:
        return int((folder / CURSOR).read_text("ascii"))
    except (FileNotFoundError, ValueError):  # nothing yet; or the machine lost power, and all is followed once more
        return 0


def finish(keeper: Keeper) -> None:
    """Say up to where an index was built, and let it be the one that is used."""
    (keeper.folder / BUILT).write_text(str(keeper.cursor), "ascii")
    use(keeper.folder)
