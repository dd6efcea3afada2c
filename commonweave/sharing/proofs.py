"""Proofs that a report with some digest was received on some day: made from the journal, checked by anybody.

A proof is JSON (docs/envelopes.md): the journal's entry as the exact text that was hashed, its way up the Merkle tree,
and the signed statement of that tree. Nothing here needs a node, Django or a database.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from commonweave.base import merkle
from commonweave.sharing.envelopes import digest

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "commonweave-proof-1"
VERB = "report.received"
LONGEST = 100_000


class NotAProof(Exception):
    """This is no proof, or not in a form that we know."""


class Step(StrEnum):
    """What has to hold, in the order in which it is looked at."""

    ENTRY = "entry"  # the entry says what the proof says: a report with this digest, on this day
    PATH = "path"  # the entry is in the tree
    SIGNATURE = "signature"  # the key that stands in the proof signed the tree
    CHECKPOINT = "checkpoint"  # the checkpoint is that of this tree
    WORDS = "words"  # the words that lie in the proof have this digest


@dataclass(frozen=True)
class Words:
    """The sealed text itself, and the key of its digest (hexadecimal): a resident adds them if they want to."""

    text: str
    key: str


@dataclass(frozen=True)
class Proof:
    """What is written into the file. Bytes are hexadecimal; `about` and `node` are for whoever reads it."""

    about: str
    node: str
    day: str
    digest: str
    entry: str
    index: int
    size: int
    path: list[str]
    batch: int
    previous: str
    root: str
    signature: str
    key: str
    checkpoint: str
    words: Words | None = None

    @property
    def said(self) -> bytes:
        """The statement that the signature covers."""
        return merkle.statement(self.batch, self.size, bytes.fromhex(self.previous), bytes.fromhex(self.root))

    def file(self) -> str:
        """Return the proof as JSON, a line for each value."""
        found = {"format": FORMAT, **asdict(self)}
        return json.dumps(
            {name: value for name, value in found.items() if value is not None}, ensure_ascii=False, indent=1
        )


def checkpoint_of(batch: int, said: bytes, signature: bytes) -> str:
    """Return what others may have kept of this batch."""
    return f"{batch}:{merkle.sealed_hash(said, signature).hex()}"


def read(text: str) -> Proof:
    """Read a proof from JSON, or from a letter with JSON in it. Raises NotAProof."""
    try:
        given = json.loads(_inside(text) if len(text) <= LONGEST else "")
        if given.pop("format") != FORMAT:
            raise NotAProof
        words = given.pop("words", None)
        proof = Proof(**given, words=Words(**words) if words is not None else None)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise NotAProof from error
    if not _is_typed(proof):
        raise NotAProof
    return proof


def _inside(text: str) -> str:
    found = re.search(r'\{\s*"format"', text)
    return text[found.start() : text.rfind("}") + 1] if found else text


def with_words(proof: Proof, text: str | None, key: str | None) -> Proof:
    """Return the proof with words, or a key of the digest, from elsewhere. Raises NotAProof where the other half is missing."""
    if text is None and key is None:
        return proof
    both = (text or (proof.words and proof.words.text), key or (proof.words and proof.words.key))
    if not all(both):
        raise NotAProof
    return replace(proof, words=Words(str(both[0]), str(both[1])))


def _is_typed(proof: Proof) -> bool:
    numbers = (proof.index, proof.size, proof.batch)
    texts: list[Any] = [
        value for name, value in vars(proof).items() if name not in {"index", "size", "batch", "path", "words"}
    ]
    texts += proof.path if isinstance(proof.path, list) else [None]
    texts += [proof.words.text, proof.words.key] if proof.words else []
    fit = all(type(each) is int and 0 <= each < 1 << 53 for each in numbers) and proof.index < proof.size
    return fit and all(isinstance(each, str) for each in texts)


@dataclass(frozen=True)
class Checked:
    """What was found: which steps fail; `words` is None where no words lie in the proof."""

    proof: Proof
    failed: tuple[Step, ...]

    @property
    def holds(self) -> bool:
        """Say whether everything that the proof says follows from what was signed."""
        return not self.failed


def check(proof: Proof) -> Checked:
    """Look at every step; one that cannot even be read fails."""
    steps = {
        Step.ENTRY: _entry,
        Step.PATH: _path,
        Step.SIGNATURE: _signature,
        Step.CHECKPOINT: _checkpoint,
        Step.WORDS: _words,
    }
    return Checked(proof, tuple(step for step, look in steps.items() if not _holds(look, proof)))


def _holds(look: Any, proof: Proof) -> bool:  # noqa: ANN401 one of the functions below
    try:
        return bool(look(proof))
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError, CryptoError):
        return False


def _entry(proof: Proof) -> bool:
    entry: Mapping[str, Any] = json.loads(proof.entry)
    date.fromisoformat(proof.day)
    return (entry["verb"], entry["on"], entry["facts"]["digest"]) == (VERB, proof.day, proof.digest)


def _path(proof: Proof) -> bool:
    leaf = merkle.leaf_hash(proof.entry.encode())
    way = [bytes.fromhex(each) for each in proof.path]
    return merkle.root_from(leaf, proof.index, proof.size, way) == bytes.fromhex(proof.root)


def _signature(proof: Proof) -> bool:
    VerifyKey(bytes.fromhex(proof.key)).verify(proof.said, bytes.fromhex(proof.signature))
    return True


def _checkpoint(proof: Proof) -> bool:
    return proof.checkpoint == checkpoint_of(proof.batch, proof.said, bytes.fromhex(proof.signature))


def _words(proof: Proof) -> bool:
    return proof.words is None or digest(proof.words.text.encode(), bytes.fromhex(proof.words.key)) == proof.digest
