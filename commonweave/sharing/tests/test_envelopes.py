"""Envelopes and receipts: known answers, and nothing opens that should not."""

from __future__ import annotations

import hashlib
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey, SealedBox
from nacl.secret import SecretBox

from commonweave.sharing import envelopes, receipts
from commonweave.sharing.envelopes import PADDING, CannotOpen, receipt_keys, rewrap, seal, unseal

DIGITS = "0123456789012345678901234567"


def test_receipt_keys_known_answer() -> None:
    """Published in docs/envelopes.md; a change would lock every resident out."""
    keys = receipt_keys(DIGITS)
    assert str(keys.locator) == "456ab95a-718c-65fe-4ebe-a00a01513062"
    assert keys.public.hex() == "96e57bf1323435c24e64e0d37287ba757bedf5bf0b672b949cd956ff093cfd2b"


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=200), max_size=5))
def test_sealed_document_opens_for_each_recipient_and_nobody_else(document: dict[str, str]) -> None:
    """Both recipients read exactly what was written; a stranger's key opens nothing."""
    first, second, stranger = PrivateKey.generate(), PrivateKey.generate(), PrivateKey.generate()
    sealed = seal(document, {"a": bytes(first.public_key), "b": bytes(second.public_key)})
    assert unseal(sealed.body, sealed.keys, {"a": first}) == document
    assert unseal(sealed.body, sealed.keys, {"b": second}) == document
    for name in ("a", "b", "c"):
        with pytest.raises(CannotOpen):
            unseal(sealed.body, sealed.keys, {name: stranger})


def test_rewrapped_envelope_opens_for_more_and_its_body_stays() -> None:
    """Who is agreed to later reads the same words; whoever holds none of its keys cannot let anybody in."""
    first, later, stranger = PrivateKey.generate(), PrivateKey.generate(), PrivateKey.generate()
    sealed = seal({"t": "x"}, {"a": bytes(first.public_key)})
    keys = rewrap(sealed.keys, {"a": first}, {"a": bytes(first.public_key), "b": bytes(later.public_key)})
    assert keys["a"] == sealed.keys["a"]
    assert unseal(sealed.body, keys, {"b": later}) == {"t": "x"}
    for ring in ({}, {"b": later}, {"a": stranger}):
        with pytest.raises(CannotOpen):
            rewrap(sealed.keys, ring, {"c": bytes(stranger.public_key)})


def test_rewrapping_for_nobody_new_needs_no_key_and_changes_nothing() -> None:
    """Whoever widens a consent to those who are in already must not be refused for want of a key."""
    first = PrivateKey.generate()
    sealed = seal({"t": "x"}, {"a": bytes(first.public_key)})
    for recipients in ({}, {"a": bytes(first.public_key)}):
        assert rewrap(sealed.keys, {}, recipients) == sealed.keys
    assert rewrap(sealed.keys, {}, {}) is not sealed.keys


def test_sealed_text_is_the_published_one() -> None:
    """docs/envelopes.md says what lies under the seal; whoever wrote another program by it must be able to read ours."""
    private = PrivateKey.generate()
    sealed = seal({"v": 1, "was": "schön"}, {"a": bytes(private.public_key)})
    inside = SecretBox(SealedBox(private).decrypt(b64decode(sealed.keys["a"]))).decrypt(sealed.body)
    assert inside == '{"v":1,"was":"schön"}'.encode().ljust(256)


def test_wrap_with_signs_that_are_not_base64_does_not_open() -> None:
    """One spelling for one wrap: else what is compared as text could differ and open all the same."""
    private = PrivateKey.generate()
    sealed = seal({"t": "x"}, {"a": bytes(private.public_key)})
    with pytest.raises(CannotOpen):
        unseal(sealed.body, {"a": f"{sealed.keys['a'][:20]}*{sealed.keys['a'][20:]}"}, {"a": private})


