"""A photo travels from a cheap phone to the team that reads it, with and without scripts, and is the same at both ends."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from bench.staff import password
from commonweave.files.tests.samples import MARK, jpeg
from journeys.people import Resident, first_report, open_report, sign_in, unseal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import FilePayload

    from journeys.watch import Tab
    from tools.node import Node

PHONE, DESK = 360, 1280


def find(member: Tab, words: str) -> Tab:
    """Open unopened reports until one says `words`."""
    for link in [
        str(each.get_attribute("href")) for each in member.go("/en/queue/?state=routed").page.locator("tbody a").all()
    ]:
        open_report(member, link)
        if words in member.page.content():
            return member
    raise AssertionError(words)


def fetched(tab: Tab, link: str, folder: Path) -> bytes:
    """Follow a link or press a button that hands out a file."""
    with tab.page.expect_download() as waiting:
        tab.page.locator(link).first.click()
    path = folder / "fetched"
    waiting.value.save_as(path)
    return path.read_bytes()


@pytest.mark.parametrize("javascript", [False, True], ids=["without scripts", "with scripts"])
def test_photo_reaches_the_team(tab: Callable[..., Tab], node: Node, tmp_path: Path, javascript: bool) -> None:  # noqa: FBT001 pytest names it
    """Cleaned for everybody; the original beside it because the resident ticked that."""
    photo = jpeg(7)
    words = f"Example with a photo, {javascript}."
    phone = Resident(tab(javascript=javascript, width=PHONE))
    receipt = phone.report(words, "city_support")
    assert phone.examined()
    page = phone.page
    chosen: FilePayload = {"name": "IMG 0815 at home.jpeg", "mimeType": "image/jpeg", "buffer": photo}
    page.locator("#files").set_input_files(chosen)
    page.locator("label[for=original]").click()
    page.locator("[data-upload] [data-send]").click()
    if javascript:
        page.locator("[data-list] li", has_text="✓").wait_for()
        assert phone.examined()
        phone.open(receipt)
    assert "IMG 0815 at home.jpg" in page.content()
    assert phone.examined()

    member = sign_in(tab(javascript=True, width=DESK), node, "leeds support")
    open_report(member, first_report(member))
    unseal(member, password(node))
    find(member, words)
    assert member.looks_sound()
    clean = fetched(member, "a[download] >> nth=0", tmp_path)
    original = fetched(member, "a[download] >> nth=1", tmp_path)
    if MARK.encode() in clean:
        clean, original = original, clean
    assert MARK.encode() not in clean
    assert original == photo
    assert hashlib.sha256(clean).hexdigest() in member.page.content()
    assert hashlib.sha256(photo).hexdigest() in member.page.content()

    phone.open(receipt)
    assert fetched(phone.tab, "button[name=fetch] >> nth=0", tmp_path) in {clean, photo}
    page.locator("button[name=remove]").first.click()
    assert page.context.cookies() == []
