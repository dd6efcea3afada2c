"""What another server says about a mail that it could not deliver (RFC 3464), in its own form or in the common others.

Only two things are taken out: which mails it is about (by their own tokens, so nobody else's), and how it ended, as a
code. What it says in words is never kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import TYPE_CHECKING

from commonweave.delivery.return_path import tokens_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")  # RFC 3463
BASIC = re.compile(r"(?<![\d.-])5[05]\d(?=[ -])")  # RFC 5321: a refusal, quoted in words
QUOTED = re.compile(
    r"^(?:[-> \t]*+(?:original message|this is a copy of the message|the following is the original|below this line is a copy)"
    r"|(?:return-path|received|message-id): )",
    re.IGNORECASE | re.MULTILINE,
)
"""Where the quoted mail begins in a notice that is only text: codes further down are not the notice's own."""
FROM_A_SERVER = re.compile(r"mailer-?daemon|postmaster|mail delivery (?:sub)?system", re.IGNORECASE)
UNKNOWN_FAILURE = "5.0.0"


@dataclass(frozen=True)
class Ending:
    """How a mail ended: for good or not (a delay, or good news), with the code of RFC 3463."""

    mails: tuple[UUID, ...]
    failed: bool
    status: str


def read(data: bytes) -> Ending | None:
    """Read one message of the mailbox; None when it is no notice about a mail of ours, or does not say how it ended.

    Anybody can write to the mailbox: what cannot even be read is no notice, and must not keep the next from being read.
    """
    try:
        return _ending(message_from_bytes(data))
    except Exception:  # noqa: BLE001 - parts within parts without end, codes of signs that nobody knows, and what else there is
        return None


def _ending(message: Message) -> Ending | None:
    mails = tuple(dict.fromkeys(pk for text in _texts(message) for pk in tokens_in(text)))
    ended = _reported(message) or _told(message)
    if not mails or ended is None:
        return None
    failed, status = ended
    return Ending(mails, failed, status)


def _texts(message: Message) -> Iterator[str]:
    """Return all headers and words, those of the mail that came back included."""
    for part in message.walk():
        yield "\n".join(str(value) for value in part.values())
        if not part.is_multipart():
            yield _words(part)


def _words(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _reported(message: Message) -> tuple[bool, str] | None:
    """Read the part that is meant for programs: one block about the mail, then one for each address."""
    for part in message.walk():
        blocks = part.get_payload() if part.get_content_type() == "message/delivery-status" else []
        ends = [end for block in blocks if isinstance(block, Message) and (end := _block(block))]
        if ends:
            return max(ends)
    return None


def _block(block: Message) -> tuple[bool, str] | None:
    action = str(block.get("Action", "")).strip().lower()
    found = ENHANCED.search(str(block.get("Status", "")))
    status = found[0] if found else ""
    if action == "failed" or (not action and status.startswith("5")):
        return True, status or UNKNOWN_FAILURE
    return (False, status) if action or status else None


def _told(message: Message) -> tuple[bool, str] | None:
    """Read a notice that is only meant for people: from a server, with a code of a refusal in front of what it quotes."""
    if not FROM_A_SERVER.search(str(message.get("From", ""))) and "X-Failed-Recipients" not in message:
        return None
    part = next((part for part in message.walk() if part.get_content_type() == "text/plain"), message)
    said = QUOTED.split(_words(part), maxsplit=1)[0]
    enhanced, basic = ENHANCED.search(said), BASIC.search(said)
    if enhanced:
        return enhanced[1] == "5", enhanced[0]
    if basic:
        return True, basic[0]
    return (True, UNKNOWN_FAILURE) if "X-Failed-Recipients" in message else None
