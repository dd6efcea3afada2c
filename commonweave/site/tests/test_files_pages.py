"""Sending files over poor networks, with and without scripts. A failure here is a photo that never arrives, or lies in clear."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from commonweave.base.gate.limits import Limit
from commonweave.base.gate.memory import memory
from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import WebClient
from commonweave.files.arriving import PART
from commonweave.files.models import File
from commonweave.files.tests.samples import MARK, jpeg
from commonweave.files.tests.samples.sound import wav
from commonweave.people.models import Role
from commonweave.people.tests import factories as people
from commonweave.places.tests.factories import make_place
from commonweave.reports import actions
from commonweave.reports.draft import lock_receipt
from commonweave.reports.models import Report, State
from commonweave.reports.tests.factories import make_report, make_team, ring_of
from commonweave.reports.views import files as page
from commonweave.reports.views import team as team_page
from commonweave.site.tests.signed_in import sign_in

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own."""
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, files=str(tmp_path / "files")))
    memory().clear()
    return tmp_path / "files"


@pytest.fixture
def sent() -> tuple[Report, str]:
    """A report, and its receipt."""
    city = make_place("vv-city", make_place("vv", type="country"))
    make_team(city)
    return make_report(city)


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def long_sound(size: int) -> bytes:
    """Return a sound that is long enough for several parts, and that nothing about it can be shortened."""
    head = wav()[: wav().index(b"data")]
    noise = random.Random(size).randbytes(size)  # noqa: S311 - repeatable
    whole = head + b"data" + len(noise).to_bytes(4, "little") + noise
    return whole[:4] + (len(whole) - 8).to_bytes(4, "little") + whole[8:]


class Script:
    """What upload.js does."""

    def __init__(self, digits: str, data: bytes) -> None:
        self.visit, self.data = lock_receipt(digits), data
        self.sha256 = hashlib.sha256(data).hexdigest()

    def ask(self, **fields: Any) -> dict[str, Any]:
        facts = {"visit": self.visit, "sha256": self.sha256, "size": len(self.data), **fields}
        answer = WebClient().post(reverse("reports:files_part"), facts)
        assert answer.status_code == 200, answer.content[:300]
        return dict(json.loads(answer.content))

    def part(self, at: int, *, spoiled: bool = False) -> dict[str, Any]:
        piece = self.data[at * PART : (at + 1) * PART]
        told = hashlib.sha256(piece).hexdigest()
        return self.ask(at=at, part=upload("blob", piece[:-1] if spoiled else piece), part_sha256=told)

    def finish(self) -> dict[str, Any]:
        return self.ask(finish=1, name=f"{MARK} voice.wav", original=1)


