"""Mail: written to the outbox in the action's transaction, sent by the worker, never silently lost."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction
from django.utils import timezone
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from commonweave.base import journal
from commonweave.base.viewer import SYSTEM
from commonweave.people.queries import demonstration
from commonweave.site.models import Mail, MailState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

TIMEOUT = 20  # seconds for one exchange with the next server
BATCH = 100
RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
KEEP = timedelta(days=30)
PERMANENT = 500  # SMTP replies from here on will not change by asking again (RFC 5321, 4.2.1)
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class Backend(BaseEmailBackend):
    """Django's mail backend: puts each mail into the outbox, one row for each address."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write rows and return how many messages they came from. In a demonstration they are kept to be looked at."""
        now = timezone.now().replace(
            hour=0, minute=0, second=0, microsecond=0
        )  # the day is enough: see the threat model
        playing = demonstration()
        for message in email_messages:
            for address in message.recipients():
                Mail(
                    to=address,
                    subject=str(message.subject)[:200],
                    body=_box().encrypt(str(message.body).encode()),
                    state=MailState.KEPT if playing and _is_shown(address) else MailState.QUEUED,
                    written_at=now,
                    next_try=now,
                ).save(force_insert=True)
        return len(email_messages)


@dataclass(frozen=True)
class Server:
    """The next mail server, as COMMONWEAVE_MAIL_URL names it."""

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


def is_outbox() -> bool:
    """Say whether mails stay here."""
    return urlsplit(settings.CONFIG.mail_url).scheme == "outbox"


def _is_shown(address: str) -> bool:
    """Say whether a demonstration shows this mail: always, or with a real server only what no server could take."""
    return is_outbox() or address.endswith(".invalid")


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


def newest(state: MailState, limit: int) -> QuerySet[Mail]:
    """Return the newest mails of a state."""
    return Mail.objects.filter(state=state).order_by("-written_at", "id")[:limit]


def text_of(mail: Mail) -> str:
    """Return a mail's text, "" when it is gone."""
    try:
        return _box().decrypt(bytes(mail.body)).decode() if mail.body else ""
    except CryptoError:
        return ""


def send_queued(now: datetime | None = None) -> int:
    """Send what waits and return how many mails the next server took. Each mail is its own transaction."""
    moment = now or timezone.now()
    Mail.objects.filter(written_at__lt=moment - KEEP).exclude(state=MailState.QUEUED).delete()
    connection = None if is_outbox() else server_of(settings.CONFIG.mail_url).connection()
    accepted = 0
    try:
        for _ in range(BATCH):
            state = _send_one(connection, moment)
            if state is None:
                break
            accepted += state == MailState.ACCEPTED
    finally:
        if connection:
            connection.close()
    return accepted


@transaction.atomic
def _send_one(connection: EmailBackend | None, now: datetime) -> MailState | None:
    waiting = Mail.objects.filter(state=MailState.QUEUED, next_try__lte=now).order_by("next_try", "id")
    mail = waiting.select_for_update(skip_locked=True).first()
    if mail is None:
        return None
    error, permanent = ("NoMailServer", True) if connection is None else _deliver(connection, mail)
    mail.attempts += 1
    mail.last_error = error
    if not error:
        mail.state = MailState.ACCEPTED
    elif permanent or mail.attempts > len(RETRIES):
        mail.state = MailState.FAILED
    else:
        mail.next_try = now + RETRIES[mail.attempts - 1]
    if mail.state != MailState.QUEUED:
        mail.body = b""
        journal.write(SYSTEM, f"mail.{mail.state}", kind="mail", subject=mail.pk, error=error or "none")
    mail.save(update_fields=["attempts", "last_error", "state", "next_try", "body"])
    return MailState(mail.state)


def _deliver(connection: EmailBackend, mail: Mail) -> tuple[str, bool]:
    """Hand one mail to the next server; return the kind of the error ("" if none) and whether it is final."""
    host = urlsplit(settings.CONFIG.url).hostname or "localhost"
    headers = {"Message-ID": f"<{mail.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    message = EmailMessage(mail.subject, text_of(mail), None, [mail.to], connection=connection, headers=headers)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        return type(refusal).__name__, all(code >= PERMANENT for code, _ in refusal.recipients.values())
    except smtplib.SMTPAuthenticationError as refusal:
        return type(refusal).__name__, False  # somebody will correct the password
    except smtplib.SMTPResponseException as refusal:
        return type(refusal).__name__, refusal.smtp_code >= PERMANENT
    except (OSError, smtplib.SMTPException) as error:
        connection.close()
        return type(error).__name__, False
    return "", False


def _box() -> SecretBox:
    return SecretBox(settings.CONFIG.derive("mail"))
