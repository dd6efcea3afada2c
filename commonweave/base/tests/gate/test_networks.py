"""Whose address counts: the one that a trusted proxy heard, never one that a client wrote about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import RequestFactory

from commonweave.base.gate.networks import network_of

if TYPE_CHECKING:
    from pytest_django import Settings


@pytest.mark.parametrize(
    ("proxies", "connected", "told", "network"),
    [
        (0, "203.0.113.5", "", "203.0.113.5"),
        (0, "203.0.113.5", "198.51.100.9", "203.0.113.5"),
        (1, "192.0.2.1", "203.0.113.5", "203.0.113.5"),
        (1, "127.0.0.1", "198.51.100.9, 203.0.113.5", "203.0.113.5"),
        (2, "192.0.2.1", "198.51.100.9, 203.0.113.5, 192.0.2.2", "203.0.113.5"),
        (2, "192.0.2.1", "203.0.113.5", ""),
        (1, "192.0.2.1", "", ""),
        (1, "192.0.2.1", "not an address", ""),
        (0, "127.0.0.1", "", ""),
        (0, "::1", "", ""),
        (0, "", "", ""),
        (0, "2001:db8:1:2:aaaa::1", "", "2001:db8:1:2::/64"),
        (0, "2001:db8:1:2:bbbb::9", "", "2001:db8:1:2::/64"),
        (0, "::ffff:203.0.113.5", "", "203.0.113.5"),
    ],
)
def test_network(proxies: int, connected: str, told: str, network: str, settings: Settings) -> None:
    """A forged header must neither hide who floods nor put the blame on another network."""
    settings.PROXIES = proxies
    assert network_of(RequestFactory().get("/", REMOTE_ADDR=connected, HTTP_X_FORWARDED_FOR=told)) == network
