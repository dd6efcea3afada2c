"""Merkle tree hashes and audit paths as in RFC 6962, section 2.1, and what is signed of a tree.

Nothing of Django: whoever checks a proof needs no node.
"""

from __future__ import annotations

import hashlib

Hash = bytes
EMPTY = hashlib.sha256().digest()


def leaf_hash(data: bytes) -> Hash:
    """Hash of a leaf: SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def _node(left: Hash, right: Hash) -> Hash:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(count: int) -> int:
    """Return the largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def root(leaves: list[Hash]) -> Hash:
    """Root over leaf hashes, in O(n)."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    middle = _split(len(leaves))
    return _node(root(leaves[:middle]), root(leaves[middle:]))


def path(leaves: list[Hash], index: int) -> list[Hash]:
    """Return the hashes that prove leaf `index` under `root(leaves)`, lowest first."""
    if len(leaves) <= 1:
        return []
    middle = _split(len(leaves))
    if index < middle:
        return [*path(leaves[:middle], index), root(leaves[middle:])]
    return [*path(leaves[middle:], index - middle), root(leaves[:middle])]


def statement(number: int, size: int, previous: Hash, top: Hash) -> bytes:
    """Return the bytes that a batch's signature covers."""
    return f"commonweave-journal:{number}:{size}:{previous.hex()}:{top.hex()}".encode("ascii")


def sealed_hash(said: bytes, signature: bytes) -> Hash:
    """Return the hash of a signed statement: the next batch carries it, and others keep it as "number:hash"."""
    return leaf_hash(said + signature)


def root_from(leaf: Hash, index: int, size: int, proof: list[Hash]) -> Hash:
    """Recompute the root from one leaf and its path. Raises ValueError when the path has the wrong length."""
    if size == 1:
        if proof:
            message = "The path is too long."
            raise ValueError(message)
        return leaf
    if not proof:
        message = "The path is too short."
        raise ValueError(message)
    middle = _split(size)
    if index < middle:
        return _node(root_from(leaf, index, middle, proof[:-1]), proof[-1])
    return _node(proof[-1], root_from(leaf, index - middle, size - middle, proof[:-1]))
