"""From which network a request comes. Asked for counting only; nobody writes it down."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest

HOME = 64  # bits: what one household or telephone gets of IPv6


def address_of(request: HttpRequest) -> str:
    """Return the client's address as the trusted proxies tell it; without proxies, who is connected.

    Each proxy adds whom it heard at the right, so with one proxy the last entry is true whatever the client wrote.
    """
    hops = settings.PROXIES
    connected: str = request.META.get("REMOTE_ADDR", "")
    if not hops:
        return connected
    told = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    return told[-hops] if len(told) >= hops else ""


def network_of(request: HttpRequest) -> str:
    """Return the network to count by, or "" when there is none to tell apart.

    That is so where a proxy says nothing, and where everybody comes through this machine itself: a proxy nobody told us of.
    """
    try:
        found = ip_address(address_of(request))
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found.is_loopback:
        return ""
    return str(found if isinstance(found, IPv4Address) else IPv6Network((int(found), HOME), strict=False))
