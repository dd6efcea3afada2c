"""Mail: written in the action's transaction, handed on by the worker, never silently lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commonweave.base import journal
from commonweave.base.viewer import SYSTEM
from commonweave.delivery import rfc3464, rules
from commonweave.delivery.mailbox import MailboxAway, opened, read_address
from commonweave.delivery.models import Mail, MailState, Outage
from commonweave.delivery.sealing import CannotOpen, open_letter, open_text, seal_text
from commonweave.delivery.server import NO_SERVER, Letter, Reply, hand_over, is_outbox, server_of
from commonweave.people.queries import demonstration, person_with_address

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from django.core.mail.backends.smtp import EmailBackend

    OnFailure = Callable[[UUID], None]

BATCH = 100
NOTICES = 200  # read at once from the mailbox


def _day(now: datetime) -> datetime:
    """Return the day, which is enough: see the threat model."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def put_mail(to: str, subject: str, body: str) -> None:
    """Queue a mail to a member. In a demonstration it is kept to be looked at."""
    day = _day(timezone.now())
    Mail(
        to=to,
        person=person_with_address(to),
        subject=subject[:200],
        body=seal_text(body),
        state=MailState.KEPT if _is_shown(to) else MailState.QUEUED,
        written_at=day,
        next_try=day,
    ).save(force_insert=True)


def put_letter(pk: UUID, letter: bytes, send_at: datetime) -> None:
    """Queue a sealed letter to a resident, for one of the fixed hours."""
    Mail(pk=pk, letter=letter, body=b"", written_at=_day(timezone.now()), next_try=send_at).save(force_insert=True)


def _is_shown(address: str) -> bool:
    """Say whether a demonstration shows this mail: always, or with a real server only what no server could take."""
    return demonstration() and (is_outbox() or address.endswith(".invalid"))


def send_queued(now: datetime | None = None, *, on_failure: OnFailure | None = None) -> int:
    """Send what waits and return how many mails the next server took. Each mail is its own transaction.

    `on_failure` is told, in the same transaction, of each mail that its address refused for good.
    """
    moment = now or timezone.now()
    Mail.objects.filter(written_at__lt=moment - rules.KEEP).exclude(state=MailState.QUEUED).delete()
    connection = None if is_outbox() else server_of(settings.CONFIG.mail_url).connection()
    accepted = 0
    try:
        for _ in range(BATCH):
            reply = _send_one(connection, moment, on_failure)
            if reply is None or reply.away:
                break
            accepted += not reply.error
    finally:
        if connection:
            connection.close()
    return accepted


@transaction.atomic
def _send_one(connection: EmailBackend | None, now: datetime, on_failure: OnFailure | None) -> Reply | None:
    waiting = Mail.objects.filter(state=MailState.QUEUED, next_try__lte=now).order_by("next_try", "id")
    mail = waiting.select_for_update(skip_locked=True).first()
    if mail is None:
        return None
    try:
        letter = open_letter(mail.letter) if mail.letter else Letter(mail.to, mail.subject, open_text(mail.body))
    except CannotOpen as error:
        reply = Reply(type(error).__name__, final=True)
    else:
        if mail.letter and _is_shown(letter.to):
            _keep(mail, letter)
            return Reply("Kept")
        reply = hand_over(connection, mail.pk, letter) if connection else NO_SERVER
    _note(mail, reply, now)
    if on_failure and mail.state == MailState.FAILED and rules.address_is_to_blame(reply.error, reply.status):
        on_failure(mail.pk)
    return reply


def _keep(mail: Mail, letter: Letter) -> None:
    """Show a demonstration's letter, without its address."""
    mail.state, mail.letter = MailState.KEPT, None
    mail.subject, mail.body = letter.subject[:200], seal_text(letter.body)
    mail.save(update_fields=["state", "letter", "subject", "body"])


def _note(mail: Mail, reply: Reply, now: datetime) -> None:
    mail.attempts += 1
    mail.last_error, mail.status = reply.error, reply.status
    mail.state = rules.state_after(reply, mail.attempts)
    if mail.state == MailState.QUEUED:
        mail.next_try = now + rules.RETRIES[mail.attempts - 1]
    else:
        _finish(mail, reply.error or "none")
    if mail.state == MailState.ACCEPTED and not mail.to:
        mail.delete()
    else:
        mail.save(update_fields=["attempts", "last_error", "status", "state", "next_try", "body", "letter"])


def _finish(mail: Mail, error: str) -> None:
    mail.body, mail.letter = b"", None
    journal.write(SYSTEM, f"mail.{mail.state}", kind="mail", subject=mail.pk, error=error, status=mail.status or "none")


def read_bounces(on_failure: OnFailure) -> int:
    """Read what other servers sent back; return how many notices were understood. Each is handled once, then removed.

    `on_failure` is told of each mail that failed for good, in the same transaction. Raises MailboxAway, after noting it
    for the page of mails.
    """
    url = settings.CONFIG.bounces_url
    try:
        understood = _read(url, on_failure) if url else 0
    except MailboxAway as away:
        Outage.objects.get_or_create(pk=Outage.ONLY, defaults={"since": timezone.now(), "reason": str(away)[:200]})
        raise
    Outage.objects.all().delete()
    return understood


def _read(url: str, on_failure: OnFailure) -> int:
    understood = 0
    with opened(read_address(url)) as mailbox:
        for key, data in mailbox.unread(NOTICES):
            ending = rfc3464.read(data)
            if ending is None:
                mailbox.set_aside(key)
                continue
            if ending.failed:
                for pk in ending.mails:
                    note_bounce(pk, ending.status, on_failure)
            mailbox.remove(key)  # after the commit: stopped in between, it is read again and changes nothing
            understood += 1
    return understood


@transaction.atomic
def note_bounce(pk: UUID, status: str, on_failure: OnFailure) -> None:
    """Mark a mail as failed because it came back for good. A letter left no row when it was taken; it gets one now."""
    mail = Mail.objects.select_for_update().filter(pk=pk).first()
    if mail is None:
        day = _day(timezone.now())
        mail = Mail(pk=pk, body=b"", written_at=day, next_try=day)
    elif mail.state == MailState.FAILED:
        return
    mail.state, mail.last_error, mail.status = MailState.FAILED, rules.CAME_BACK, status
    _finish(mail, rules.CAME_BACK)
    mail.save()
    on_failure(pk)
