"""Proofs: what anybody checks without a node. A proof that was changed in any way must not hold."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from commonweave.base import merkle
from commonweave.sharing import proofs
from commonweave.sharing.envelopes import digest, plain, proof_key
from commonweave.sharing.proofs import Proof, Step, Words

DIGITS = "0123456789012345678901234567"
DOCUMENT = {"v": 1, "what": "Zikomo, شكرا, Ëndërr", "point": [-1.5, 53.8]}
SIGNER = SigningKey(bytes(range(32)))


def made(index: int = 2, size: int = 5, *, words: bool = True, **entry: object) -> Proof:
    """Return a true proof for one of several entries."""
    text, key = plain(DOCUMENT), proof_key(DIGITS)
    said = {"verb": "report.received", "on": "2026-01-31", "facts": {"digest": digest(text, key)}, "id": str(uuid4())}
    own = json.dumps({**said, **entry}, sort_keys=True, separators=(",", ":"))
    leaves = [merkle.leaf_hash(b"another %d" % number) for number in range(size)]
    leaves[index] = merkle.leaf_hash(own.encode())
    root, previous = merkle.root(leaves), bytes(range(32))
    statement = merkle.statement(7, size, previous, root)
    signature = SIGNER.sign(statement).signature
    return Proof(
        about="What it proves {and what not}.",
        node="https://example.org",
        day="2026-01-31",
        digest=digest(text, key),
        entry=own,
        index=index,
        size=size,
        path=[each.hex() for each in merkle.path(leaves, index)],
        batch=7,
        previous=previous.hex(),
        root=root.hex(),
        signature=signature.hex(),
        key=bytes(SIGNER.verify_key).hex(),
        checkpoint=proofs.checkpoint_of(7, statement, signature),
        words=Words(text.decode(), key.hex()) if words else None,
    )


@pytest.mark.parametrize("text", ['{"format"' * 11_000, "{" * 99_000, '{"format"}' * 9_000])
def test_what_is_no_proof_is_told_at_once(text: str) -> None:
    """Anybody may send it, without a sign-in: three seconds of a core for each would be enough to stop a node."""
    with pytest.raises(proofs.NotAProof):
        proofs.read(text)


@given(size=st.integers(1, 40), data=st.data(), words=st.booleans())
def test_a_true_proof_holds(size: int, data: st.DataObject, *, words: bool) -> None:
    """In a tree of any size, at any place of it, with words and without; and after it went through a file."""
    proof = made(data.draw(st.integers(0, size - 1)), size, words=words)
    assert proofs.check(proof).holds
    assert proofs.read(proof.file()) == proof
    assert proofs.check(proofs.read(f"A letter {{with brackets}}.\n\n{proof.file()}\n")).holds


HEX = ("digest", "root", "previous", "signature", "key")


@given(name=st.sampled_from(HEX), at=st.integers(0, 27), bit=st.integers(0, 7))
def test_one_changed_bit_fails(name: str, at: int, bit: int) -> None:
    """Whoever changes a proof shows that it was changed."""
    proof = made()
    changed = bytearray.fromhex(getattr(proof, name))
    changed[at] ^= 1 << bit
    assert not proofs.check(replace(proof, **{name: changed.hex()})).holds  # type: ignore[arg-type]  # drawn by name


@pytest.mark.parametrize(
    ("change", "step"),
    [
        ({"day": "2026-01-30"}, Step.ENTRY),
        ({"entry": made().entry.replace("2026-01-31", "2026-01-30"), "day": "2026-01-30"}, Step.PATH),
        ({"index": 1}, Step.PATH),
        ({"size": 6}, Step.SIGNATURE),
        ({"path": []}, Step.PATH),
        ({"path": ["zz"]}, Step.PATH),
        ({"batch": 8}, Step.SIGNATURE),
        ({"key": bytes(SigningKey(bytes(32)).verify_key).hex()}, Step.SIGNATURE),
        ({"key": ""}, Step.SIGNATURE),
        ({"checkpoint": "7:00"}, Step.CHECKPOINT),
        ({"entry": "[]"}, Step.ENTRY),
        ({"words": Words('{"v":1,"what":"Something else"}', proof_key(DIGITS).hex())}, Step.WORDS),
        ({"words": Words(plain(DOCUMENT).decode(), proof_key("1" * 28).hex())}, Step.WORDS),
        ({"words": Words(plain(DOCUMENT).decode(), "")}, Step.WORDS),
    ],
)
def test_each_step_is_looked_at(change: dict[str, object], step: Step) -> None:
    """Each has its own reason, for whoever reads the answer."""
    assert step in proofs.check(replace(made(), **change)).failed  # type: ignore[arg-type]  # drawn by name


@pytest.mark.parametrize("verb", ["report.opened", "report.withdrawn"])
def test_only_what_was_received_counts(verb: str) -> None:
    """A true entry about something else proves nothing here."""
    assert proofs.check(made(verb=verb)).failed == (Step.ENTRY,)


@given(st.one_of(st.text(max_size=80), st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps)))
def test_anything_else_is_no_proof(text: str) -> None:
    """Whatever somebody pastes is answered."""
    with pytest.raises(proofs.NotAProof):
        proofs.read(text)


@given(
    name=st.sampled_from([*vars(made())]),
    value=st.one_of(
        st.none(),
        st.integers(),
        st.booleans(),
        st.floats(allow_nan=False),
        st.lists(st.integers(), max_size=2),
        st.text(max_size=9),
    ),
)
def test_a_proof_with_anything_in_it_is_answered(name: str, value: object) -> None:
    """It holds, does not hold, or is none; nothing else happens."""
    given_ = json.loads(made().file())
    try:
        proof = proofs.read(json.dumps(given_ | {name: value}))
    except proofs.NotAProof:
        return
    holds = proofs.check(proof).holds
    assert holds == (name in {"about", "node"} or given_.get(name) == value or (name, value) == ("words", None))


def test_too_long_is_no_proof() -> None:
    """A page that anybody may use reads only so much."""
    with pytest.raises(proofs.NotAProof):
        proofs.read(replace(made(), about="x" * proofs.LONGEST).file())


@given(words=st.text(max_size=40), other=st.text(max_size=40))
def test_without_the_receipt_a_guess_at_the_words_is_not_confirmed(words: str, other: str) -> None:
    """The digest stands in the journal for ever: it must say nothing to whoever knows the words alone."""
    one, two = (proof_key(digits) for digits in (DIGITS, "1" + DIGITS[1:]))
    assert digest(words.encode(), one) != digest(words.encode(), two)
    assert (digest(words.encode(), one) == digest(other.encode(), one)) == (words == other)


def test_words_and_key_may_come_from_elsewhere() -> None:
    """A lawyer has the receipt and the paper, and a proof without either."""
    proof, text, key = made(words=False), plain(DOCUMENT).decode(), proof_key(DIGITS).hex()
    assert proofs.check(proofs.with_words(proof, text, key)).holds
    assert proofs.with_words(proof, None, None) == proof
    assert proofs.check(proofs.with_words(made(), None, proof_key("1" * 28).hex())).failed == (Step.WORDS,)
    for halves in ((text, None), (None, key)):
        with pytest.raises(proofs.NotAProof):
            proofs.with_words(proof, *halves)
