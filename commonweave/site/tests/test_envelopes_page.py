"""docs/envelopes.md is what a cryptographer reads instead of the code: each value on it is the product's."""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.test import RequestFactory
from nacl.public import PrivateKey
from nacl.secret import SecretBox

from commonweave.base.gate.memory import Memory
from commonweave.base.viewer import Viewer
from commonweave.delivery import sealing
from commonweave.delivery.return_path import token_of
from commonweave.delivery.server import Letter
from commonweave.people import locks, unsealing
from commonweave.people.locks import CHEAPEST, Cost
from commonweave.people.models import MemberKey
from commonweave.people.queries import today
from commonweave.people.tests.factories import make_person
from commonweave.people.tests.test_locks import CODE, MEMBER, ORGANISATION, PASSPHRASE, PUBLIC, PUBLISHED, WRAPPED
from commonweave.people.tokens import Token
from commonweave.reports.likeness import repeat_key, tokens
from commonweave.sharing import intake, receipts
from commonweave.sharing.envelopes import digest, proof_key, receipt_keys, unseal
from commonweave.sharing.proofs import Proof, Words, check
from commonweave.sharing.tests.test_envelopes import DIGITS
from commonweave.sharing.tests.test_intake import NODE, SEALED_HASH, SEALED_TEXT

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings as SettingsFixture

PAGE = (Path(__file__).parents[3] / "docs" / "envelopes.md").read_text()
PROGRAM = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def stands_there(value: str) -> bool:
    """Say whether a value stands on the page as a whole."""
    return re.search(rf"(?<![0-9a-zA-Z]){re.escape(value)}(?![0-9a-zA-Z])", PAGE) is not None


def test_the_program_on_the_page_runs() -> None:
    """It has nothing of ours in it: whoever has libsodium can check every value."""
    assert len(PROGRAM) == 1
    assert not re.search(r"(import|from) commonweave", PROGRAM[0])
    exec(compile(PROGRAM[0], "docs/envelopes.md", "exec"), {})  # noqa: S102 our own page


def test_receipt_is_as_published() -> None:
    keys = receipt_keys(DIGITS)
    for value in (str(keys.locator), bytes(keys.private).hex(), keys.public.hex(), " ".join(receipts.show(DIGITS))):
        assert stands_there(value)


def test_a_programs_token_is_as_published() -> None:
    token = Token("0123456789abcdef" * 2, "fedcba9876543210" * 4)
    lock = bytes(token._box().encrypt(bytes(range(32)), bytes(range(24))))
    for value in (token.name.hex(), lock[24:].hex()):
        assert stands_there(value)
    assert bytes(token.open(lock, bytes(PrivateKey(bytes(range(32))).public_key))) == bytes(range(32))


def test_locks_are_as_published() -> None:
    """The same values open in test_locks.py."""
    for box in (PUBLISHED.by_passphrase, PUBLISHED.by_code):
        assert stands_there(box[24:].hex())
    assert stands_there(PASSPHRASE)
    assert locks.read_code(CODE) == CODE
    assert bytes(locks.open_with_passphrase(PUBLISHED, PASSPHRASE)) == bytes(MEMBER)
    assert bytes(locks.open_with_code(PUBLISHED, CODE)) == bytes(MEMBER)
    assert (CHEAPEST.passes, CHEAPEST.memory) == (1, 8 * 1024)
    assert (Cost().passes, Cost().memory) == (3, 64 * 1024**2)
    assert stands_there(hashlib.blake2b(CODE.encode(), digest_size=32, person=b"cw-recovery").hexdigest())


def test_organisations_key_is_as_published() -> None:
    assert stands_there(bytes(MEMBER.public_key).hex())
    assert stands_there(PUBLIC.hex())
    assert stands_there(locks.spoken(PUBLIC))
    assert stands_there(WRAPPED.hex())
    assert bytes(locks.unwrap(WRAPPED, MEMBER, PUBLIC)) == bytes(ORGANISATION)


def test_envelope_is_as_published() -> None:
    """The product opens it with either key."""
    text = next(line for line in PAGE.splitlines() if line.startswith('{"v":1')).encode()
    assert len(text) == 86
    body = bytes(SecretBox(bytes(range(32, 64))).encrypt(text.ljust(256), bytes(range(24))))
    assert stands_there(hashlib.sha256(body).hexdigest())
    keys = dict(re.findall(r"^(receipt|organisation)  +(\S+)$", PAGE, re.MULTILINE))
    for name, private in (("receipt", receipt_keys(DIGITS).private), ("organisation", ORGANISATION)):
        assert unseal(body, keys, {name: private})["text"] == "Zikomo, Ëndërr, شكرا"


