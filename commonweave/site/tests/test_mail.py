"""Mail is never silently lost, and nobody but its receiver reads it outside a demonstration."""

from __future__ import annotations

import smtplib
import socket
import socketserver
import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.mail import send_mail
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone

from commonweave.base.models import JournalEntry
from commonweave.base.tests.roles import as_viewer
from commonweave.base.viewer import NOBODY
from commonweave.people.models import Demonstration, Role
from commonweave.people.tests import factories as make
from commonweave.site import mail
from commonweave.site.models import Mail, MailState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import Settings

    from commonweave.base.tests.roles import WebClient

pytestmark = pytest.mark.django_db


class Server(socketserver.ThreadingTCPServer):
    """As much of an SMTP server as a test needs; refuses addresses that begin with "no"."""

    allow_reuse_address = True
    daemon_threads = True
    taken: list[str]


class Conversation(socketserver.StreamRequestHandler):
    server: Server

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline().decode().strip():
            word = line[:4].upper()
            if word == "QUIT":
                self.say("221 bye")
                return
            if word == "DATA":
                self.say("354 go on")
                text = ""
                while (part := self.rfile.readline().decode()) != ".\r\n":
                    text += part
                self.server.taken.append(text)
                self.say("250 taken")
            elif word == "RCPT" and "<no" in line:
                self.say("550 nobody here")
            elif word == "RCPT" and "<later" in line:
                self.say("451 try again")
            else:
                self.say("250 fine")


@pytest.fixture
def next_server(settings: Settings) -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Conversation) as server:
        server.taken = []
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        settings.CONFIG = replace(settings.CONFIG, mail_url=f"smtp://127.0.0.1:{server.server_address[1]}")
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _our_backend(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "commonweave.site.mail.Backend"


def write(to: str = "a@example.org") -> Mail:
    with as_viewer(NOBODY):
        send_mail("Subject", "The link is secret-link", None, [to])
    return Mail.objects.get(to=to)


def test_mail_is_written_in_the_transaction_and_sealed() -> None:
    row = write()
    assert row.state == MailState.QUEUED
    assert b"secret-link" not in bytes(row.body)
    assert mail.text_of(row) == "The link is secret-link"


def test_mail_is_taken_by_the_next_server_and_its_text_is_gone(next_server: Server) -> None:
    row = write()
    assert mail.send_queued() == 1
    row.refresh_from_db()
    assert (row.state, bytes(row.body)) == (MailState.ACCEPTED, b"")
    assert "secret-link" in next_server.taken[0]
    assert f"<{row.pk}@" in next_server.taken[0], "a mail sent twice after a crash must be recognisable as one"
    assert socket.gethostname() not in next_server.taken[0]
    assert mail.send_queued() == 0


def test_mail_refused_for_good_is_visible_and_journalled(next_server: Server) -> None:
    row = write("nobody@example.org")
    mail.send_queued()
    row.refresh_from_db()
    assert (row.state, row.last_error, bytes(row.body)) == (MailState.FAILED, "SMTPRecipientsRefused", b"")
    assert JournalEntry.objects.filter(verb="mail.failed", subject=row.pk).exists()
    assert not next_server.taken


def test_mail_refused_for_now_is_tried_again_and_given_up_in_the_end(next_server: Server) -> None:
    row = write("later@example.org")
    now = timezone.now()
    for attempt in range(len(mail.RETRIES)):
        mail.send_queued(now)
        row.refresh_from_db()
        assert (row.state, row.attempts) == (MailState.QUEUED, attempt + 1)
        assert mail.send_queued(now) == 0, "not before its time"
        now = row.next_try
    mail.send_queued(now)
    row.refresh_from_db()
    assert row.state == MailState.FAILED
    assert not next_server.taken


def test_mail_waits_when_the_next_server_is_away(settings: Settings) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    settings.CONFIG = replace(settings.CONFIG, mail_url=f"smtp://127.0.0.1:{port}")
    row = write()
    mail.send_queued()
    row.refresh_from_db()
    assert (row.state, row.last_error) == (MailState.QUEUED, "ConnectionRefusedError")


def test_without_a_mail_server_mail_fails_visibly() -> None:
    row = write()
    mail.send_queued()
    row.refresh_from_db()
    assert (row.state, row.last_error) == (MailState.FAILED, "NoMailServer")


def test_a_demonstration_keeps_its_mails_for_administrators() -> None:
    Demonstration.objects.create()
    write()
    assert mail.send_queued() == 0
    administrator = make.viewer_of(make.make_member(Role.ADMINISTRATOR))
    with as_viewer(administrator):
        assert mail.text_of(Mail.objects.get()) == "The link is secret-link"
    with as_viewer(make.viewer_of(make.make_member(Role.COORDINATOR))):
        assert not Mail.objects.exists()


def test_an_administrator_never_reads_a_mail_outside_a_demonstration(next_server: Server) -> None:
    """Otherwise an administrator could open a reader's invitation."""
    del next_server
    write()
    write("nobody@example.org")
    viewer = make.viewer_of(make.make_member(Role.ADMINISTRATOR))
    with as_viewer(viewer):
        assert not Mail.objects.exists()
    mail.send_queued()
    with as_viewer(viewer):
        assert [(row.to, bytes(row.body)) for row in Mail.objects.all()] == [("nobody@example.org", b"")]


@pytest.mark.parametrize("statement", ["update site_mail set state = 'kept'", "delete from site_mail"])
def test_the_web_server_cannot_change_the_outbox(statement: str) -> None:
    with pytest.raises(DatabaseError), as_viewer(NOBODY), connection.cursor() as cursor:
        cursor.execute(statement)


def test_old_mails_are_removed() -> None:
    row = write()
    mail.send_queued()
    mail.send_queued(timezone.now() + mail.KEEP + timedelta(days=1))
    assert not Mail.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 25, "", "", False, False)),
        ("smtps://a%40b:p%2Fw@mail.example.org", ("mail.example.org", 465, "a@b", "p/w", True, False)),
        ("smtp+starttls://u:p@mail.example.org:2525", ("mail.example.org", 2525, "u", "p", False, True)),
    ],
)
def test_mail_url_is_read(url: str, expected: tuple[object, ...]) -> None:
    server = mail.server_of(url)
    assert (server.host, server.port, server.user, server.password, server.tls, server.starttls) == expected
    backend = server.connection()
    assert (backend.host, backend.timeout) == (server.host, mail.TIMEOUT)
    assert backend.connection_class is (smtplib.SMTP_SSL if server.tls else smtplib.SMTP)


def test_outbox_page_opens_for_administrators_only(client: WebClient) -> None:
    Demonstration.objects.create()
    write()
    assert client.get(reverse("site:outbox")).status_code == 302
    for role, status in ((Role.ADMINISTRATOR, 200), (Role.READER, 403)):
        person = make.make_member(role, team=make.make_team() if role == Role.READER else None)
        client.force_login(person)
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
        page = client.get(reverse("site:outbox"))
        assert page.status_code == status
        assert ("secret-link" in page.content.decode()) == (status == 200)
