"""Why something was found: the words of it that answer the question, as they stand there, and what they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from commonweave.search.asking import LONG, MOST_WORDS, SHORTEST_HALF, SHORTEST_WRONG
from commonweave.search.languages import PLAIN, STEMMED, TYPED, forms, small_words, stemmer_of, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from commonweave.search.models import Document

WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0900-\u0963]+[^\W_]*)*")
ROOM = 240  # characters of an excerpt
READ = 4_000  # characters of a text that are looked through
TAKES_BEGINNINGS = frozenset({"nl"})  # of a word in Latin letters ("ge-"); every other stemmer leaves how it begins


@dataclass(frozen=True)
class Piece:
    """A piece of a text, and whether it answers the question."""

    text: str
    answers: bool = False


@dataclass(frozen=True)
class Why:
    """What of a thing answers a question: in its title, in an excerpt of its text, among its labels."""

    title: Sequence[Piece]
    excerpt: Sequence[Piece]
    labels: Sequence[str]
    words: Sequence[str]
    """The words that answer, as they stand, without repetition: what somebody may have meant by what they typed."""


class Asking:
    """The words of a question, in every form in which they may stand in a text; a word is looked at once for a whole page."""

    def __init__(self, *texts: str) -> None:
        """Cut the question, and the labels that carry it."""
        typed = [word for text in texts for word in list(dict.fromkeys(words(text, TYPED)))[:MOST_WORDS]]
        small = small_words(typed) if typed else frozenset()
        asked = [word for word in typed if word not in small]
        self.plain = {plain for word in asked for plain in words(word)}
        self.halves = tuple(word for word in self.plain if len(word) >= SHORTEST_HALF)
        self.near = _near(self.plain)
        self.stems = {code: {stem for word in asked for stem in words(word, code)} for code in STEMMED}
        self.begin = {code: {stem[0] for stem in stems} for code, stems in self.stems.items()}
        self.known: dict[tuple[str, str], bool] = {}
        self.labels: dict[str, bool] = {}

    def is_answered_by(self, word: str, code: str) -> bool:
        """Say whether a word of a text in this stemmer's language is one that was asked for, half or mistyped as well."""
        known = self.known.get((word, code))
        if known is None:
            stem = code != PLAIN and self._has_stem(word, code)
            known = self.known[word, code] = stem or any(map(self._is_alike, forms(word)))
        return known

    def is_said_by(self, label: str) -> bool:
        """Say whether a label of the vocabulary, which stands with many things, holds such a word."""
        known = self.labels.get(label)
        if known is None:
            known = self.labels[label] = any(piece.answers for piece in _pieces(label, PLAIN, self))
        return known

    def _has_stem(self, word: str, code: str) -> bool:
        if word.isascii() and code not in TAKES_BEGINNINGS and word[0].lower() not in self.begin[code]:
            return False
        return not self.stems[code].isdisjoint(forms(word, code))

    def _is_alike(self, there: str) -> bool:
        """Say whether a word is what was asked for, begins with it, or differs by a typing error or two."""
        if there in self.plain or there.startswith(self.halves):
            return True
        near = self.near.get(len(there), ())
        letters = set(there) if near else set()
        # Each error brings in one letter and takes out one, at most.
        return any(len(letters ^ those) <= 2 * wrong and _apart(asked, there, wrong) for asked, those, wrong in near)


def _near(plain: Iterable[str]) -> dict[int, list[tuple[str, frozenset[str], int]]]:
    """Return by length of what is typed: words long enough to be mistyped so, their letters, how many errors they allow."""
    found: dict[int, list[tuple[str, frozenset[str], int]]] = {}
    for word in plain:
        wrong = 0 if len(word) < SHORTEST_WRONG else 2 if len(word) >= LONG else 1
        for size in range(len(word) - wrong, len(word) + wrong + 1) if wrong else ():
            found.setdefault(size, []).append((word, frozenset(word), wrong))
    return found


def explain(document: Document, asking: Asking) -> Why:
    """Return why a document answers a question (and the labels that carried it)."""
    title = list(_pieces(document.title.say(), stemmer_of(document.title.language_for()), asking))
    text = list(_pieces(document.text.say()[:READ], stemmer_of(document.text.language_for()), asking))
    labels = [label for label in document.labels if asking.is_said_by(label)]
    said = [piece.text for piece in (*title, *text) if piece.answers]
    return Why(title, _excerpt(text), labels, list(dict.fromkeys(said)))


def _pieces(text: str, code: str, asking: Asking) -> Iterator[Piece]:
    end = 0
    for match in WORD.finditer(text):
        if asking.is_answered_by(match[0], code):
            if match.start() > end:
                yield Piece(text[end : match.start()])
            yield Piece(match[0], answers=True)
            end = match.end()
    if end < len(text):
        yield Piece(text[end:])


def _excerpt(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the first stretch that answers, from the beginning of its sentence where that is near."""
    text, starts = "".join(piece.text for piece in pieces), []
    at = 0
    for piece in pieces:
        starts.append(at)
        at += len(piece.text)
    first = next((start for piece, start in zip(pieces, starts, strict=True) if piece.answers), 0)
    begin = max(text.rfind(". ", max(0, first - ROOM // 2), first) + 2, 0) if first > ROOM // 2 else 0
    if first - begin > ROOM // 2:
        begin = text.find(" ", first - ROOM // 2) + 1
    end = begin + ROOM if begin + ROOM >= len(text) else text.rfind(" ", begin, begin + ROOM)
    end = end if end > begin else begin + ROOM
    kept = [Piece("… ")] if begin else []
    for piece, start in zip(pieces, starts, strict=True):
        said = piece.text[max(0, begin - start) : max(0, end - start)]
        if said:
            kept.append(Piece(said, piece.answers))
    return [*kept, Piece(" …")] if end < len(text) else kept


def _apart(one: str, other: str, most: int) -> bool:
    """Say whether so many changed, missing, added or exchanged letters are enough (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, there in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != there))
            if older and j > 1 and letter == other[j - 2] and one[i - 2] == there:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return False
    return row[-1] <= most