def test_sealed_body_tells_its_length_only_in_steps() -> None:
    """Two short texts of different length look alike."""
    key = {"a": bytes(PrivateKey.generate().public_key)}
    assert len(seal({"t": "yes"}, key).body) == len(seal({"t": "no, not at all"}, key).body)
    assert (len(seal({"t": "x" * 1000}, key).body) - 40) % PADDING == 0


def test_changed_body_does_not_open() -> None:
    """One flipped bit is noticed."""
    private = PrivateKey.generate()
    sealed = seal({"t": "x"}, {"a": bytes(private.public_key)})
    for at in (0, 30, len(sealed.body) - 1):
        changed = bytearray(sealed.body)
        changed[at] ^= 1
        with pytest.raises(CannotOpen):
            unseal(bytes(changed), sealed.keys, {"a": private})


def test_the_same_document_never_looks_the_same() -> None:
    """Fresh keys and nonces: equal reports cannot be matched."""
    key = {"a": bytes(PrivateKey.generate().public_key)}
    assert seal({"t": "x"}, key).body != seal({"t": "x"}, key).body


def test_the_key_of_one_envelope_opens_no_other() -> None:
    """Whoever was given one report must not be able to open the next with the same key, not even one that says the same."""
    private = PrivateKey.generate()
    first, second = (seal({"t": "x"}, {"a": bytes(private.public_key)}) for _ in range(2))
    assert unseal(first.body, first.keys, {"a": private}) == unseal(second.body, second.keys, {"a": private})
    for body, keys in ((first.body, second.keys), (second.body, first.keys)):
        with pytest.raises(CannotOpen):
            unseal(body, keys, {"a": private})


def test_receipt_is_six_groups_of_five() -> None:
    """As it is printed."""
    groups = receipts.show(receipts.draw())
    assert [len(group) for group in groups] == [5] * 6


@given(st.integers(0, 10**28 - 1))
def test_receipt_reads_back_in_any_script_and_spacing(number: int) -> None:
    """Arabic-Indic, Devanagari or full-width digits, with spaces or dashes."""
    digits = f"{number:028d}"
    whole = "".join(receipts.show(digits))
    for zero in ("0", "٠", "۰", "०", "0"):  # noqa: RUF001 digits of other scripts
        typed = " - ".join(chr(ord(zero) + int(sign)) for sign in whole)
        assert receipts.read(typed) == digits


@given(st.integers(0, 10**28 - 1), st.integers(0, 29), st.integers(1, 9))
def test_receipt_notices_one_wrong_digit(number: int, at: int, by: int) -> None:
    """A slip of the pen gets a clear answer instead of “unknown”."""
    whole = "".join(receipts.show(f"{number:028d}"))
    wrong = whole[:at] + str((int(whole[at]) + by) % 10) + whole[at + 1 :]
    assert receipts.read(wrong) is None


@given(st.integers(0, 10**28 - 1), st.integers(0, 28))
def test_receipt_notices_swapped_neighbours(number: int, at: int) -> None:
    """The commonest slip."""
    whole = "".join(receipts.show(f"{number:028d}"))
    swapped = whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :]
    assert swapped == whole or receipts.read(swapped) is None


@pytest.mark.parametrize("typed", ["", "12345", "a" * 30, "1" * 31, "x" + "1" * 30])
def test_receipt_refuses_what_is_none(typed: str) -> None:
    """Anything else is no receipt."""
    assert receipts.read(typed) is None


def test_a_digest_is_what_the_page_about_envelopes_says() -> None:
    """A proof is checked for years by others, with these very bytes: any other would call a true one false."""
    key = hashlib.blake2b(b"0123456789" * 2 + b"01234567", digest_size=32, person=b"cw-proof").digest()
    assert envelopes.proof_key("0123456789" * 2 + "01234567") == key
    by_hand = hashlib.blake2b(b"words", key=key, digest_size=28, person=b"cw-digest").hexdigest()
    assert envelopes.digest(b"words", key) == by_hand
