"""Mail is never silently lost, and nobody but its receiver reads it outside a demonstration."""

from __future__ import annotations

import re
import smtplib
import socket
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
from commonweave.delivery import actions, rules, server
from commonweave.delivery.models import Mail, MailState
from commonweave.delivery.return_path import token_of
from commonweave.delivery.sealing import open_text, seal_letter
from commonweave.people.models import Demonstration, Role
from commonweave.people.tests import factories as make
from tools.smtp import Deed, Server, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import Settings

    from commonweave.base.tests.roles import WebClient

pytestmark = pytest.mark.django_db


BY_NAME = {"no": Deed.NEVER, "la": Deed.LATER, "bu": Deed.BUSY, "dr": Deed.DROP_AFTER, "ha": Deed.DROP_BEFORE}


@pytest.fixture
def next_server(settings: Settings) -> Iterator[Server]:
    """A real server; how an address begins says what it does with it."""
    with running(lambda to: BY_NAME.get(to[:2], Deed.TAKE)) as server:
        settings.CONFIG = replace(settings.CONFIG, mail_url=server.url)
        yield server


@pytest.fixture(autouse=True)
def _our_backend(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "commonweave.delivery.backend.Backend"


def write(to: str = "a@example.org") -> Mail:
    with as_viewer(NOBODY):
        send_mail("Subject", "The link is secret-link", None, [to])
    return Mail.objects.get(to=to)


def test_mail_is_written_in_the_transaction_and_sealed() -> None:
    row = write()
    assert row.state == MailState.QUEUED
    assert b"secret-link" not in bytes(row.body)
    assert open_text(row.body) == "The link is secret-link"


def test_mail_is_taken_by_the_next_server_and_its_text_is_gone(next_server: Server) -> None:
    row = write()
    assert actions.send_queued() == 1
    row.refresh_from_db()
    assert (row.state, bytes(row.body)) == (MailState.ACCEPTED, b"")
    assert "secret-link" in next_server.taken[0].text
    assert f"<{token_of(row.pk)}@" in next_server.taken[0].text, (
        "a mail sent twice after a crash must be recognisable as one"
    )
    name = re.escape(socket.gethostname())  # a short one stands in the letters of a token now and then
    assert not re.search(rf"(?<![A-Za-z0-9]){name}(?![A-Za-z0-9])", next_server.taken[0].text)
    assert actions.send_queued() == 0


def test_mail_refused_for_good_is_visible_and_journalled(next_server: Server) -> None:
    row = write("nobody@example.org")
    actions.send_queued()
    row.refresh_from_db()
    assert (row.state, row.last_error, row.status) == (MailState.FAILED, "SMTPRecipientsRefused", "5.1.1")
    assert bytes(row.body) == b""
    assert JournalEntry.objects.filter(verb="mail.failed", subject=row.pk).exists()
    assert not next_server.taken


def test_mail_refused_for_now_is_tried_again_and_given_up_in_the_end(next_server: Server) -> None:
    row = write("later@example.org")
    now = timezone.now()
    for attempt in range(len(rules.RETRIES)):
        actions.send_queued(now)
        row.refresh_from_db()
        assert (row.state, row.attempts) == (MailState.QUEUED, attempt + 1)
        assert actions.send_queued(now) == 0, "not before its time"
        now = row.next_try
    actions.send_queued(now)
    row.refresh_from_db()
    assert row.state == MailState.FAILED
    assert not next_server.taken


def test_mail_waits_when_the_next_server_is_away(settings: Settings) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    settings.CONFIG = replace(settings.CONFIG, mail_url=f"smtp://127.0.0.1:{port}")
    row = write()
    actions.send_queued()
    row.refresh_from_db()
    assert (row.state, row.last_error) == (MailState.QUEUED, "ConnectionRefusedError")


def test_without_a_mail_server_mail_fails_visibly() -> None:
    row = write()
    actions.send_queued()
    row.refresh_from_db()
    assert (row.state, row.last_error) == (MailState.FAILED, "NoMailServer")


def test_a_demonstration_keeps_its_mails_for_administrators() -> None:
    Demonstration.objects.create()
    write()
    assert actions.send_queued() == 0
    administrator = make.viewer_of(make.make_member(Role.ADMINISTRATOR))
    with as_viewer(administrator):
        assert open_text(Mail.objects.get().body) == "The link is secret-link"
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
    actions.send_queued()
    with as_viewer(viewer):
        assert [(row.to, bytes(row.body)) for row in Mail.objects.all()] == [("nobody@example.org", b"")]


@pytest.mark.parametrize("statement", ["update delivery_mail set state = 'kept'", "delete from delivery_mail"])
def test_the_web_server_cannot_change_the_outbox(statement: str) -> None:
    with pytest.raises(DatabaseError), as_viewer(NOBODY), connection.cursor() as cursor:
        cursor.execute(statement)


def test_old_mails_are_removed() -> None:
    row = write()
    actions.send_queued()
    actions.send_queued(timezone.now() + rules.KEEP + timedelta(days=1))
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
    named = server.server_of(url)
    assert (named.host, named.port, named.user, named.password, named.tls, named.starttls) == expected
    backend = named.connection()
    assert (backend.host, backend.timeout) == (named.host, server.TIMEOUT)
    assert backend.connection_class is (smtplib.SMTP_SSL if named.tls else smtplib.SMTP)


def test_outbox_page_opens_for_administrators_only(client: WebClient) -> None:
    Demonstration.objects.create()
    write()
    assert client.get(reverse("delivery:outbox")).status_code == 302
    for role, status in ((Role.ADMINISTRATOR, 200), (Role.READER, 403)):
        person = make.make_member(role, team=make.make_team() if role == Role.READER else None)
        client.force_login(person)
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
        page = client.get(reverse("delivery:outbox"))
        assert page.status_code == status
        assert ("secret-link" in page.content.decode()) == (status == 200)


def test_an_address_that_nothing_can_be_sent_to_stops_no_other_mail(next_server: Server) -> None:
    """Whoever leaves such an address for notices would keep every mail of the node from leaving, for ever."""
    good, bad = (
        write(),
        Mail.objects.create(
            letter=seal_letter(server.Letter("=?utf-8?b?////?=@example.org", "Subject", "Words")),
            body=b"",
            written_at=timezone.now(),
            next_try=timezone.now() - timedelta(days=1),
        ),
    )
    assert actions.send_queued() == 1
    good.refresh_from_db()
    bad.refresh_from_db()
    assert good.state == MailState.ACCEPTED
    assert (bad.state, bad.last_error, bad.letter) == (MailState.FAILED, "UnicodeEncodeError", None)
