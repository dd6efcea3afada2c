"""Django's mail backend: puts each mail into the queue, in the transaction of the action that wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.mail.backends.base import BaseEmailBackend

from commonweave.delivery.actions import put_mail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.mail import EmailMessage


class Backend(BaseEmailBackend):
    """One row for each address."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write rows and return how many messages they came from."""
        for message in email_messages:
            for address in message.recipients():
                put_mail(address, str(message.subject), str(message.body))
        return len(email_messages)
