"""The shortcuts of saying why say what the long way says."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from commonweave.search.languages import STEMMED, forms, words
from commonweave.search.why import TAKES_BEGINNINGS, Asking

LATIN = st.from_regex(r"[A-Za-z0-9]{1,70}", fullmatch=True)


@given(LATIN)
@example("x" * 60)
@example("generated")
def test_what_is_assumed_of_words_in_latin_letters_holds(word: str) -> None:
    """Their plain form is themselves; a stemmer takes off their endings and leaves how they begin."""
    assert forms(word) == tuple(words(word))
    stems = [stem for code in STEMMED if code not in TAKES_BEGINNINGS for stem in words(word, code)]
    assert {stem[0] for stem in stems} <= {word[0].lower()}


@given(st.text("abcdeé", min_size=1, max_size=12), st.integers(0, 11), st.sampled_from(["drop", "double", "swap"]))
def test_one_mistake_in_a_long_word_is_forgiven(word: str, at: int, how: str) -> None:
    """A letter left out, typed twice, or exchanged with the next."""
    at = min(at, len(word) - 1)
    wrong = {
        "drop": word[:at] + word[at + 1 :],
        "double": word[: at + 1] + word[at:],
        "swap": word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
    }[how]
    if len(wrong) >= 5 and word:
        assert Asking(wrong).is_answered_by(word, "plain")
