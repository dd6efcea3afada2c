"""Locks and wraps: known answers (docs/envelopes.md has the same), and nothing opens that should not."""

from __future__ import annotations

import hashlib
import unicodedata

import pytest
from argon2.low_level import Type, hash_secret_raw
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey
from nacl.secret import SecretBox

from commonweave.people import locks
from commonweave.people.locks import CHEAPEST, Cost, Lock, WrongKey

MEMBER, ORGANISATION = PrivateKey(bytes(range(32))), PrivateKey(bytes(range(64, 96)))
PUBLIC = bytes(ORGANISATION.public_key)
PASSPHRASE = "Zikomo, Ëndërr, شكرا: fünf Wörter"
CODE = "0123456789" * 4
NONCE = bytes(range(24))
PUBLISHED = Lock(
    salt=bytes(range(16)),
    cost=CHEAPEST,
    by_passphrase=NONCE
    + bytes.fromhex("a2355ac4b68738db3d5eda13a2747d5bb754f30e526ce49c6a7b91aea2b30f19b9f1a49ac329f8147a2e8ae15469bf3a"),
    by_code=NONCE
    + bytes.fromhex("93fe72930dcf5e42d783cb48fb5d187f321494e76cbb06338fd4205768b7c4bf8f3c812d3d0ebbe3d02f8ecf281606ed"),
)
"""The private key 000102…1e1f, locked under these two."""
WRAPPED = bytes.fromhex(
    "13be4feaeaf204c7fd3358fc9c00721881d174278128227ec674f37f7fe97b6d"
    "e12fd7ab4030724e2998a2c5f709c44a560e135fdb57d70cde17ac8bae292d542725362b8c21c17cc508153b069105cc"
)
"""The private key 404142…5e5f, wrapped for the one above."""


@pytest.fixture(scope="module")
def locked() -> Lock:
    """A key of our own making, locked."""
    return locks.lock(MEMBER, PASSPHRASE, CODE, CHEAPEST)


def test_published_lock_opens_both_ways() -> None:
    """Were this to fail after a change, every member would be locked out of what they hold."""
    assert bytes(locks.open_with_passphrase(PUBLISHED, PASSPHRASE)) == bytes(MEMBER)
    assert bytes(locks.open_with_code(PUBLISHED, CODE)) == bytes(MEMBER)


