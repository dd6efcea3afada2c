"""Labels of the vocabulary carry a question over from a language that no model here knows.

Whoever asks in Chichewa for "ulangizi" asks for what the vocabulary calls so, and the same concept's label in a language
that the texts are written in is asked for, too. The page can say so, for `find` returns what carried the question.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from commonweave.search.languages import words
from commonweave.vocabulary import queries as vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from commonweave.base.text import Text
    from commonweave.vocabulary.documents import Words

LONGEST = 8  # words of a label


@dataclass(frozen=True)
class Carried:
    """Words of a question, in which language they are a label, and the concept's label in every language."""

    words: str
    language: str
    label: Text


def carried(text: str, speaks: frozenset[str]) -> tuple[Carried, ...]:
    """Return the labels in a question that stand in languages other than these, the longest first found."""
    known = _labels(speaks, id(vocabulary.schemes()))
    asked, found, at = words(text), [], 0
    while at < len(asked):
        for length in range(min(LONGEST, len(asked) - at), 0, -1):
            if label := known.get(tuple(asked[at : at + length])):
                language, said = label
                found.append(Carried(" ".join(asked[at : at + length]), language, said))
                at += length - 1
                break
        at += 1
    return tuple(dict.fromkeys(found))


@cache
def _labels(speaks: frozenset[str], _edition: int) -> Mapping[tuple[str, ...], tuple[str, Text]]:
    """Return words of a label → its language and the label; what is also a label of a known language is left out."""
    strange: dict[tuple[str, ...], tuple[str, Text]] = {}
    plain: set[tuple[str, ...]] = set()
    for label in _all(vocabulary.schemes()):
        for language, said in label.texts.items():
            cut = tuple(words(said))
            if language.split("-")[0] in {*speaks, "en"}:
                plain.add(cut)
            elif 0 < len(cut) <= LONGEST:
                strange.setdefault(cut, (language, label))
    return {cut: label for cut, label in strange.items() if cut not in plain}


def _all(schemes: Mapping[str, Words]) -> list[Text]:
    terms = [term for scheme in schemes.values() for term in scheme.terms.values() if term.retired_on is None]
    return [label for term in terms for label in (term.working, term.public)]
