"""The next mail server, and handing one mail to it."""

from __future__ import annotations

import re
import smtplib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from commonweave.delivery.return_path import return_path, token_of

if TYPE_CHECKING:
    from uuid import UUID

TIMEOUT = 20  # seconds for one exchange
PERMANENT = 500  # SMTP replies from here on will not change by asking again (RFC 5321, 4.2.1)
SERVICE_ENDS = 421  # the server hangs up with it
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
ENHANCED = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")  # RFC 3463, at the beginning of a reply's text


@dataclass(frozen=True)
class Server:
    """What COMMONWEAVE_MAIL_URL names."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    starttls: bool

    def connection(self) -> EmailBackend:
        """Return Django's own SMTP client for it, unopened."""
        return EmailBackend(
            host=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_ssl=self.tls,
            use_tls=self.starttls,
            timeout=TIMEOUT,
        )


@dataclass(frozen=True)
class Reply:
    """How it ended: the kind of error ("" when the server took the mail), its code, and whether that is final."""

    error: str = ""
    status: str = ""
    final: bool = False
    away: bool = False
    """Nobody answered at all: the mail is not to blame, and others need not be tried now."""


TAKEN = Reply()
NO_SERVER = Reply("NoMailServer", final=True)


@dataclass(frozen=True)
class Letter:
    """What one mail says, to one address."""

    to: str
    subject: str
    body: str


def is_outbox() -> bool:
    """Say whether mails stay here."""
    return urlsplit(settings.CONFIG.mail_url).scheme == "outbox"


def server_of(url: str) -> Server:
    """Read smtp://, smtps:// or smtp+starttls://user:password@host:port."""
    parts = urlsplit(url)
    return Server(
        host=parts.hostname or "localhost",
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp+starttls",
    )


def hand_over(connection: EmailBackend, pk: UUID, letter: Letter) -> Reply:
    """Hand one mail to the next server. Sent twice after a crash, it carries the same Message-ID."""
    try:
        connection.open()
    except smtplib.SMTPResponseException as refusal:  # a wrong password, say: somebody will correct it
        connection.close()
        return Reply(type(refusal).__name__, str(refusal.smtp_code), away=True)
    except (OSError, smtplib.SMTPException) as error:
        connection.close()
        return Reply(type(error).__name__, away=True)
    try:
        _message(connection, pk, letter).send()
    except smtplib.SMTPRecipientsRefused as refusal:
        codes = list(refusal.recipients.values())
        return _refused(connection, refusal, *codes[0], final=all(code >= PERMANENT for code, _text in codes))
    except smtplib.SMTPResponseException as refusal:
        final = refusal.smtp_code >= PERMANENT
        return _refused(connection, refusal, refusal.smtp_code, refusal.smtp_error, final=final)
    except (OSError, smtplib.SMTPException) as error:
        connection.close()
        return Reply(type(error).__name__)
    except Exception as error:  # noqa: BLE001 - an address that nothing can be sent to must not keep the next mail from leaving
        connection.close()
        return Reply(type(error).__name__, final=isinstance(error, ValueError))
    return TAKEN


def _message(connection: EmailBackend, pk: UUID, letter: Letter) -> EmailMessage:
    host = urlsplit(settings.CONFIG.url).hostname or "localhost"
    headers = {
        "Message-ID": f"<{token_of(pk)}@{host}>",
        "Auto-Submitted": "auto-generated",
        "From": settings.DEFAULT_FROM_EMAIL,
    }
    return EmailMessage(
        letter.subject, letter.body, return_path(pk), [letter.to], connection=connection, headers=headers
    )


def _refused(
    connection: EmailBackend, refusal: smtplib.SMTPException, code: int, text: bytes | str, *, final: bool
) -> Reply:
    if code == SERVICE_ENDS:
        connection.close()
    found = ENHANCED.match(text if isinstance(text, bytes) else text.encode())
    return Reply(type(refusal).__name__, found[1].decode() if found else str(code), final)
