"""A mail that came back is known again by its own token, whatever server tells of it, and by nothing that can be forged."""

from __future__ import annotations

import uuid
from base64 import b32encode
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweave.delivery import rfc3464
from commonweave.delivery.return_path import return_path, token_of, tokens_in
from commonweave.delivery.rfc3464 import Ending
from commonweave.delivery.tests.returned import AWAY, DELAYED, EXIM, QMAIL, report, written

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

MAIL = uuid.UUID(int=7)


@pytest.mark.parametrize(
    ("data", "failed", "status"),
    [
        (report(token_of(MAIL)), True, "5.1.1"),
        (report(token_of(MAIL), action="delayed", status="4.4.1"), False, "4.4.1"),
        (report(token_of(MAIL), action="failed", status="4.4.7"), True, "4.4.7"),
        (report(token_of(MAIL), action="delivered", status="2.0.0"), False, "2.0.0"),
        (report(token_of(MAIL), action="FAILED", status=""), True, "5.0.0"),
        (written(EXIM, token_of(MAIL)), True, "550"),
        (written(QMAIL, token_of(MAIL)), True, "5.2.2"),
        (written(DELAYED, token_of(MAIL)), False, "4.7.1"),
    ],
    ids=["failed", "delayed", "given up", "delivered", "without a code", "exim", "qmail", "a warning in words"],
)
def test_how_a_mail_ended_is_read(data: bytes, status: str, *, failed: bool) -> None:
    """If this failed, somebody would wait for a mail that no one knows did not arrive."""
    assert rfc3464.read(data) == Ending((MAIL,), failed, status)


def test_the_return_path_alone_is_enough() -> None:
    """Some servers quote nothing of the mail."""
    data = report("nothing", to=f"bounces+{token_of(MAIL).upper()}@example.org")
    assert rfc3464.read(data) == Ending((MAIL,), failed=True, status="5.1.1")


def test_an_answer_by_a_person_fails_nothing() -> None:
    """It quotes the mail, too, and has numbers in it."""
    assert rfc3464.read(written(AWAY, token_of(MAIL))) is None


def test_a_forged_notice_is_about_no_mail() -> None:
    """Otherwise whoever knows an identifier could make an invitation fail."""
    forged = b32encode(MAIL.bytes + bytes(10)).decode().rstrip("=").lower()
    assert len(forged) == len(token_of(MAIL))
    assert rfc3464.read(report(forged)) is None
    wrong = token_of(MAIL)[:-3] + ("aaa" if not token_of(MAIL).endswith("aaa") else "bbb")
    assert rfc3464.read(report(wrong)) is None


def test_another_node_knows_other_tokens(settings: Settings) -> None:
    token = token_of(MAIL)
    settings.CONFIG = replace(settings.CONFIG)
    settings.CONFIG.__dict__["secret"] = bytes(32)
    assert list(tokens_in(token)) == []


@given(st.uuids())
def test_a_token_is_read_again_in_any_capitals_and_surroundings(pk: uuid.UUID) -> None:
    for dress in (
        token_of(pk),
        token_of(pk).upper(),
        f"<{token_of(pk)}@x>",
        f"b+{token_of(pk)}@x",
        f"x\n{token_of(pk)}",
    ):
        assert list(tokens_in(f"{dress} and {dress}")) == [pk]
    assert list(tokens_in(f"x{token_of(pk)}")) == []


@given(st.binary(max_size=400), st.integers(0, 1_200))
def test_whatever_lies_in_the_mailbox_is_read_without_a_fault(data: bytes, at: int) -> None:
    """One message that could not be read would keep all others from being read."""
    assert rfc3464.read(data) is None
    notice = report(token_of(MAIL))
    assert rfc3464.read(notice + data) is not None
    rfc3464.read(notice[:at] + data + notice[at:])


def parts_in_parts(often: int) -> bytes:
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n"
    inside = (b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (at, at + 1) for at in range(often))
    return head + b"".join(inside)


@pytest.mark.parametrize(
    "data",
    [
        parts_in_parts(1_200),
        b"Content-Type: message/rfc822\r\n\r\n" * 4_000,
        b"From: mailer-daemon@x\r\n\r\nx" + b"\n" * 250_000,
        b"From: mailer-daemon@x\r\n\r\nx" + b"> \n" * 80_000,
        b"From: mailer-daemon@x\r\n\r\nx" + b"- " * 120_000,
    ],
    ids=["parts in parts", "mails in mails", "empty lines", "quoted empty lines", "dashes"],
)
def test_a_message_that_was_made_to_harm_is_nothing_to_us(data: bytes) -> None:
    """Anybody can write to the mailbox, and one worker reads it: for hours it would have done nothing else."""
    assert rfc3464.read(data) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", "no-reply@"),
        ("imaps://b%40example.org:p@mail.example.org/INBOX", "b@example.org"),
        ("imaps://u:p@mail.example.org?address=b+*@example.org", f"b+{token_of(MAIL)}@example.org"),
        ("maildir:///var/mail/b?address=*@b.example.org", f"{token_of(MAIL)}@b.example.org"),
    ],
)
def test_return_path_is_as_the_mailbox_takes_it(url: str, expected: str, settings: Settings) -> None:
    settings.CONFIG = replace(settings.CONFIG, bounces_url=url)
    assert return_path(MAIL).startswith(expected)
    assert len(return_path(MAIL).partition("@")[0]) <= 64
