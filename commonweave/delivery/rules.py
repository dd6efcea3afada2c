"""When a mail is tried again, when it counts as failed, and what a person reads about it. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from commonweave.delivery.models import MailState

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from commonweave.delivery.server import Reply

RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
KEEP = timedelta(days=30)
HOURS = 2
"""What tells of a report leaves at fixed hours, the same for everybody. A mail that left at once, or a fixed time later,
would tell every mail server on the way at which minute something happened."""

CAME_BACK = "CameBack"
REASONS: dict[str, _StrOrPromise] = {
    "1.1": _("There is no such mailbox."),
    "1.2": _("There is no such mail domain."),
    "1.3": _("The address is not written as an address should be."),
    "1.10": _("This domain takes no mail."),
    "2.1": _("The mailbox is switched off."),
    "2.2": _("The mailbox is full."),
    "4.1": _("The receiving server did not answer."),
    "4.4": _("No server takes mail for this domain."),
    "4.7": _("It waited too long on the way."),
}
SUBJECTS: dict[str, _StrOrPromise] = {
    "1": _("The receiving server does not know this address."),
    "2": _("The mailbox does not take it."),
    "4": _("It could not be brought to the receiving server."),
    "7": _("The receiving server refuses mail from here."),
}
NO_SERVER = _("This node has no mail server to send with (COMMONWEAVE_MAIL_URL).")
GIVEN_UP = _("The next mail server did not take it, again and again.")
REFUSED = _("A mail server refused it.")


def fixed_hour(now: datetime) -> datetime:
    """Return the next of the fixed hours."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    return hour + timedelta(hours=HOURS - hour.hour % HOURS)


def state_after(reply: Reply, attempts: int) -> MailState:
    """Return how a mail stands after this many attempts, the last of which ended so."""
    if not reply.error:
        return MailState.ACCEPTED
    return MailState.FAILED if reply.final or attempts > len(RETRIES) else MailState.QUEUED


def reason(error: str, status: str) -> _StrOrPromise:
    """Say in plain words why a mail failed: from the code's subject and detail (RFC 3463), never a server's words."""
    if error == "NoMailServer":
        return NO_SERVER
    _class, _dot, rest = status.partition(".")
    if rest:
        return REASONS.get(rest) or SUBJECTS.get(rest.partition(".")[0], REFUSED)
    return REFUSED if status.startswith("5") else GIVEN_UP


def address_is_to_blame(error: str, status: str) -> bool:
    """Say whether a failed mail tells that its address takes none; else the way there was broken."""
    return status.startswith("5") and error in {CAME_BACK, "SMTPRecipientsRefused"}
