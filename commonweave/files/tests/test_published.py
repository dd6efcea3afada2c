"""docs/envelopes.md says how files are sealed; the product agrees, byte for byte."""

from __future__ import annotations

import hashlib
from pathlib import Path
from uuid import UUID

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt

from commonweave.files.arriving import Upload, file_id
from commonweave.files.sealing import CHUNK, bound, unseal
from commonweave.sharing.tests.test_envelopes import DIGITS

PAGE = (Path(__file__).parents[3] / "docs" / "envelopes.md").read_text()
FILE, KEY = UUID("00010203-0405-4607-8809-0a0b0c0d0e0f"), bytes(range(128, 160))


def test_a_piece_is_as_published() -> None:
    """The product opens what the page's program sealed."""
    words, nonce = "Zikomo, Ëndërr, شكرا".encode(), bytes(range(24))
    made = crypto_aead_xchacha20poly1305_ietf_encrypt(words.ljust(CHUNK, b"\0"), bound(FILE, 0, last=True), nonce, KEY)
    piece = nonce + made
    assert hashlib.sha256(piece).hexdigest() in PAGE
    assert piece[:48].hex() in PAGE
    assert unseal([piece], KEY, FILE, len(words)) == words


def test_what_derives_from_a_receipt_is_as_published() -> None:
    sha256 = hashlib.sha256(b"abc").hexdigest()
    upload = Upload(DIGITS, sha256, 3)
    kept = file_id(DIGITS, sha256)
    values = (
        upload.folder.parent.name,
        str(upload.id),
        upload.key.hex(),
        str(kept),
        str(file_id(DIGITS, kept.hex, "original")),
    )
    for value in values:
        assert f"`{value}`" in PAGE
