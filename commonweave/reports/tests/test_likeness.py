"""Tokens: what two reports have in common, without a key that is not at hand telling anything. Pure."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey

from commonweave.reports.likeness import (
    ADDRESS,
    GROUND,
    LANES,
    WORDS,
    is_likely,
    plain_address,
    repeat_key,
    shingles,
    tokens,
)

KEY, OTHER = (repeat_key(PrivateKey(bytes([byte]) * 32)) for byte in (1, 2))
DAY = date(2026, 3, 9)
PLACE = str(UUID(int=1))
LONG = "Last night somebody put stickers with threats on the bus stop in front of the school and on the church door"


def made(what: str = "", address: str = "", place: str = PLACE, on: date = DAY, key: bytes = KEY) -> dict[int, UUID]:
    return tokens(key, {"what": what, "address": address, "place": place}, on)


def shared(one: dict[int, UUID], two: dict[int, UUID]) -> set[int]:
    """Return the lanes that two reports have in common, as the database finds them."""
    return {lane for lane, token in one.items() if token in two.values()}


@given(what=st.text(max_size=300), address=st.text(max_size=80))
def test_tokens_are_few_and_the_same_each_time(what: str, address: str) -> None:
    """However much somebody writes, the table grows by ten rows."""
    found = made(what, address)
    assert found == made(what, address)
    assert len(found) <= 2 + LANES
    assert set(found) <= {ADDRESS, GROUND, *range(WORDS, WORDS + LANES)}
    assert (WORDS in found) == bool(shingles(what))


@given(what=st.text(max_size=100), address=st.text(max_size=80))
def test_another_organisation_never_matches(what: str, address: str) -> None:
    """Nothing is matched between organisations, and no token is of use without the key."""
    assert not shared(made(what, address), made(what, address, key=OTHER))


def test_the_same_text_and_a_text_with_small_changes_are_likely() -> None:
    """What people copy and change a little is found; case and signs do not count."""
    far = date(2026, 1, 1)
    for changed in (LONG, LONG.upper() + "!!!", LONG.replace("Last night", "Yesterday"), LONG + ", says my neighbour."):
        assert is_likely(shared(made(LONG), made(changed, place="x", on=far))), changed


@pytest.mark.parametrize("other", ["", "We need a light at the playground.", "Rumours about the new neighbours again"])
def test_another_text_is_not_likely(other: str) -> None:
    """Members are not shown what has nothing to do with it, even from the same place and day."""
    assert not is_likely(shared(made(LONG), made(other)))


@given(st.sets(st.integers(0, WORDS + LANES - 1)))
def test_what_is_enough(lanes: set[int]) -> None:
    """An address; or three lanes of words; or place, day and one lane of words."""
    words = len(lanes - {ADDRESS, GROUND})
    assert is_likely(lanes) == (ADDRESS in lanes or words >= 3 or (GROUND in lanes and words >= 1))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.example.org/group/7/", "http://example.org/group/7"),
        ("example.org/watch?v=3", "https://EXAMPLE.org/watch?v=3#t=9"),
        ("Our Street First", "our  street first"),
    ],
)
def test_the_same_page_is_known(one: str, other: str) -> None:
    """However it was copied."""
    assert plain_address(one) == plain_address(other) != ""


@pytest.mark.parametrize("general", ["", "https://example.org", "example.org/", "Facebook", "http://["])
def test_what_is_too_general_is_no_address(general: str) -> None:
    """Else everything on one site would look like a repeat."""
    assert plain_address(general) == ""


@given(st.text(max_size=200))
def test_any_address_is_answered(typed: str) -> None:
    """Whatever somebody typed there, with blanks around it or without."""
    assert plain_address(f"  {typed}\n") == plain_address(typed.strip())


def test_lanes_do_not_mix() -> None:
    """An address that reads like somebody's words is no match for them."""
    assert not shared(made("our street first"), made(address="our street first", place="x"))
