"""How the words of each language are made comparable: cut, folded, freed of endings. The same for a text and a question."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tantivy import TextAnalyzer

STEMMED = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
"""Languages whose endings a Snowball stemmer takes off. Words of any other stand as they are, and are found by half of them."""

WITH_STOPWORDS = frozenset({"da", "de", "en", "es", "fi", "fr", "hu", "it", "nl", "no", "pt", "ru", "sv"})
XLM_R = frozenset(
    "af am ar as az be bg bn br bs ca cs cy da de el en eo es et eu fa fi fil fr fy ga gd gl gu ha he hi hr hu hy id is it ja "  # noqa: SIM905 read best like this
    "jv ka kk km kn ko ku ky la lo lt lv mg mk ml mn mr ms my nb ne nl nn no om or pa pl ps pt ro ru sa sd si sk sl so sq sr "
    "su sv sw ta te th tl tr ug uk ur uz vi xh yi zh".split()
)
"""What XLM-R read, and multilingual-e5 after it (Conneau and others 2020, appendix A)."""
DAN = frozenset({"ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"})
"""What the Universal Sentence Encoder multilingual 3 read (Yang and others 2020)."""

PLAIN, TYPED = "plain", "typed"
WORD = r"[\p{L}\p{M}\p{N}]+"
LONGEST = 60  # bytes; what is longer is no word
MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")  # Arabic vowels, and the stroke that widens
ALEF = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه"})  # noqa: RUF001 they are what is meant


def fold(text: str, code: str = PLAIN) -> str:
    """Write Arabic as people type it in a hurry: no vowels, and where no stemmer does it one alef. Analysers fold Latin."""
    bare = MARKS.sub("", text)
    return bare.translate(ALEF) if code == PLAIN else bare


def stemmer_of(language: str) -> str:
    """Return whose stemmer serves a language: its own code, or "plain"."""
    base = language.split("-", 1)[0].lower()
    return base if base in STEMMED else PLAIN


@cache
def analyser(code: str) -> TextAnalyzer:
    """Return what cuts words of a language; "plain" folds any, "typed" leaves them as somebody wrote them."""
    steps = TextAnalyzerBuilder(Tokenizer.regex(WORD)).filter(Filter.remove_long(LONGEST)).filter(Filter.lowercase())
    if code == TYPED:
        return steps.build()
    if code == PLAIN:
        return steps.filter(Filter.ascii_fold()).build()
    if code in WITH_STOPWORDS:
        steps = steps.filter(Filter.stopword(STEMMED[code]))
    return steps.filter(Filter.stemmer(STEMMED[code])).filter(Filter.ascii_fold()).build()


def words(text: str, code: str = PLAIN) -> list[str]:
    """Return the comparable words of a text, in order."""
    return list(analyser(code).analyze(fold(text, code)))


@lru_cache(20_000)
def forms(word: str, code: str = PLAIN) -> tuple[str, ...]:
    """Do the same for one word, which a question needs in each language several times."""
    if code == PLAIN and len(word) < LONGEST and word.isascii() and word.isalnum():
        return (word.lower(),)  # what the analyser says, at a tenth of the price
    return tuple(words(word, code))


def small_words(typed: Sequence[str]) -> frozenset[str]:
    """Return which words of a question are small ones ("the", "of") of the language that most of them come from.

    Judged by the question alone, so that nothing follows from what is in an index. None where nothing else would be left.
    """
    small = {code: frozenset(word for word in typed if not forms(word, code)) for code in sorted(WITH_STOPWORDS)}
    best = max(small.values(), key=len)
    return best if len(best) < len(set(typed)) else frozenset()
