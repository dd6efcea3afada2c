"""What a resident typed can be read nowhere on the disk but under the seal."""

from __future__ import annotations

import asyncio
import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import resident, staff
from tools.audit.canaries import Canaries, is_not_blind, plant, search
from tools.node import running_node


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_search_finds_a_string_in_every_dress(before: bytes, after: bytes) -> None:
    canaries = Canaries()
    text = canaries("what").encode()
    for data in (text, text.hex().encode(), text.decode().encode("utf-16-le"), base64.b64encode(before + text + after)):
        assert canaries.found_in(b"\0" + data + b"\0")
    assert not canaries.found_in(before + after)


def test_search_finds_a_receipt_however_it_is_grouped() -> None:
    canaries = Canaries()
    digits = canaries.number("123456789012345678901234567890")
    assert canaries.found_in(b"x" + digits.encode() + b"x")
    assert canaries.found_in(b" ".join(digits.encode()[at : at + 5] for at in range(0, 30, 5)))
    assert not canaries.found_in(b"987654321098765432109876543210")


@pytest.mark.xdist_group("kills")
def test_planted_strings_stay_under_the_seal() -> None:
    with running_node() as node:
        ways, _ = asyncio.run(resident.find_ways(node.port))
        is_not_blind(node)
        canaries = Canaries()
        asyncio.run(plant(node, ways, canaries, 12, staff.password(node)))
        assert canaries.planted > 80
        assert search(node, canaries) > 10_000_000
