"""Asking a server elsewhere, and none of our own: only http(s), only addresses of the whole Internet, a limited answer in limited time.

The name is looked up once, every address it has is judged, and the connection goes to the very address that was judged.
Redirects are followed by hand, each judged anew.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from urllib.parse import SplitResult

MOST_BYTES = 20_000_000
PATIENCE = 30.0  # seconds for one step
WHOLE = 60.0  # seconds for one answer, redirects and all
MOST_REDIRECTS = 3
PIECE = 65_536
OK, REDIRECTS = 200, frozenset({301, 302, 303, 307, 308})
PORTS = {"http": 80, "https": 443}
HEADERS = {
    "User-Agent": "Commonweave",
    "Accept": "text/xml, application/xml",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Why(StrEnum):
    """What went wrong. One word for a name that nobody knows and one of a network inside: two would say which names there are."""

    ADDRESS = "address"
    UNKNOWN = "unknown"
    AWAY = "away"
    SLOW = "slow"
    STATUS = "status"
    REDIRECTS = "redirects"
    LARGE = "large"
    XML = "xml"


class Away(Exception):
    """There was no good answer; `why` is a code."""

    def __init__(self, why: str) -> None:
        """Keep the code."""
        super().__init__(why)
        self.why = why


def fetch(address: str) -> bytes:
    """Return what stands at an address. Raises Away."""
    ends = time.monotonic() + WHOLE
    for _step in range(MOST_REDIRECTS + 1):
        parts = judged(address)
        try:
            with _connected(parts, ends) as connection:
                where = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
                connection.request("GET", where, headers=HEADERS | {"Host": parts.netloc})
                answer = connection.getresponse()
                if answer.status in REDIRECTS:
                    address = urljoin(address, answer.headers.get("Location", ""))
                    continue
                if answer.status != OK:
                    raise Away(Why.STATUS)
                return _body(answer, ends)
        except (OSError, http.client.HTTPException):
            raise Away(Why.AWAY if time.monotonic() < ends else Why.SLOW) from None
        except ValueError:  # a name or a path that cannot be written in a request
            raise Away(Why.ADDRESS) from None
    raise Away(Why.REDIRECTS)


def judged(address: str) -> SplitResult:
    """Return the parts of an address that may be asked at all. Raises Away."""
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError:
        raise Away(Why.ADDRESS) from None
    if parts.scheme not in PORTS or not parts.hostname or parts.username or parts.password:
        raise Away(Why.ADDRESS)
    if any(sign.isspace() or ord(sign) < ord("!") for sign in address):
        raise Away(Why.ADDRESS)
    return parts


def is_outside(address: str) -> bool:
    """Say whether an IP address belongs to the whole Internet, and not to this machine, its network, or a cloud's inside."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_outside(str(inner))
    return found.is_global and not found.is_multicast and not found.is_reserved


@contextmanager
def _connected(parts: SplitResult, ends: float) -> Iterator[http.client.HTTPConnection]:
    """Connect to the one address that was judged, under the name that was asked for, and hang up when the time is over."""
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise Away(Why.UNKNOWN) from None
    addresses = [str(each[4][0]) for each in found]
    if not settings.HARVEST_PRIVATE and not all(map(is_outside, addresses)):
        raise Away(Why.UNKNOWN)
    line = socket.create_connection((addresses[0], port), PATIENCE)
    if parts.scheme == "https":
        line = ssl.create_default_context().wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
    watch = threading.Timer(max(0, ends - time.monotonic()), _hang_up, [line])
    watch.start()
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    connection.sock = line
    try:
        if isinstance(line, ssl.SSLSocket):
            line.do_handshake()
        yield connection
    finally:
        watch.cancel()
        connection.close()


def _hang_up(line: socket.socket) -> None:
    """Wake whoever reads from a line: a server that sends a byte now and then would keep the worker for ever."""
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)


def _body(answer: http.client.HTTPResponse, ends: float) -> bytes:
    pieces, size = [], 0
    while piece := answer.read(PIECE):
        size += len(piece)
        if size > MOST_BYTES:
            raise Away(Why.LARGE)
        pieces.append(piece)
    if time.monotonic() > ends:
        raise Away(Why.SLOW)
    if answer.length:  # fewer bytes came than were promised
        raise Away(Why.AWAY)
    return b"".join(pieces)
