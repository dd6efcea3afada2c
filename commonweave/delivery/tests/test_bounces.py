"""What comes back is read from a real mailbox, once: the mail is marked, the notice is gone, what is unclear stays."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from django.core.mail import send_mail

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.base.viewer import NOBODY, SYSTEM, Viewer
from commonweave.delivery import actions, queries
from commonweave.delivery.mailbox import MailboxAway, opened, read_address
from commonweave.delivery.models import Mail, MailState, Outage
from commonweave.delivery.return_path import token_of
from commonweave.delivery.tests.returned import AWAY, report, written
from commonweave.people.models import Person
from tools import imap
from tools.smtp import Deed, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_django.fixtures import Settings

    Put = Callable[[bytes], Path]

pytestmark = pytest.mark.django_db
NO_IMAP = pytest.mark.skipif(imap.DOVECOT is None, reason="there is no IMAP server on this machine (dovecot-imapd)")


def nobody(pk: uuid.UUID) -> None:
    del pk


@pytest.fixture(params=["maildir", pytest.param("imap", marks=NO_IMAP), pytest.param("imaps", marks=NO_IMAP)])
def put(
    request: pytest.FixtureRequest, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Put]:
    """Put a message into the mailbox that is read, as a mail server does."""
    settings.EMAIL_BACKEND = "commonweave.delivery.backend.Backend"
    if request.param == "maildir":
        for name in ("new", "cur", "tmp"):
            (tmp_path / name).mkdir()
        yield _into(tmp_path, f"maildir://{tmp_path}?address=b@example.org", settings)
        return
    with imap.running() as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        port = server.plain if request.param == "imap" else server.tls
        who = f"{quote(imap.USER, safe='')}:{quote(imap.PASSWORD, safe='')}"
        yield _into(server.maildir, f"{request.param}://{who}@localhost:{port}/INBOX", settings)


def _into(maildir: Path, url: str, settings: Settings) -> Put:
    settings.CONFIG = replace(settings.CONFIG, bounces_url=url)

    def put(data: bytes) -> Path:
        path = maildir / "new" / f"1.{uuid.uuid4().hex}.host"
        path.write_bytes(data)
        path.chmod(0o666)
        return path

    return put


def accepted(settings: Settings, to: str = "a@example.org") -> Mail:
    with running(lambda _to: Deed.TAKE) as server, as_viewer(NOBODY):
        settings.CONFIG = replace(settings.CONFIG, mail_url=server.url)
        send_mail("Subject", "The link is secret-link", None, [to])
    with running(lambda _to: Deed.TAKE) as server:
        settings.CONFIG = replace(settings.CONFIG, mail_url=server.url)
        assert actions.send_queued() == 1
        assert server.taken[0].sender == imap.USER or "maildir" in settings.CONFIG.bounces_url
    return Mail.objects.get(to=to)


def left(settings: Settings) -> tuple[list[bytes], int]:
    """Return what would be read now, and how many messages wait for a person."""
    with opened(read_address(settings.CONFIG.bounces_url)) as mailbox:
        return [data for _key, data in mailbox.unread(10)], mailbox.left()


def test_a_mail_that_came_back_is_failed_once_and_says_why(put: Put, settings: Settings) -> None:
    person = Person.objects.create(email="a@example.org")
    mail = accepted(settings)
    put(report(token_of(mail.pk)))
    assert actions.read_bounces(nobody) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.last_error, mail.status) == (MailState.FAILED, "CameBack", "5.1.1")
    assert left(settings) == ([], 0)
    entry = JournalEntry.objects.get(verb="mail.failed")
    assert (entry.subject, entry.facts) == (mail.pk, {"error": "CameBack", "status": "5.1.1"})
    put(report(token_of(mail.pk)))  # as after a stop between the commit and the removal
    assert actions.read_bounces(nobody) == 1
    assert JournalEntry.objects.filter(verb="mail.failed").count() == 1
    with as_viewer(viewer := Viewer(person=person.pk)):
        found = queries.came_back(viewer, person.email)
        assert found is not None
        assert found.pk == mail.pk
    with as_viewer(viewer := Viewer(person=uuid.uuid4())):
        assert queries.came_back(viewer, person.email) is None
        assert not Mail.objects.exists()


def test_what_is_unclear_stays_for_a_person_and_is_not_read_again(put: Put, settings: Settings) -> None:
    mail = accepted(settings)
    put(written(AWAY, token_of(mail.pk)))
    put(report("a" * 42))
    put(b"")
    assert actions.read_bounces(nobody) == 0
    assert left(settings) == ([], 3)
    assert actions.read_bounces(nobody) == 0
    mail.refresh_from_db()
    assert mail.state == MailState.ACCEPTED


def test_a_delay_changes_nothing_and_goes(put: Put, settings: Settings) -> None:
    mail = accepted(settings)
    put(report(token_of(mail.pk), action="delayed", status="4.4.1"))
    assert actions.read_bounces(nobody) == 1
    mail.refresh_from_db()
    assert mail.state == MailState.ACCEPTED
    assert left(settings) == ([], 0)


def test_a_notice_is_only_gone_when_what_it_says_is_kept(put: Put, settings: Settings) -> None:
    """A fault in between must not lose it."""
    mail = accepted(settings)
    put(report(token_of(mail.pk)))

    def fault(pk: uuid.UUID) -> None:
        raise RuntimeError(pk)

    with pytest.raises(RuntimeError):
        actions.read_bounces(fault)
    assert len(left(settings)[0]) == 1
    assert actions.read_bounces(nobody) == 1
    mail.refresh_from_db()
    assert mail.state == MailState.FAILED


def test_a_letter_that_left_no_row_is_counted_when_it_comes_back(put: Put) -> None:
    pk, told = uuid.uuid4(), list[uuid.UUID]()
    put(report(token_of(pk)))
    put(report(token_of(pk)))
    assert actions.read_bounces(told.append) == 2
    (row,) = Mail.objects.all()
    assert (row.pk, row.to, row.state, row.status) == (pk, "", MailState.FAILED, "5.1.1")
    assert told == [pk]


def test_a_mailbox_that_cannot_be_read_is_said_without_its_password(tmp_path: Path) -> None:
    for url in (f"maildir://{tmp_path}/none?address=b@example.org", "imap://u%40example.org:hidden@127.0.0.1:1"):
        with pytest.raises(MailboxAway) as raised, opened(read_address(url)):
            pass
        assert "hidden" not in str(raised.value)


def test_an_outage_is_seen_by_administrators_until_the_mailbox_can_be_read(tmp_path: Path, settings: Settings) -> None:
    """Each wall alone; its first moment stays, however often the mailbox is tried."""
    roles = [{uuid.uuid4(): frozenset({role})} for role in ("administrator", "reader")]
    viewers = [Viewer(person=uuid.uuid4(), roles=held) for held in roles]
    put = _into(tmp_path, f"maildir://{tmp_path}?address=b@example.org", settings)
    began = []
    for _ in range(2):
        with pytest.raises(MailboxAway):
            actions.read_bounces(nobody)
        began.append(Outage.objects.get().since)
    assert began[0] == began[1]
    for viewer, sees in [*zip(viewers, (True, False), strict=True), (NOBODY, False)]:
        assert (queries.outage(viewer) is not None) == sees
        with as_viewer(viewer):
            assert Outage.objects.exists() == sees
    for name in ("new", "cur"):
        (tmp_path / name).mkdir()
    put(report("a" * 42))
    assert actions.read_bounces(nobody) == 0
    assert queries.outage(SYSTEM) is None
