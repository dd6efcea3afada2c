"""What a browser seals to the node: whoever changes one bit, or holds another key, opens nothing."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from commonweave.sharing import intake
from commonweave.sharing.intake import CannotOpenIntake, intake_key, seal, unseal

NODE = intake_key(2968, bytes(range(64)))
SEALED_TEXT = '{"v":1,"language":"sq","form":[["what","Zikomo, Ëndërr, شكرا"]]}'
SEALED_HASH = "23d7f955341a8daa2afd4098343bc930dd6e38f443017f0ab93e30b41a8a3826"
TEXT = "Zikomo, Ëndërr, شكرا".encode()


def only(number: int) -> intake.IntakeKey | None:
    """A node with one key."""
    return NODE if number == NODE.id else None


def test_what_is_sealed_opens_with_its_padding() -> None:
    """Otherwise a report that waited for days is lost."""
    sealed = seal(TEXT, NODE.id, NODE.public)
    assert unseal(sealed, only).rstrip() == TEXT
    assert len(sealed) == intake.HEAD + intake.STEP + 16, "its length tells only in steps how much was written"


def test_the_example_of_the_page_about_envelopes() -> None:
    """The browser gets the same from the same (journeys/test_offline.py)."""
    mine = ec.derive_private_key(int.from_bytes(bytes(range(32))), intake.CURVE)
    sealed = seal(SEALED_TEXT.encode(), NODE.id, NODE.public, mine)
    assert hashlib.sha256(sealed).hexdigest() == SEALED_HASH
    assert unseal(sealed, only).decode().rstrip() == SEALED_TEXT


def test_equal_texts_look_different() -> None:
    """Somebody with the phone cannot compare what waits with a guess."""
    first, second = (seal(TEXT, NODE.id, NODE.public) for _ in range(2))
    assert first[intake.HEAD :] != second[intake.HEAD :]
    assert first[5 : intake.HEAD] != second[5 : intake.HEAD]


@pytest.mark.parametrize("at", [0, 1, 4, 5, 6, 40, 69, 70, 500, -17, -1])
def test_one_changed_bit_opens_nothing(at: int) -> None:
    sealed = bytearray(seal(TEXT, NODE.id, NODE.public))
    sealed[at] ^= 1
    with pytest.raises(CannotOpenIntake):
        unseal(bytes(sealed), only)


@pytest.mark.parametrize("length", [0, 1, 4, 5, 69, 70, 71, 85, 86, 4000])
def test_what_was_cut_opens_nothing(length: int) -> None:
    with pytest.raises(CannotOpenIntake):
        unseal(seal(TEXT, NODE.id, NODE.public)[:length], only)


def test_another_nodes_key_or_a_key_that_is_gone_opens_nothing() -> None:
    other = intake_key(NODE.id, bytes(64))
    with pytest.raises(CannotOpenIntake):
        unseal(seal(TEXT, NODE.id, other.public), only)
    with pytest.raises(CannotOpenIntake):
        unseal(seal(TEXT, NODE.id + 1, NODE.public), only)


def test_a_point_that_is_not_on_the_curve_is_refused() -> None:
    """Such points are how a private key is learned bit by bit where nobody checks."""
    sealed = seal(TEXT, NODE.id, NODE.public)
    off = sealed[:5] + b"\x04" + bytes(63) + b"\x05" + sealed[intake.HEAD :]
    with pytest.raises(CannotOpenIntake):
        unseal(off, only)


def test_a_throw_away_key_in_another_form_is_refused() -> None:
    """One text has one sealed form: no compressed points."""
    mine = ec.generate_private_key(intake.CURVE)
    sealed = seal(TEXT, NODE.id, NODE.public, mine)
    with pytest.raises(CannotOpenIntake):
        unseal(sealed[:5] + b"\x02" + sealed[6:], only)
