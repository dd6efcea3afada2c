"""A receipt that could be guessed, misread or mistaken for another would open somebody else's report."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweave.sharing import receipts

DRAWS = 60
NUMBERS = st.integers(0, 10**28 - 1).map(lambda number: f"{number:028d}")


def test_drawn_receipts_differ_in_every_part() -> None:
    drawn = [receipts.draw() for _ in range(DRAWS)]
    assert {len(digits) for digits in drawn} == {28}
    assert len({digits[:9] for digits in drawn}) == DRAWS
    assert len({digits[9:18] for digits in drawn}) == DRAWS
    assert len({digits[18:] for digits in drawn}) == DRAWS


def test_check_digits_are_those_of_the_standard() -> None:
    """ISO 7064:2003, MOD 97-10: the example "794" takes the check digits "44"."""
    assert receipts.check_digits("794") == "44"


@given(NUMBERS)
def test_check_digits_leave_one_over(digits: str) -> None:
    assert int(digits + receipts.check_digits(digits)) % 97 == 1


@pytest.mark.parametrize("letter", ["O", "l", "ق", "中"])
@given(NUMBERS)
def test_letters_among_the_digits_are_not_ignored(letter: str, digits: str) -> None:
    whole = "".join(receipts.show(digits))
    assert receipts.read(whole) == digits
    assert receipts.read(whole[:10] + letter + whole[10:]) is None
