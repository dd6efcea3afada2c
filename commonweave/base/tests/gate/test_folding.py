"""Texts that come again and again: from the fifth to the eighth on they fold, and nothing about them can be tested."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from commonweave.base.gate import folding
from commonweave.base.gate.memory import Memory, memory

if TYPE_CHECKING:
    import pytest

WORDS = "they shouted at people in front of the shop"


def send(text: str, times: int) -> list[tuple[UUID, UUID | None]]:
    """Send one text again and again; return what each was and what it folds under."""
    found = []
    for _ in range(times):
        pk = uuid4()
        found.append((pk, folding.first_of(text)))
        folding.seen(text, pk)
    return found


@given(st.text(alphabet="abcdefgh \n", min_size=1), st.text(alphabet="0123456789", min_size=1, max_size=5))
def test_case_spaces_and_digits_do_not_tell_texts_apart(words: str, digits: str) -> None:
    one = folding.folded(f"{words} {digits} x", "there")
    assert one == folding.folded(f"  {words.upper()}\t 7  X", "There ")
    assert one != folding.folded(f"{words} {digits} y", "there")


@given(st.text(alphabet="abcdefgh", min_size=20, max_size=40))
def test_a_text_folds_from_the_fifth_to_the_eighth_on(text: str) -> None:
    memory().clear()
    sent = send(text, 12)
    firsts = [pk for pk, _fold in sent]
    folds = [fold for _pk, fold in sent]
    alone = folds.count(None)
    assert 5 <= alone <= 8
    assert folds == [None] * alone + [firsts[alone - 1]] * (12 - alone)


def test_different_texts_begin_to_fold_at_different_numbers() -> None:
    """Otherwise whoever sends a guess four times reads from a stolen database whether another had sent it before."""
    texts = [f"{WORDS} {one}{other}" for one in "abcdefgh" for other in "abcdefgh"]
    begin = {[fold for _pk, fold in send(text, 10)].count(None) for text in texts}
    assert begin == {5, 6, 7, 8}


def test_short_texts_never_fold() -> None:
    """Graffiti is graffiti: ten people who say it are ten people."""
    assert {fold for _pk, fold in send("graffiti", 30)} == {None}
    assert {fold for _pk, fold in send("", 30)} == {None}


def test_an_hour_later_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000_000_000.0
    monkeypatch.setattr(memory(), "clock", lambda: now)
    send(WORDS, 12)
    assert folding.first_of(WORDS) is not None
    monkeypatch.setattr(memory(), "clock", lambda: now + folding.HOUR + 1)
    assert folding.first_of(WORDS) is None


def test_the_text_is_not_in_the_memory_either() -> None:
    send(WORDS, 12)
    assert WORDS.encode() not in memory().view[:]
    assert Memory().tag("text", WORDS) != memory().tag("text", WORDS)
