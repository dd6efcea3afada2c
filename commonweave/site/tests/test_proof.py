"""A resident's proof: made from the journal for whoever holds the receipt, checked by anybody, here and without a node."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from nacl.signing import SigningKey

from commonweave.base.journal.seal import seal_batch
from commonweave.base.models import JournalEntry
from commonweave.base.rls import OWNER
from commonweave.base.tests.roles import WebClient, as_viewer
from commonweave.base.viewer import NOBODY, Viewer
from commonweave.places.tests.factories import make_place
from commonweave.reports import actions
from commonweave.reports.draft import lock_receipt
from commonweave.reports.models import Report
from commonweave.reports.tests.factories import make_report, make_team, member_of
from commonweave.sharing import proofs, receipts
from commonweave.sharing.envelopes import digest, plain, proof_key
from commonweave.site.cli import FAILED, OK
from commonweave.site.cli.journal import command

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from django.test.client import _MonkeyPatchedWSGIResponse as Response

    from commonweave.people.models import Team

pytestmark = pytest.mark.django_db
WORDS = "Stickers on the bus stop, again."


class Sent:
    """Three reports of a day, one of them with its receipt at hand."""

    def __init__(self) -> None:
        city = make_place("pp-city", make_place("pp", type="country"))
        self.team: Team = make_team(city)
        self.report: Report
        self.report, self.digits = make_report(city, what=WORDS)
        self.others = [make_report(city) for _ in range(2)]

    def seal(self) -> None:
        assert seal_batch(timezone.now().date() + timedelta(days=1)) > len(self.others)

    def ask(self, do: str = "proof", **more: str) -> Response:
        return WebClient().post(reverse("reports:receipt"), {"visit": lock_receipt(self.digits), "do": do, **more})

    def proof(self, **more: str) -> proofs.Proof:
        return proofs.read(self.ask(**more).content.decode())


@pytest.fixture
def sent() -> Sent:
    return Sent()


def answer_to(text: str) -> str:
    return WebClient().post(reverse("reports:check_proof"), {"text": text}).content.decode()


HOLDS, FAILS = 'class="notice success"', 'class="notice danger"'


def test_before_the_day_is_sealed_there_is_no_proof(sent: Sent) -> None:
    """It is promised for tomorrow, and given then."""
    early = sent.ask()
    assert "attachment" not in early.headers.get("Content-Disposition", "")
    assert "tomorrow" in early.content.decode()
    sent.seal()
    assert sent.ask().headers["Content-Disposition"] == 'attachment; filename="proof.json"'


@pytest.mark.parametrize("do", ["proof", "proof-letter"])
def test_anybody_sees_that_a_proof_holds(sent: Sent, do: str) -> None:
    """Pasted or as a file, as JSON or as a letter; the words are not in it unless somebody put them there."""
    sent.seal()
    text = sent.ask(do).content.decode()
    assert WORDS not in text
    assert HOLDS in answer_to(text)
    upload = {"upload": SimpleUploadedFile("proof.txt", text.encode())}
    assert HOLDS in WebClient().post(reverse("reports:check_proof"), upload).content.decode()
    assert sent.digits not in text
    assert receipts.show(sent.digits)[0] not in text


def test_a_proof_with_words_shows_them(sent: Sent) -> None:
    """Only the key of the digest goes along, and it neither finds nor opens the report."""
    sent.seal()
    proof = sent.proof(words="1")
    assert proof.words is not None
    assert proof.words.key == proof_key(sent.digits).hex()
    page = answer_to(proof.file())
    assert HOLDS in page
    assert WORDS in page
    changed = proof.file().replace(WORDS, "Stickers on the church door.")
    assert FAILS in (page := answer_to(changed))
    assert "church" not in page.split("<textarea")[0]


def test_a_proof_of_another_node_does_not_hold_here(sent: Sent) -> None:
    """It may agree with itself, and was never sealed by this one."""
    sent.seal()
    proof = sent.proof()
    signer = SigningKey(bytes(32))
    said = proof.said
    signature = signer.sign(said).signature
    forged = proof.__class__(
        **{
            **vars(proof),
            "key": bytes(signer.verify_key).hex(),
            "signature": signature.hex(),
            "checkpoint": proofs.checkpoint_of(proof.batch, said, signature),
        }
    )
    assert proofs.check(forged).holds
    assert FAILS in answer_to(forged.file())


@pytest.mark.parametrize("text", ["", "nothing", "{}", '{"format":"commonweave-proof-1"}', "[" * 50_000])
def test_whatever_is_pasted_is_answered(text: str) -> None:
    """And kept nowhere."""
    page = WebClient().post(reverse("reports:check_proof"), {"text": text})
    assert page.status_code == 200
    assert HOLDS not in page.content.decode()
    assert not page.cookies


def test_the_digest_is_of_the_sealed_words_under_the_receipt(sent: Sent) -> None:
    """So the resident, or their lawyer, makes it again from both."""
    opened = actions.read_own_report(sent.digits)
    assert opened is not None
    (entry,) = JournalEntry.objects.filter(subject=sent.report.pk, verb="report.received")
    assert entry.facts["digest"] == digest(plain(opened.document), proof_key(sent.digits))
    assert entry.at is None


def test_a_proof_outlives_the_words(sent: Sent) -> None:
    """Who took the report back can still show that it had arrived."""
    sent.seal()
    actions.withdraw_report(sent.digits)
    proof = sent.proof(words="1")
    assert proof.words is None
    assert HOLDS in answer_to(proof.file())


def test_nobody_else_comes_through_the_door(sent: Sent) -> None:
    """The function of the database answers about the receipt at hand only: not to the team, not to another resident."""
    sent.seal()

    def found(viewer: Viewer) -> set[str]:
        with as_viewer(viewer), connection.cursor() as cursor:
            cursor.execute("select subject from reports_received()")
            return {str(row[0]) for row in cursor.fetchall()}

    other, _digits = sent.others[0]
    assert found(Viewer(receipt=sent.report.locator)) == {str(sent.report.pk)}
    assert found(Viewer(receipt=other.locator)) == {str(other.pk)}
    assert found(member_of(sent.team)) == set()
    assert found(NOBODY) == set()


def test_the_owner_of_the_function_sees_no_other_report(sent: Sent) -> None:
    """The second wall read alone: were the function to ask for everything, it would be given what the receipt finds."""

    def seen(viewer: Viewer) -> set[UUID]:
        with as_viewer(viewer), connection.cursor() as cursor:
            cursor.execute(f"set local role {OWNER}")
            return set(Report.objects.values_list("pk", flat=True))

    assert seen(Viewer(receipt=sent.report.locator)) == {sent.report.pk}
    assert seen(member_of(sent.team)) == seen(NOBODY) == set()


def run(*words: str, given: str = "") -> tuple[int, str]:
    found = CliRunner().invoke(command, ["check-proof", *words], input=given, standalone_mode=False)
    return (found.return_value if found.exception is None else -1), found.output


def test_the_command_checks_without_a_node(sent: Sent, tmp_path: Path) -> None:
    """With a key and a checkpoint from elsewhere it says more than that the proof agrees with itself."""
    sent.seal()
    proof = sent.proof()
    (file := tmp_path / "proof.txt").write_text(sent.ask("proof-letter").content.decode())
    code, said = run(str(file), "--key", proof.key, "--checkpoint", proof.checkpoint)
    assert (code, "Holds" in said) == (OK, True)
    assert run(str(file), "--key", "00")[0] == FAILED
    assert run(str(file), "--checkpoint", "1:00")[0] == FAILED
    file.write_text(proof.file().replace(proof.day, "2020-01-01"))
    assert run(str(file))[0] == FAILED
    file.write_text("nothing")
    assert run(str(file))[0] == -1


def test_the_command_compares_words_and_receipt(sent: Sent, tmp_path: Path) -> None:
    """What a lawyer has: the proof, the paper with the number, and the text."""
    sent.seal()
    (file := tmp_path / "proof.json").write_text(sent.proof().file())
    text = json.loads(sent.proof(words="1").file())["words"]["text"]
    (words := tmp_path / "words.json").write_text(text)
    number = "".join(receipts.show(sent.digits)) + "\n"
    assert run(str(file), "--words", str(words), "--receipt", given=number)[0] == OK
    words.write_text(text.replace("bus stop", "church"))
    assert run(str(file), "--words", str(words), "--receipt", given=number)[0] == FAILED
    assert run(str(file), "--words", str(words))[0] == -1
    assert run(str(file), "--words", str(words), "--receipt", given="123\n")[0] == -1