@pytest.mark.parametrize(
    ("cost", "key"),
    [
        (CHEAPEST, "600e4f1f10bafededbc569367f20091fe84ce3a5216aea6b3725b9b90b2c668f"),
        (Cost(), "c0372569bc9ad2a9c828ff5806c49436b2e03b188d851a3c78f92e9560cc424f"),
    ],
)
def test_passphrase_is_stretched_as_rfc_9106_says(cost: Cost, key: str) -> None:
    """Another implementation of Argon2id comes to the same key, and the lock is a secret box under it."""
    text = unicodedata.normalize("NFKC", PASSPHRASE).encode()
    stretched = hash_secret_raw(text, bytes(range(16)), cost.passes, cost.memory // 1024, 1, 32, Type.ID, version=19)
    assert stretched.hex() == key
    by_hand = Lock(bytes(range(16)), cost, bytes(SecretBox(stretched).encrypt(bytes(MEMBER))), b"")
    assert bytes(locks.open_with_passphrase(by_hand, PASSPHRASE)) == bytes(MEMBER)


def test_recovery_code_is_a_key_by_one_hash() -> None:
    """132 random bits need no slow one."""
    key = hashlib.blake2b(CODE.encode(), digest_size=32, person=b"cw-recovery").digest()
    assert key.hex() == "791d3b50fede8fe5c7f2949cbb6d928251afb330edd24433d2185220935e77b5"
    assert SecretBox(key).decrypt(PUBLISHED.by_code) == bytes(MEMBER)


def test_published_wrap_opens() -> None:
    """Were this to fail after a change, nobody would read what is sealed."""
    assert bytes(locks.unwrap(WRAPPED, MEMBER, PUBLIC)) == bytes(ORGANISATION)


def test_fingerprint_is_half_of_a_sha256() -> None:
    """The database works it out by itself and compares (people_intake_keys); people read it to each other."""
    assert locks.fingerprint(PUBLIC) == "67ca2ffd6fe9efab3d76e37c34990a5a" == hashlib.sha256(PUBLIC).hexdigest()[:32]
    assert locks.spoken(PUBLIC) == "67ca 2ffd 6fe9 efab 3d76 e37c 3499 0a5a"
    assert locks.fingerprint(memoryview(PUBLIC)) == locks.fingerprint(PUBLIC)  # type: ignore[arg-type]  # as a driver may give it


def test_lock_opens_with_either_and_with_nothing_else(locked: Lock) -> None:
    """A slip gives an answer; it never gives another key."""
    assert bytes(locks.open_with_passphrase(locked, PASSPHRASE)) == bytes(MEMBER)
    assert bytes(locks.open_with_code(locked, CODE)) == bytes(MEMBER)
    for wrong in ("", PASSPHRASE.lower(), PASSPHRASE[:-1], PASSPHRASE + "x", CODE):
        with pytest.raises(WrongKey):
            locks.open_with_passphrase(locked, wrong)
    for wrong in ("", CODE[:-1], CODE[:-1] + "8", PASSPHRASE.encode().hex()):
        with pytest.raises(WrongKey):
            locks.open_with_code(locked, wrong)


@settings(max_examples=25)
@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_any_passphrase_opens_its_own_lock_only(first: str, second: str) -> None:
    """In every script: what somebody chose opens, what somebody else chose does not."""
    own = locks.lock(MEMBER, first, CODE, CHEAPEST)
    assert bytes(locks.open_with_passphrase(own, first)) == bytes(MEMBER)
    if locks.plain(first) != locks.plain(second):
        with pytest.raises(WrongKey):
            locks.open_with_passphrase(own, second)


@pytest.mark.parametrize(
    "typed",
    [
        unicodedata.normalize("NFD", PASSPHRASE),
        f"  {PASSPHRASE}\n",
        PASSPHRASE.replace(" ", "\u00a0"),
        PASSPHRASE.replace("f", "\uff46"),
    ],
)
def test_the_same_passphrase_typed_on_another_keyboard_opens(locked: Lock, typed: str) -> None:
    """A Mac takes letters and their marks apart, a telephone puts a space behind, a keyboard of Japan types them wide."""
    assert bytes(locks.open_with_passphrase(locked, typed)) == bytes(MEMBER)


def test_same_key_locked_twice_never_looks_the_same(locked: Lock) -> None:
    """Two members with one passphrase cannot be told by what is stored; one guess tries one lock."""
    again = locks.lock(MEMBER, PASSPHRASE, CODE, CHEAPEST)
    assert again.salt != locked.salt
    assert again.by_passphrase != locked.by_passphrase
    assert again.by_code != locked.by_code
    assert len(again.salt) == 16


@pytest.mark.parametrize("at", [0, 23, 24, 40, 71])
def test_changed_lock_does_not_open(locked: Lock, at: int) -> None:
    """One flipped bit is noticed, so a lock cannot be bent to open to another key."""
    for field, opens, word in (
        ("by_passphrase", locks.open_with_passphrase, PASSPHRASE),
        ("by_code", locks.open_with_code, CODE),
    ):
        box = bytearray(getattr(locked, field))
        box[at] ^= 1
        changed = Lock(**{**vars(locked), field: bytes(box)})
        with pytest.raises(WrongKey):
            opens(changed, word)


def test_recovery_codes_are_drawn_from_all_digits() -> None:
    """A code of which most digits are nought could be guessed by whoever has the database."""
    codes = [locks.draw_code() for _ in range(200)]
    assert len(set(codes)) == len(codes)
    assert all(len(code) == locks.CODE_DIGITS for code in codes)
    for at in range(locks.CODE_DIGITS):
        assert len({code[at] for code in codes}) > 5, "every digit of the code is a matter of luck"


def test_recovery_code_is_eight_groups_of_five() -> None:
    """As it is written down: 40 digits, 132 bits."""
    code = locks.draw_code()
    assert [len(group) for group in locks.show_code(code)] == [5] * 8
    assert "".join(locks.show_code(code)) == code
    assert locks.draw_code() != code


@given(st.integers(0, 10**40 - 1))
def test_recovery_code_reads_back_in_any_script_and_spacing(number: int) -> None:
    """Arabic-Indic, Persian, Devanagari or full-width digits, with spaces or dashes."""
    code = f"{number:040d}"
    for zero in ("0", "٠", "۰", "०", "0"):  # noqa: RUF001 digits of other scripts
        typed = " - ".join("".join(chr(ord(zero) + int(sign)) for sign in group) for group in locks.show_code(code))
        assert locks.read_code(typed) == code


@pytest.mark.parametrize("typed", ["", "1" * 39, "1" * 41, PASSPHRASE, "²" * 20, "一" * 40])
def test_what_is_no_recovery_code_is_refused(typed: str) -> None:
    """Forty digits or it is none."""
    with pytest.raises(WrongKey):
        locks.read_code(typed)


def test_wrap_opens_for_its_receiver_only() -> None:
    """Whoever was not given the organisation's key cannot take it from what lies in the database."""
    stranger = PrivateKey.generate()
    wrapped = locks.wrap(ORGANISATION, bytes(MEMBER.public_key))
    assert bytes(locks.unwrap(wrapped, MEMBER, PUBLIC)) == bytes(ORGANISATION)
    assert wrapped != locks.wrap(ORGANISATION, bytes(MEMBER.public_key))
    for private, blob in (
        (stranger, wrapped),
        (MEMBER, locks.wrap(ORGANISATION, bytes(stranger.public_key))),
        (MEMBER, wrapped[:-1]),
        (MEMBER, b""),
        (MEMBER, b"wrapped for somebody who never comes"),
    ):
        with pytest.raises(WrongKey):
            locks.unwrap(blob, private, PUBLIC)


def test_unwrapping_checks_the_public_half() -> None:
    """Somebody who can write to the database must not be able to slip in a private key of their own."""
    slipped_in = PrivateKey.generate()
    wrapped = locks.wrap(slipped_in, bytes(MEMBER.public_key))
    with pytest.raises(WrongKey):
        locks.unwrap(wrapped, MEMBER, PUBLIC)


def test_measured_cost_is_never_less_than_the_least_nor_more_than_a_small_server_has() -> None:
    """A fast machine must not end with a cheap passphrase, a slow one not with a server out of memory."""
    assert locks.measure(0.0) == Cost() == Cost(passes=3, memory=64 * 1024 * 1024)
    assert locks.measure(1e6) == Cost(passes=3, memory=256 * 1024 * 1024)
