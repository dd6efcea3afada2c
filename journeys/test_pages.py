"""Pages that no other journey passes are examined once: what cannot be read, reached or seen whole is found here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from journeys.people import NEXT, open_details, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from journeys.watch import Tab
    from tools.node import Node

PHONE, DESK = 360, 1280


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_that_anybody_may_read(tab: Callable[..., Tab], language: str) -> None:
    """On a phone, in both directions of writing."""
    phone = tab(javascript=True, width=PHONE, language=language)
    for path in ("at/gb-lds/report/", "proof/", "report/waiting/", "home/", "protection/"):
        assert phone.go(f"/{language}/{path}").is_sound()
    phone.go(f"/{language}/proof/").page.locator(NEXT).click()
    assert phone.is_sound()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_pages_of_whoever_administers(tab: Callable[..., Tab], node: Node, width: int) -> None:
    """Mail, an organisation, its trusted group, its programs, its clocks; and two who change the same thing."""
    desk = sign_in(tab(javascript=True, width=width), node, "admin.leeds")
    assert desk.go("/en/outbox/").is_sound()
    desk.go("/en/manage/organisations/?q=Leeds+Together").page.locator("tbody a").first.click()
    assert desk.is_sound()
    here = desk.page.url.removeprefix(desk.address)
    for path in ("trust/", "program/"):
        assert desk.go(here + path).is_sound()
    desk.page.locator(NEXT).first.click()
    assert desk.looks_sound()

    other = desk.page.context.new_page()
    desk.go(f"{here}change/")
    other.goto(desk.page.url)
    other.fill("textarea", f"Changed by somebody else, {width}.")
    other.locator(NEXT).first.click()
    other.close()
    desk.page.fill("textarea", "Changed by me.")
    desk.page.locator(NEXT).first.click()
    assert desk.page.locator(".notice table").count() == 1
    assert desk.is_sound()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_lists_of_a_reader(tab: Callable[..., Tab], node: Node, width: int) -> None:
    """The queue with its filters, and what was handed over with every state and its marks."""
    desk = sign_in(tab(javascript=True, width=width), node, "open-door-leeds")
    assert desk.go("/en/queue/").is_sound()
    open_details(desk, "form.filters")
    assert desk.looks_sound()
    assert desk.go("/en/handed-over/").is_sound()


def test_pages_of_the_library_that_anybody_may_read(tab: Callable[..., Tab]) -> None:
    """What studies say together, assumptions, what is due, what raters are asked; and sending in, with its errors."""
    phone = tab(javascript=True, width=PHONE, language="ar")
    for path in ("findings/", "assumptions/"):
        assert phone.go(f"/ar/evidence/{path}").looks_sound()
        phone.page.locator(".result a").first.click()
        assert phone.looks_sound()
    for path in ("due/", "criteria/", "send/answer/", "send/"):
        assert phone.go(f"/ar/evidence/{path}").looks_sound()
    phone.page.locator(NEXT).click()
    phone.page.locator(".summary").wait_for()
    assert phone.looks_sound()


def test_pages_of_whoever_keeps_the_library(tab: Callable[..., Tab], node: Node) -> None:
    """Every form of members and administrators, as it is when it was sent empty, and a rating from its beginning."""
    desk = sign_in(tab(javascript=True, width=PHONE), node, "admin.leeds")
    desk.go("/en/evidence/").page.locator(".result a").first.click()
    record = desk.page.url.removeprefix(desk.address + "/en/evidence/")
    for path in ("ours/", "saved/", "proposals/"):
        assert desk.go(f"/en/evidence/{path}").looks_sound()
    forms = ("ours/list/", "ours/libraries/", "assumptions/new/", "due/new/", f"{record}reply/", f"{record}used/")
    for path in (*forms, f"{record}rate/"):
        desk.go(f"/en/evidence/{path}").page.locator(NEXT).click()
        desk.page.locator(".summary").wait_for()
        assert desk.looks_sound()
    desk.page.locator("[name=interest] + label").first.click()
    desk.page.locator(NEXT).click()
    desk.page.locator(".rating-form").wait_for()
    assert desk.looks_sound()
    desk.page.locator("form[action$='/give-up/'] button").click()