def test_form_without_scripts_takes_what_it_can(
    sent: tuple[Report, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file that is refused stops no other; nothing passes through a temporary folder."""
    monkeypatch.setattr(settings, "FILE_UPLOAD_TEMP_DIR", str(tmp_path / "temporary"), raising=False)
    (tmp_path / "temporary").mkdir()
    chosen = [upload("a b.jpeg", jpeg()), upload("run.exe", b"MZ" + bytes(9)), upload("big.jpg", bytes(25_000_001))]
    answer = WebClient().post(reverse("reports:files"), {"visit": lock_receipt(sent[1]), "files": chosen})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "a b.jpg has arrived" in text
    assert "It is a program" in text
    assert "larger than 25 MB" in text
    assert File.objects.count() == 1
    assert list((tmp_path / "temporary").iterdir()) == []
    assert not answer.cookies


def test_together_no_more_than_memory_holds(sent: tuple[Report, str]) -> None:
    """Somebody who sends without end must not take the memory of all."""
    chosen = [upload(f"{number}.jpg", jpeg(number) + bytes(20_000_000)) for number in range(4)]
    answer = WebClient().post(reverse("reports:files"), {"visit": lock_receipt(sent[1]), "files": chosen})
    assert "larger than 25 MB" in answer.content.decode()
    assert File.objects.count() == 2


def test_connection_that_breaks_costs_one_part(sent: tuple[Report, str], folder: Path) -> None:
    """The same file chosen again, after hours and on a page loaded anew, goes on where it was."""
    data = long_sound(3 * PART + 100)
    script = Script(sent[1], data)
    assert script.ask() == {"at": 0}
    assert script.part(0) == {"at": 1}
    assert script.part(1, spoiled=True) == {"at": 1}
    assert script.part(2) == {"at": 1}, "a gap stays to be filled"
    assert script.finish() == {"at": 1}
    again = Script(sent[1], data)
    assert again.ask() == {"at": 1}
    assert again.part(1) == {"at": 3}
    assert again.part(3) == {"at": 4}
    assert again.finish()["done"] == hashlib.sha256(data).hexdigest()
    assert again.finish()["done"] == script.sha256, "an answer that was lost is given again"
    assert again.ask() == {"at": 4}
    assert File.objects.count() == 2
    assert not any((folder / "arriving").glob("*/*"))
    own = actions.read_own_report(sent[1])
    assert own is not None
    assert [each.sha256 for each in own.files if each.original] == [script.sha256]


def test_whatever_was_changed_on_the_way_is_noticed(sent: tuple[Report, str], folder: Path) -> None:
    """Parts that are not what the sender reckoned never become a file; a changed disk neither."""
    data = long_sound(PART + 10)
    script = Script(sent[1], data)
    script.part(0)
    script.part(1)
    path = next(each for each in folder.rglob("0") if each.is_file())
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    assert script.finish() == {"at": 0}
    assert File.objects.count() == 0


def test_parts_that_are_not_what_was_reckoned_make_no_file(sent: tuple[Report, str]) -> None:
    """Each part is whole, and yet they are of two files: a picture that was changed while it was being sent."""
    data, other = long_sound(PART + 10), long_sound(PART + 11)[:-1]
    script = Script(sent[1], data)
    script.part(0)
    piece = other[PART:]
    script.ask(at=1, part=upload("blob", piece), part_sha256=hashlib.sha256(piece).hexdigest())
    assert script.finish() == {"at": 0}
    assert File.objects.count() == 0


@pytest.mark.parametrize("first", [0, 1])
def test_unfinished_uploads_of_one_receipt_are_few(sent: tuple[Report, str], folder: Path, first: int) -> None:
    """Whichever part comes first: one receipt would fill the disk."""
    for number in range(5):
        Script(sent[1], long_sound(PART + 10 + number)).part(first)
    assert len(list((folder / "arriving").glob("*/*"))) == 3


@pytest.mark.parametrize(
    "broken", [{"size": "x"}, {"sha256": "../../etc"}, {"at": "99999"}, {"at": "-1"}, {"size": "-5"}]
)
def test_made_up_parts_are_refused(sent: tuple[Report, str], folder: Path, broken: dict[str, str]) -> None:
    script = Script(sent[1], jpeg())
    facts = {"visit": script.visit, "sha256": script.sha256, "size": len(script.data), "at": 0}
    given = {**facts, "part": upload("x", jpeg()), "part_sha256": script.sha256, **broken}
    assert WebClient().post(reverse("reports:files_part"), given).status_code == 400
    assert not folder.exists() or not any(path.is_file() for path in folder.rglob("*"))


def test_without_a_visit_or_from_elsewhere_nothing_is_taken(sent: tuple[Report, str]) -> None:
    """A page of somebody else must not send files in a resident's name."""
    given = {"visit": lock_receipt(sent[1]), "files": [upload("a.jpg", jpeg())]}
    WebClient().post(reverse("reports:files"), given, headers={"Sec-Fetch-Site": "cross-site"})
    WebClient().post(reverse("reports:files"), {**given, "visit": "made up"})
    strange = WebClient().post(
        reverse("reports:files_part"), {"visit": given["visit"]}, headers={"Sec-Fetch-Site": "none-of"}
    )
    assert strange.status_code == 405
    assert "refused" in json.loads(WebClient().post(reverse("reports:files_part"), {"visit": "made up"}).content)
    assert File.objects.count() == 0


def test_a_file_of_another_report_is_not_there(sent: tuple[Report, str]) -> None:
    actions.add_file(sent[1], name="a.jpg", data=jpeg(), original=False)
    _second, digits = make_report(sent[0].place)
    for deed in ("fetch", "remove"):
        given = {"visit": lock_receipt(digits), deed: str(File.objects.get().pk)}
        assert WebClient().post(reverse("reports:files"), given).status_code == 404
    assert File.objects.count() == 1


def test_while_another_file_is_cleaned_one_is_asked_to_come_back(sent: tuple[Report, str]) -> None:
    """Nobody waits: whoever sends files that take long to clean would keep every thread from everybody else."""
    script = Script(sent[1], jpeg())
    script.part(0)
    with page._cleaning:
        assert "busy" in script.finish()
    assert script.finish()["done"] == script.sha256


@pytest.mark.parametrize("purpose", ["file", "files"])
def test_only_so_many_files_are_cleaned_for_one_receipt_and_one_network(
    sent: tuple[Report, str], monkeypatch: pytest.MonkeyPatch, purpose: str
) -> None:
    """Each may keep a core busy for half a minute, refused ones too."""
    monkeypatch.setattr(settings, "LIMITS", {**settings.LIMITS, purpose: Limit(stop=2)})
    given = {"visit": lock_receipt(sent[1])}
    for said in ("It is a program", "It is a program", "try again in a minute"):
        chosen = {**given, "files": [upload("run.exe", b"MZ" + bytes(9))]}
        answer = WebClient(REMOTE_ADDR="192.0.2.9").post(reverse("reports:files"), chosen)
        assert said in answer.content.decode()


def test_team_gets_a_file_that_no_browser_opens(sent: tuple[Report, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """And whoever fetches it stands in the journal."""
    report, digits = sent
    actions.add_file(digits, name="häßlich\r\nX-Evil: 1.jpg", data=jpeg(), original=True)
    member = people.make_member(Role.READER, report.team.organisation, report.team, password=people.PASSWORD)
    people.give_second_factor(member)
    client = sign_in(member)
    own = actions.read_own_report(digits)
    assert own is not None
    facts = next(each for each in own.files if not each.original)
    address = reverse("reports:file", args=[report.pk, facts.pk])
    assert client.get(address).status_code == 302
    monkeypatch.setattr(page, "ring_of", lambda _request: ring_of(report.team))
    assert client.get(address).status_code == 403, "the report has to be opened first"
    Report.objects.update(state=State.OPENED)
    answer = client.get(address)
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == facts.sha256
    assert answer["Content-Disposition"].startswith("attachment")
    assert "X-Evil" not in answer.headers
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    entry = JournalEntry.objects.get(verb="report.file_opened")
    assert (entry.actor, entry.facts["file"]) == (member.pk, str(facts.pk))


def at_work(report: Report, monkeypatch: pytest.MonkeyPatch, *, checked: bool = False) -> WebClient:
    """Return a client of a reader of the team, with keys at hand, who has opened the report."""
    member = people.make_member(Role.READER, report.team.organisation, report.team, password=people.PASSWORD)
    people.give_second_factor(member)
    client = sign_in(member)
    client.handler.enforce_csrf_checks = checked
    for module in (page, team_page):
        monkeypatch.setattr(module, "ring_of", lambda _request: ring_of(report.team))
    Report.objects.update(state=State.OPENED)
    return client


def test_team_sends_files_with_its_answer(sent: tuple[Report, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be taken stops all of it, and no written word is lost; the resident finds what was sent."""
    report, digits = sent
    client = at_work(report, monkeypatch)
    address = reverse("reports:answer", args=[report.pk])
    bad = {"text": "Example answer.", "attached": [upload("a.jpg", jpeg()), upload("b.exe", b"MZ" + bytes(200))]}
    refused = client.post(address, bad).content.decode()
    assert "b.exe: It is a program." in refused
    assert "Choose the files again" in refused
    assert "Example answer.</textarea>" in refused
    assert (File.objects.count(), Report.objects.get().state) == (0, State.OPENED)
    assert client.post(address, {"text": "Example answer.", "attached": [upload("a.jpg", jpeg())]}).status_code == 302
    thread = WebClient().post(reverse("reports:receipt"), {"visit": lock_receipt(digits)}).content.decode()
    assert thread.index("Example answer.") < thread.index("Files from the team") < thread.index("a.jpg")
    assert f'name="remove" value="{File.objects.get().pk}"' not in thread


def test_answer_without_its_token_is_refused(sent: tuple[Report, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The page reads files before the token can be looked for."""
    report, _digits = sent
    client = at_work(report, monkeypatch, checked=True)
    forged = {"text": "Forged.", "attached": [upload("a.jpg", jpeg())]}
    assert client.post(reverse("reports:answer", args=[report.pk]), forged).status_code == 403
    assert (File.objects.count(), Report.objects.get().state) == (0, State.OPENED)
