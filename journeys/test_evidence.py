"""Somebody looks up what works, in their own language, and sees what is not known; somebody else adds what was missing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from commonweave.evidence.tests.pdfs import STUDY, make_pdf
from journeys.people import NEXT, open_details, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from journeys.watch import Tab
    from tools.node import Node

PHONE, DESK = 360, 1280


@pytest.mark.parametrize(
    ("language", "question", "width", "javascript"),
    [("en", "scared straight", DESK, True), ("ar", "الإرشاد", PHONE, False)],
)
def test_from_a_question_to_a_study_and_the_map(
    tab: Callable[..., Tab],
    language: str,
    question: str,
    width: int,
    javascript: bool,  # noqa: FBT001 - a parameter
) -> None:
    here = tab(javascript=javascript, width=width, language=language, dark=width == PHONE)
    sound = here.is_sound if javascript else here.fits  # what examines a page is a script
    here.go(f"/{language}/").page.locator(f'footer a[href="/{language}/evidence/"]').click()
    assert sound()
    here.page.fill("#q", question)
    here.page.locator("#q + button").click()
    expect(here.page.locator(".why").first).to_be_visible()
    assert sound()
    here.page.locator(".result a").first.click()
    expect(here.page.locator(".judged .big .mark")).to_have_count(2)
    assert sound()
    here.go(f"/{language}/evidence/map/")
    expect(here.page.locator(".gaps td a[title]").first).to_be_visible()
    assert here.looks_sound() if javascript else here.fits()  # too many fields to press through one by one
    here.page.locator(".gaps td a:not([title])").first.click()
    expect(here.page.locator(".empty")).to_be_visible()
    assert sound()


def test_from_a_pdf_to_the_map(tab: Callable[..., Tab], node: Node) -> None:
    """What was a gap this morning is none as soon as somebody has published a study of it."""
    desk = sign_in(tab(javascript=True, width=PHONE), node, "admin.leeds")
    page = desk.go("/en/evidence/map/").page
    gap = str(page.locator(".gaps td a:not([title])").last.get_attribute("href"))
    asked = parse_qs(urlsplit(gap).query)
    desk.go("/en/evidence/ours/new/")
    pdf = {"name": "study.pdf", "mimeType": "application/pdf", "buffer": make_pdf(STUDY)}
    page.locator("#id_pdf").set_input_files(pdf)  # type: ignore[arg-type]  # the words of a file
    page.locator("form:has(#id_pdf) button").click()
    expect(page.locator("[name=year]")).to_have_value("2019")
    page.fill("[name=title]", "Lanterns on the footbridge")
    page.fill("[name=doi]", "")  # it is no real one
    page.fill("[name=sources]", "its first page | all | 2026-01-31")
    for name, facet in (("interventions", "tried"), ("outcomes", "outcome")):
        open_details(desk, f"[name={name}]")
        page.locator(f"[name={name}][value={asked[facet][0]}] + label").click()
    assert desk.looks_sound()
    page.locator("form[action$='/new/'] button.primary").click()
    assert desk.looks_sound()
    page.locator("main a[href$='/publish/']").click()
    for passage in page.locator("[name=cleared] + label").all():
        passage.click()
    assert desk.looks_sound()
    page.locator(NEXT).click()
    expect(page.locator(".notice.success")).to_be_visible()
    for _look in range(30):  # the indexer follows by itself
        desk.go("/en/evidence/?q=lanterns+footbridge")
        if page.locator(".result", has_text="Lanterns on the footbridge").count():
            break
    expect(page.locator(".result").first).to_contain_text("Lanterns on the footbridge")
    desk.go("/en/evidence/map/")
    expect(page.locator(f'.gaps td a[title][href="{gap}"] .mark')).to_have_count(1)
