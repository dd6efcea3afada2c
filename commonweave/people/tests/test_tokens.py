"""A token's two halves: what finds the credential opens nothing, what opens it is kept nowhere."""

from __future__ import annotations

import hashlib

import pytest
from nacl.public import PrivateKey
from nacl.secret import SecretBox

from commonweave.people import tokens
from commonweave.people.locks import WrongKey

FIRST, SECOND = "0123456789abcdef" * 2, "fedcba9876543210" * 4
PRIVATE = PrivateKey(bytes(range(32)))


def test_a_token_is_read_as_it_was_shown() -> None:
    token = tokens.draw()
    assert tokens.read(token.text) == token
    assert token.text not in repr(token)
    assert token.second not in repr(token)
    assert tokens.draw() != token


@pytest.mark.parametrize(
    "text",
    ["", "cw_", f"cw_{FIRST}", f"cw_{FIRST}_{SECOND}0", f"cw_{FIRST.upper()}_{SECOND}", f" cw_{FIRST}_{SECOND}"],
)
def test_anything_else_is_no_token(text: str) -> None:
    assert tokens.read(text) is None


def test_the_construction_is_the_documented_one() -> None:
    """docs/envelopes.md has these values, so that somebody else's program opens what ours locked."""
    token = tokens.Token(FIRST, SECOND)
    assert token.name == hashlib.blake2b(FIRST.encode(), digest_size=32, person=b"cw-token").digest()
    key = hashlib.blake2b(SECOND.encode(), digest_size=32, person=b"cw-credential").digest()
    assert SecretBox(key).decrypt(token.lock(PRIVATE)) == bytes(PRIVATE)


def test_another_second_half_opens_nothing() -> None:
    public = bytes(PRIVATE.public_key)
    lock = tokens.Token(FIRST, SECOND).lock(PRIVATE)
    assert bytes(tokens.Token(FIRST, SECOND).open(lock, public)) == bytes(PRIVATE)
    with pytest.raises(WrongKey):
        tokens.Token(FIRST, SECOND[::-1]).open(lock, public)
    with pytest.raises(WrongKey):
        tokens.Token(FIRST, SECOND).open(lock[:-1], public)
    with pytest.raises(WrongKey):
        tokens.Token(FIRST, SECOND).open(lock, bytes(PrivateKey.generate().public_key))
