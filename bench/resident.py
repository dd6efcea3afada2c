"""The resident's way, walked as a browser without JavaScript walks it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

from bench.load import BenchError, Shot
from tools.visitor import Form, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tools.visitor import Answer

START = "/en/report/"
KIND = "happened"
TOWNS = ("Leeds", "Manchester", "Birmingham", "Toronto", "Montreal", "Lilongwe", "Blantyre", "Durrës", "Vlorë")
WORDS = (
    "On the way home from the market a group shouted at people in front of the shop, and stayed until it closed. "
    "It was the third evening this week and neighbours are afraid to go there. "
) * 3
RECEIPT = re.compile(r"\d{5}(?:\D{1,40}\d{5}){5}")
RECEIPT_FORM = b'name="visit"'  # on no other page that a finished form can lead to
STEPS = 3


@dataclass(frozen=True)
class Way:
    """How to come to step 3 for one place: the form before it, which draws a new receipt each time it is sent."""

    place: str
    before: Shot


def shot(form: Form, **words: str | Sequence[str]) -> Shot:
    """Prepare a form for sending."""
    return Shot(urlsplit(form.action).path, urlencode(form.filled(**words)).encode())


def form_with(answer: Answer, name: str) -> Form:
    """Return the form of a page that has this control. Raises BenchError."""
    for form in answer.forms:
        if name in form.names or name in form.buttons or any(name == key for key, _ in form.values):
            return form
    message = f"{answer.path} has no form with '{name}' (status {answer.status})."
    raise BenchError(message)


async def find_ways(port: int) -> tuple[list[Way], list[Shot]]:
    """Walk to step 3 in every town that takes reports; return the ways, and the requests that showed the steps."""
    ways: list[Way] = []
    steps: list[Shot] = [Shot(START, method="GET")]
    async with Visitor(port) as visitor:
        for town in TOWNS:
            start = await visitor.get(START)
            begin = shot(form_with(start, "draft"))
            what = await visitor.ask("POST", begin.path, begin.body)
            chosen = shot(form_with(what, "kind"), kind=KIND, next_="1")
            where = await visitor.ask("POST", chosen.path, chosen.body)
            search = shot(form_with(where, "q"), q=town)
            found = await visitor.ask("POST", search.path, search.body)
            form = next((form for form in found.forms if form.buttons.get("choose")), None)
            if form is None:
                continue
            place = form.buttons["choose"][0]
            before = shot(form, choose=place)
            who = await visitor.ask("POST", before.path, before.body)
            if any("who" in form.choices for form in who.forms):
                ways.append(Way(place, before))
                steps += [begin, chosen, search, before]
    if not ways:
        message = "No town of the demonstration takes a report."
        raise BenchError(message)
    return ways, steps


async def prepare(
    port: int, ways: Sequence[Way], count: int, *, first: int = 0, tab: Callable[[int], Visitor] = Visitor
) -> list[Shot]:
    """Show step 3 `count` times, each with a receipt of its own, and fill it in, numbered from `first` on."""
    todo = iter(range(first, first + count))
    ready: list[Shot] = []

    async def fill(visitor: Visitor) -> None:
        for number in todo:
            way = ways[number % len(ways)]
            form = form_with(await visitor.ask("POST", way.before.path, way.before.body), "who")
            wider = {"climb": "on"} if "climb" in form.names else {}
            words = {"what": f"{WORDS}{number}", "when": "in the evening", "send": "1", **wider}
            ready.append(shot(form, who=form.choices["who"][:1], **words))

    visitors = [tab(port) for _ in range(4)]
    try:
        await asyncio.gather(*(fill(visitor) for visitor in visitors))
    finally:
        for visitor in visitors:
            visitor.close()
    return ready


def is_receipt(answer: Answer) -> bool:
    """Say whether an answer is a receipt page, at a glance: the client shares the cores with what it measures."""
    return answer.status == 200 and RECEIPT_FORM in answer.body  # noqa: PLR2004 HTTP's own number


def receipt_in(answer: Answer) -> str | None:
    """Return the 30 digits that a receipt page shows."""
    found = RECEIPT.search(re.sub(r"<[^>]*>", " ", answer.text))
    return re.sub(r"\D", "", found.group()) if found else None


class _Fetched(HTMLParser):
    """What a browser fetches to show a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = {name: value or "" for name, value in attrs}
        if tag == "link" and set(words.get("rel", "").split()) & {"stylesheet", "icon", "preload", "manifest"}:
            self.addresses.append(words.get("href", ""))
        elif tag in {"script", "img", "source"} or (tag == "input" and words.get("type") == "image"):
            self.addresses.append(words.get("src", ""))


async def first_load(port: int) -> tuple[int, int]:
    """Return bytes (as sent, bodies) and requests of the first page, with all that it fetches."""
    async with Visitor(port) as visitor:
        page = await visitor.get(START, Accept_Encoding="gzip")
        plain = await visitor.get(START)
        reader = _Fetched()
        reader.feed(plain.text)
        size, seen, todo = len(page.body), {START}, [urljoin(START, each) for each in reader.addresses if each]
        while todo:
            address = todo.pop()
            if address in seen or address.startswith("data:"):
                continue
            seen.add(address)
            size += len((await visitor.get(address, Accept_Encoding="gzip")).body)
            if address.split("?")[0].endswith(".css"):
                style = (await visitor.get(address)).text
                todo += [urljoin(address, each) for each in re.findall(r"url\([\"']?([^\"')]+)", style)]
    return size, len(seen)