def test_what_waits_is_as_published() -> None:
    """The same example is sealed by the product in test_intake.py, and by a browser in journeys/test_offline.py."""
    mine = ec.derive_private_key(int.from_bytes(bytes(range(32))), intake.CURVE)
    for value in (SEALED_HASH, NODE.public.hex(), intake.point(mine).hex()):
        assert stands_there(value)
    assert SEALED_TEXT in PAGE


def test_proof_is_as_published() -> None:
    """The product finds that the page's proof holds, and makes the same digest."""
    words: dict[str, Any] = {}
    exec(compile(PROGRAM[0], "docs/envelopes.md", "exec"), words)  # noqa: S102 our own page
    key = proof_key(DIGITS)
    assert digest(words["text"], key) == words["digest"]
    proof = Proof(
        about="",
        node="",
        day="2026-01-31",
        digest=words["digest"],
        entry=words["entry"].decode(),
        index=1,
        size=3,
        path=[words["another"].hex(), words["another"].hex()],
        batch=7,
        previous=bytes(32).hex(),
        root=words["root"].hex(),
        signature=words["signature"].hex(),
        key=bytes(words["signer"].verify_key).hex(),
        checkpoint=f"7:{words['checkpoint']}",
        words=Words(words["text"].decode(), key.hex()),
    )
    assert check(proof).holds
    for value in (
        key.hex(),
        proof.digest,
        words["leaf"].hex(),
        proof.root,
        proof.key,
        proof.signature,
        proof.checkpoint,
    ):
        assert stands_there(value)


def test_tokens_are_as_published() -> None:
    key = repeat_key(ORGANISATION)
    report = {"what": "Stickers on the bus stop", "address": "https://www.example.org/group/7/", "place": UUID(int=1)}
    made = tokens(key, report, date(2026, 1, 31))
    assert len(made) == 10
    for value in (key.hex(), made[0], made[1], made[2], made[9]):
        assert stands_there(str(value))


@pytest.mark.django_db
def test_session_is_as_published() -> None:
    """With the half that the cookie holds, and with no other."""
    found = re.search(r"^\| session.*`(\S+)` \|$", PAGE, re.MULTILINE)
    assert found
    person = make_person()
    MemberKey.objects.create(person=person, public=bytes(MEMBER.public_key), made_on=today())
    request = RequestFactory().get("/")
    request.session = {unsealing.ENTRY: found[1]}  # type: ignore[assignment]  # all that is asked of one
    request.viewer = Viewer(person=person.pk)  # type: ignore[attr-defined]
    for half, opened in ((bytes(range(96, 128)), bytes(MEMBER)), (bytes(range(32)), None)):
        request.COOKIES[unsealing.cookie_name()] = urlsafe_b64encode(half).decode()
        private = unsealing.private_of(request)  # type: ignore[arg-type]
        assert (bytes(private) if private else None) == opened


def test_gates_hash_is_as_published() -> None:
    gate = Memory()
    gate.view[:32] = bytes(range(32))
    assert stands_there(gate.tag("send", "203.0.113.5").to_bytes(8).hex())


@pytest.fixture
def _published_node(tmp_path: Path, settings: SettingsFixture) -> None:
    file = tmp_path / "secret"
    file.write_text(bytes(range(32)).hex())
    settings.CONFIG = replace(settings.CONFIG, secret_file=file)


@pytest.mark.usefixtures("_published_node")
def test_letter_and_token_are_as_published() -> None:
    """The product opens the letter that the page's program closes, and closes one of that length."""
    words: dict[str, Any] = {}
    exec(compile(PROGRAM[0], "docs/envelopes.md", "exec"), words)  # noqa: S102 our own page
    assert stands_there(words["closed"][:48].hex())
    assert sealing.open_letter(words["closed"]) == Letter("a@example.org", "Zikomo", "Ëndërr")
    assert len(sealing.seal_letter(Letter("a@example.org", "Zikomo", "Ëndërr"))) == len(words["closed"]) == 1072
    assert stands_there(token_of(UUID(bytes=bytes(range(16)))))


@pytest.mark.parametrize("label", ["journal", "session", "letters-to-residents", "return-path"])
def test_what_derives_from_the_secret_is_as_published(label: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(bytes(range(32)).hex())
    node = replace(settings.CONFIG, secret_file=file)
    assert stands_there(node.derive(label).hex())


def test_nothing_that_derives_from_the_secret_opens_an_envelope() -> None:
    """The labels on the page are those in the code; the one that makes an X25519 key is for letters, not for envelopes."""
    root = Path(__file__).parents[2]
    used = set()
    for file in root.rglob("*.py"):
        if "tests" not in file.parts:
            used |= set(re.findall(r'derive\(f?"([a-z-]+[:]?)', file.read_text()))
            letters = file == root / "delivery" / "sealing.py"
            assert bool(re.search(r"PrivateKey\([^)]*derive", file.read_text())) == letters, file
    assert used
    for label in used:
        assert f"`{label}" in PAGE, label
