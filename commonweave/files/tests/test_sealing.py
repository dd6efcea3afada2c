"""How files lie in the folder: whoever has the disk reads nothing, and whoever changes it is noticed."""

from __future__ import annotations

import random
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweave.files import sealing
from commonweave.files.sealing import CHUNK, SEALED, seal, unseal
from commonweave.sharing.envelopes import CannotOpen

KEY, FILE = bytes(range(32)), UUID("00010203-0405-4607-8809-0a0b0c0d0e0f")


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_file_comes_back_as_it_was(size: int) -> None:
    data = random.Random(size).randbytes(size)  # noqa: S311 - repeatable
    pieces = list(seal(data, KEY, FILE))
    assert {len(piece) for piece in pieces} == {SEALED}, "lengths show in steps only"
    assert unseal(pieces, KEY, FILE, size) == data


def test_no_piece_is_left_out_added_moved_or_changed() -> None:
    """A judge, or a team, must not be shown half a file, or one put together from two."""
    data = b"a" * CHUNK + b"b" * CHUNK + b"c" * 10
    pieces, others = list(seal(data, KEY, FILE)), list(seal(data, KEY, uuid4()))
    wrong = [
        pieces[:-1],
        pieces[1:],
        [*pieces, pieces[-1]],
        [pieces[1], pieces[0], pieces[2]],
        [others[0], *pieces[1:]],
        [],
        [bytes([pieces[0][0] ^ 1]) + pieces[0][1:], *pieces[1:]],
        [pieces[0][:-1] + bytes([pieces[0][-1] ^ 1]), *pieces[1:]],
    ]
    for each in wrong:
        with pytest.raises(CannotOpen):
            unseal(each, KEY, FILE, len(data))
    with pytest.raises(CannotOpen):
        unseal(pieces, bytes(32), FILE, len(data))
    with pytest.raises(CannotOpen):
        unseal(pieces, KEY, FILE, CHUNK)


@given(st.binary(max_size=200))
def test_whatever_lies_there_opens_or_is_refused(junk: bytes) -> None:
    with pytest.raises(CannotOpen):
        unseal([junk], KEY, FILE, 5)


def test_equal_files_look_different() -> None:
    assert list(seal(b"x", KEY, FILE)) != list(seal(b"x", KEY, FILE))
    assert sealing.new_key() != sealing.new_key()
