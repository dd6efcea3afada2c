"""A question as one query of an index: words with and without their endings, half words, and typing errors.

In the public index words weigh by BM25. In the members' index they weigh by how rare they are in the *public* one, and
by nothing else: how often a word stands in what somebody may not read changes neither the order nor the score of what
they may. Nor does it decide which words are taken for typing errors.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tantivy import FieldType, Occur, Query

from commonweave.search.index import DAY, LABELS, schema
from commonweave.search.languages import PLAIN, TYPED, forms, small_words, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from uuid import UUID

    from commonweave.search.index import Reading
    from commonweave.search.queries import Asked

MOST_WORDS = 24
SHORTEST_HALF = 3  # letters of a half word
SHORTEST_WRONG = 5  # letters of a word that may hold a typing error
LONG = 9  # letters of a word that may hold two
TITLE, TEXT, LABEL, EXACT, HALF, WRONG = 0.5, 1.0, 0.7, 0.3, 0.4, 0.3
"""How much it counts where a word stands, and how exactly. One fixed configuration, judged by `bench` on Cranfield."""
TIE = 0.2  # what the other languages add in which a word means something
MOST_FACETS = 2_000
TITLE_PLAIN, TEXT_PLAIN = f"title_{PLAIN}", f"text_{PLAIN}"
PLAINS = (TITLE_PLAIN, TEXT_PLAIN, LABELS)


@dataclass(frozen=True)
class Place:
    """Where is searched: an index, who reads, and whose word statistics weigh (None: this index's own)."""

    reading: Reading
    readers: Sequence[str]
    rare: Reading | None = None

    def weigh(self, field: str, word: str, weight: float) -> Query:
        """Let a word of a field count."""
        term = Query.term_query(schema(), field, word, "freq")
        if self.rare is None:
            return Query.boost_query(term, weight)
        searcher = self.rare.searcher
        there = searcher.doc_freq(field, word)
        return Query.const_score_query(term, weight * math.log(1 + (searcher.num_docs - there + 0.5) / (there + 0.5)))

    def knows(self, terms: Sequence[tuple[str, str]]) -> bool:
        """Say whether one of these words of fields stands in anything that everybody or these readers may read."""
        if self.rare is not None and any(self.rare.searcher.doc_freq(name, word) for name, word in terms):
            return True
        searcher = self.reading.searcher
        there = [(name, word) for name, word in terms if searcher.doc_freq(name, word)]
        if self.rare is None or not there:
            return bool(there)
        any_of = [(Occur.Should, Query.term_query(schema(), name, word, "basic")) for name, word in there]
        may = [(Occur.Must, Query.boolean_query(any_of)), (Occur.Must, _only("readers", self.readers))]
        return bool(searcher.search(Query.boolean_query(may), 1, count=False).hits)


@dataclass(frozen=True)
class Question:
    """What was asked, ready for one index.

    `known` is which share of its words stands in what these readers may read: how far this index understands the
    language, and so how much its words weigh beside meanings.
    """

    place: Place
    asked: Asked
    words: Query | None
    known: float

    def best(self, limit: int) -> list[tuple[float, UUID]]:
        """Return score and key of the best, at most `limit`; without words the newest."""
        if self.words is None and self.asked.text.strip():
            return []
        query = _all(self.words or Query.all_query(), *_filters(self.place, self.asked))
        searcher = self.place.reading.searcher
        if self.words is None:
            hits = searcher.search(query, limit, count=False, order_by_field=DAY).hits
        else:
            hits = searcher.search(query, limit, count=False).hits
        keys = self.place.reading.keys([address for _weight, address in hits])
        return [(float(weight or 0), key) for (weight, _address), key in zip(hits, keys, strict=True)]

    def counts(self, near: Collection[UUID]) -> tuple[int, dict[str, int]]:
        """Return how many there are, and how often each facet; a scheme that is asked for is counted as if it were not."""
        found = self.words or Query.all_query()
        if self.asked.text.strip():
            keys = Query.term_set_query(schema(), "key", [key.hex for key in near])
            found = Query.boolean_query([(Occur.Should, each) for each in (self.words, keys) if each is not None])
        total, facets = self._count(_all(found, *_filters(self.place, self.asked)))
        for scheme in self.asked.facets:
            _total, free = self._count(_all(found, *_filters(self.place, self.asked, without=scheme)))
            facets |= {name: count for name, count in free.items() if name.startswith(f"{scheme}=")}
        return total, facets

    def _count(self, query: Query) -> tuple[int, dict[str, int]]:
        ask = {
            "all": {"value_count": {"field": DAY}},
            "each": {"terms": {"field": "facets", "size": MOST_FACETS, "segment_size": MOST_FACETS}},
        }
        said = self.place.reading.searcher.aggregate(query, ask)
        buckets = said["each"]["buckets"]
        return int(said["all"]["value"]), {bucket["key"]: int(bucket["doc_count"]) for bucket in buckets}


def question(place: Place, asked: Asked, *carried: str) -> Question:
    """Make a question of what somebody asks, and of the labels that carry it over from a language nothing else knows."""
    asking = [(Occur.Should, each) for text in (asked.text, *carried) for each in _words(place, text)]
    return Question(place, asked, Query.boolean_query(asking) if asking else None, _known(place, asked.text))


def _known(place: Place, text: str) -> float:
    typed = list(dict.fromkeys(words(text, TYPED)))[:MOST_WORDS]
    small = small_words(typed) if typed else frozenset()
    known = [place.knows([*_plainly(word), *_stemmed(place, word)]) for word in typed if word not in small]
    return sum(known) / len(known) if known else 0.0


def _plainly(word: str) -> list[tuple[str, str]]:
    return [(name, plain) for plain in forms(word) for name in PLAINS]


def _stemmed(place: Place, word: str) -> list[tuple[str, str]]:
    parts = [(code, stem) for code in place.reading.stemmed for stem in forms(word, code)]
    return [(f"{part}_{code}", stem) for code, stem in parts for part in ("title", "text")]


def _filters(place: Place, asked: Asked, *, without: str = "") -> Iterator[Query]:
    if place.rare is not None:
        yield _only("readers", place.readers)
    for scheme, codes in asked.facets.items():
        if scheme != without:
            yield _only("facets", [f"{scheme}={code}" for code in codes])
    if asked.kinds:
        yield _only("kind", list(asked.kinds))
    first, last = asked.years
    if first is not None or last is not None:
        yield _silent(Query.range_query(schema(), "year", FieldType.Integer, first, last))


def _all(found: Query, *filters: Query) -> Query:
    return Query.boolean_query([(Occur.Must, each) for each in (found, *filters)])


def _words(place: Place, text: str) -> Iterator[Query]:
    typed = list(dict.fromkeys(words(text, TYPED)))[:MOST_WORDS]
    small = small_words(typed) if typed else frozenset()
    for word in typed:
        ways = list(_ways(place, word, last=word == typed[-1], small=word in small))
        if ways:
            yield Query.disjunction_max_query(ways, TIE)


def _ways(place: Place, word: str, *, last: bool, small: bool) -> Iterator[Query]:
    """Return every way in which a word may stand in a text: in each language, as it is, half, mistyped."""
    frequent = place.reading.searcher.doc_freq
    for code in place.reading.stemmed:
        for stem in forms(word, code):
            fields = ((f"title_{code}", TITLE), (f"text_{code}", TEXT))
            there = [place.weigh(name, stem, weight) for name, weight in fields if frequent(name, stem)]
            if there:
                yield _either(*there)
    if small:
        return
    for plain in forms(word):
        yield place.weigh(LABELS, plain, LABEL)
        yield _either(place.weigh(TITLE_PLAIN, plain, EXACT * TITLE), place.weigh(TEXT_PLAIN, plain, EXACT * TEXT))
        known = place.knows(_plainly(plain))
        if len(plain) >= SHORTEST_HALF and (last or not known):
            yield from (_loose(name, plain, 0, HALF) for name in PLAINS)
        if len(plain) >= SHORTEST_WRONG and not known:
            yield from (_loose(name, plain, 2 if len(plain) >= LONG else 1, WRONG) for name in PLAINS)


def _loose(field: str, word: str, wrong: int, weight: float) -> Query:
    loose = Query.fuzzy_term_query(schema(), field, word, wrong, transposition_cost_one=True, prefix=not wrong)
    return Query.boost_query(loose, weight)


def _either(*queries: Query) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _only(field: str, values: Collection[str]) -> Query:
    return _silent(Query.term_set_query(schema(), field, list(values)))


def _silent(query: Query) -> Query:
    """Let a filter keep or drop, and not weigh."""
    return Query.const_score_query(query, 0.0)
