"""The mailbox into which other servers put what they could not deliver: over IMAP, or a Maildir on this machine.

A message that was understood is removed. What was not is left where it is with the flag that mail programs show as a
star, for a person to look at, and is not read again. Knows nothing of Django: the settings are read before it is set up.
"""

from __future__ import annotations

import contextlib
import imaplib
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMEOUT = 20  # seconds for one exchange
MOST_BYTES = 262_144  # of one message; what matters stands in front, what came back may be long
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = {"imap": 143, "imaps": 993}
TOKEN_GOES_HERE = "*"  # noqa: S105 - a mark in an address
LONGEST_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1
LONGEST_TOKEN = 42
FLAGGED = "F"


class MailboxAway(Exception):
    """The mailbox cannot be read; the text is a kind of error or what is missing, never what a server said."""


@dataclass(frozen=True)
class MailboxAddress:
    """What COMMONWEAVE_BOUNCES_URL names. `address` is the return path of mails, with "*" where a token goes, or without."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    address: str


def read_address(url: str) -> MailboxAddress:
    """Read imaps://user:password@host/FOLDER?address=bounces+*@example.org or maildir:///path?address=….

    Raises ValueError with the end of a sentence that begins with the setting's name.
    """
    parts = urlsplit(url)
    if parts.scheme not in {*PORTS, "maildir"}:
        message = "must begin with one of imaps://, imap://, maildir://"
        raise ValueError(message)
    found = _maildir(parts) if parts.scheme == "maildir" else _imap(parts)
    local, at, domain = found.address.partition("@")
    room = LONGEST_LOCAL_PART - (LONGEST_TOKEN if TOKEN_GOES_HERE in local else 0)
    plain = found.address.isascii() and found.address.isprintable() and " " not in found.address
    if not (local and at and "." in domain and plain) or found.address.count("@") != 1:
        message = "must say to which address mails come back: ?address=bounces@example.org at its end"
        raise ValueError(message)
    if TOKEN_GOES_HERE in domain or local.count(TOKEN_GOES_HERE) > 1 or len(local) > room:
        message = "must have a short address with at most one * in front of the @"
        raise ValueError(message)
    return found


def _maildir(parts: SplitResult) -> MailboxAddress:
    path = unquote(parts.path)
    if parts.netloc or not path.startswith("/") or path == "/":
        message = "must look like maildir:///var/mail/bounces?address=bounces@example.org"
        raise ValueError(message)
    return MailboxAddress("maildir", "", 0, "", "", path, _asked(parts))


def _imap(parts: SplitResult) -> MailboxAddress:
    try:
        port = parts.port or PORTS[parts.scheme]
    except ValueError:
        port = 0
    host, user, password = parts.hostname or "", unquote(parts.username or ""), unquote(parts.password or "")
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    if not (host and user and password and port) or not folder.isascii() or not folder.isprintable():
        message = "must look like imaps://user:password@mail.example.org/INBOX?address=bounces@example.org"
        raise ValueError(message)
    if parts.scheme == "imap" and host not in HERE:
        message = "must begin with imaps://, because imap:// would send the password in the clear"
        raise ValueError(message)
    return MailboxAddress(parts.scheme, host, port, user, password, folder, _asked(parts) or user)


def _asked(parts: SplitResult) -> str:
    """Return ?address=…; a plus sign is meant, here it is no blank."""
    name, _equals, value = parts.query.partition("=")
    return unquote(value) if name == "address" else ""


class Mailbox(Protocol):
    """A mailbox that is open."""

    def unread(self, limit: int) -> Iterator[tuple[str, bytes]]:
        """Return messages that nobody has looked at, each with its key; of a long one only the beginning."""

    def remove(self, key: str) -> None:
        """Remove a message that was understood."""

    def set_aside(self, key: str) -> None:
        """Leave a message for a person, and do not return it again."""

    def left(self) -> int:
        """Return how many messages wait for a person."""


@contextlib.contextmanager
def opened(address: MailboxAddress) -> Iterator[Mailbox]:
    """Open a mailbox. Raises MailboxAway, also while it is read."""
    try:
        if address.scheme == "maildir":
            yield Maildir(Path(address.folder))
        else:
            with _signed_in(address) as client:
                yield Imap(client)
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxAway(type(error).__name__) from None


@contextlib.contextmanager
def _signed_in(address: MailboxAddress) -> Iterator[imaplib.IMAP4]:
    if address.scheme == "imaps":
        trusted = ssl.create_default_context()
        client: imaplib.IMAP4 = imaplib.IMAP4_SSL(address.host, address.port, ssl_context=trusted, timeout=TIMEOUT)
    else:
        client = imaplib.IMAP4(address.host, address.port, timeout=TIMEOUT)
    with client:
        client.login(address.user, address.password)
        escaped = address.folder.replace("\\", "\\\\").replace('"', '\\"')
        kind, _data = client.select(f'"{escaped}"')
        if kind != "OK":
            message = "no such folder"
            raise MailboxAway(message)
        yield client


class Imap:
    """A folder on an IMAP server (RFC 3501)."""

    def __init__(self, client: imaplib.IMAP4) -> None:
        """Take a client that has selected the folder."""
        self._client = client
        _kind, said = client.capability()
        self._one_by_one = b"UIDPLUS" in b" ".join(said)

    def unread(self, limit: int) -> Iterator[tuple[str, bytes]]:
        """Return messages without a star; reading marks none as seen."""
        for uid in self._search("UNDELETED", "UNFLAGGED")[:limit]:
            _kind, data = self._client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
            yield uid, b"".join(part[1] for part in data if isinstance(part, tuple))

    def remove(self, key: str) -> None:
        """Remove this one alone where the server can (RFC 4315)."""
        self._client.uid("STORE", key, "+FLAGS.SILENT", r"(\Deleted)")
        if self._one_by_one:
            self._client.uid("EXPUNGE", key)
        else:
            self._client.expunge()

    def set_aside(self, key: str) -> None:
        """Give it a star."""
        self._client.uid("STORE", key, "+FLAGS.SILENT", r"(\Flagged)")

    def left(self) -> int:
        """Count the stars."""
        return len(self._search("UNDELETED", "FLAGGED"))

    def _search(self, *words: str) -> list[str]:
        _kind, data = self._client.uid("SEARCH", *words)
        return [uid.decode("ascii") for uid in (data[0] or b"").split()]


class Maildir:
    """A folder of files, one for each message, as Postfix, Exim and Dovecot write it."""

    def __init__(self, path: Path) -> None:
        """Take the folder that has `new` and `cur`."""
        self._path = path
        for name in ("new", "cur"):
            if not (path / name).is_dir():
                message = f"{path} has no folder {name}"
                raise MailboxAway(message)

    def unread(self, limit: int) -> Iterator[tuple[str, bytes]]:
        """Return messages without a star, whether a mail program has seen them or not."""
        for key in [key for key, starred in self._files() if not starred][:limit]:
            with (self._path / key).open("rb") as file:
                yield key, file.read(MOST_BYTES)

    def remove(self, key: str) -> None:
        """Remove the file."""
        (self._path / key).unlink(missing_ok=True)

    def set_aside(self, key: str) -> None:
        """Give it a star, which stands in its name."""
        name, _mark, flags = Path(key).name.partition(":2,")
        marked = "".join(sorted({*flags, FLAGGED}))
        (self._path / key).rename(self._path / "cur" / f"{name}:2,{marked}")

    def left(self) -> int:
        """Count the stars."""
        return sum(starred for _key, starred in self._files())

    def _files(self) -> list[tuple[str, bool]]:
        paths = (path for folder in ("new", "cur") for path in sorted((self._path / folder).iterdir()))
        names = [path for path in paths if path.is_file() and not path.name.startswith(".")]
        return [(f"{path.parent.name}/{path.name}", FLAGGED in path.name.partition(":2,")[2]) for path in names]
