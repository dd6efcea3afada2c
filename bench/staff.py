"""The pages of people who sign in, by the sign-in that everybody uses."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from itertools import cycle, islice
from typing import TYPE_CHECKING

from bench.load import BenchError, Shot
from bench.resident import form_with, shot
from tools.visitor import Visitor

if TYPE_CHECKING:
    from tools.node import Node
    from tools.visitor import Answer

QUEUE = "/en/queue/"
UNSEALING = "/en/sealing/open/"
OVERVIEW = "/en/picture/"
REPORT = re.compile(r"/en/queue/[0-9a-f-]{36}/")
OPENED = b"/answer/"  # the form of an answer stands on an opened report only
OK = 200


def sign_ins(node: Node) -> list[tuple[str, str]]:
    """Return who may sign in to the demonstration: what they do, and their address."""
    state = json.loads((node.data / "state.json").read_text(encoding="utf-8"))
    return [(row[0], row[1]) for row in state.get("sign_ins", [])]


def password(node: Node) -> str:
    """Return the demonstration's password."""
    return str(json.loads((node.data / "state.json").read_text(encoding="utf-8"))["password"])


def one_who(node: Node, *marks: str) -> str:
    """Return the first sign-in whose description or address holds one of these words. Raises BenchError."""
    for what, email in sign_ins(node):
        if any(mark in f"{what} {email}".lower() for mark in marks):
            return email
    message = f"The demonstration has no sign-in for {' or '.join(marks)}."
    raise BenchError(message)


async def sign_in(node: Node, email: str) -> Visitor:
    """Sign in with password and second factor. Raises BenchError."""
    visitor = Visitor(node.port)
    page = await visitor.get("/en/accounts/login/")
    form = next(form for form in page.forms if "login" in form.names)
    page = await visitor.send(form, login=email, password=password(node))
    for form in page.forms:
        if "code" in form.names:
            page = await visitor.send(form, code=node.code(email))
            break
    if "sessionid" not in visitor.cookies or page.status != OK:
        message = f"{email} could not sign in: {page.path} {page.status}"
        raise BenchError(message)
    return visitor


async def unseal(visitor: Visitor, passphrase: str) -> None:
    """Open what is sealed for this session; in the demonstration `password` is the passphrase too. Raises BenchError."""
    page = await visitor.get(UNSEALING)
    page = await visitor.send(form_with(page, "passphrase"), passphrase=passphrase)
    if page.status != OK or page.path.startswith(UNSEALING):
        message = f"The passphrase does not unseal: {page.path} {page.status}"
        raise BenchError(message)


async def openings(visitor: Visitor, most: int) -> list[Shot]:
    """Prepare the buttons that open reports: those nobody has opened first, then others, then again. Raises BenchError."""
    paths = dict.fromkeys(await _reports(visitor, f"{QUEUE}?state=routed", most))
    paths |= dict.fromkeys(await _reports(visitor, QUEUE, most - len(paths)))
    if not paths:
        message = "There is no report to open."
        raise BenchError(message)
    turns = islice(cycle(paths), most)
    button = next(form for form in (await visitor.get(next(iter(paths)))).forms if form.action.endswith("/open/"))
    return [Shot(f"{path}open/", shot(button).body) for path in turns]


async def _reports(visitor: Visitor, start: str, most: int) -> list[str]:
    """Return the first reports of a queue, page by page."""
    found: list[str] = []
    path: str | None = start
    while path and len(found) < most:
        page = await visitor.get(path)
        found += dict.fromkeys(REPORT.findall(page.text))
        older = re.search(r'href="(\?[^"]*after=[^"]*)"', page.text)
        path = QUEUE + html.unescape(older.group(1)) if older else None
    return found[:most]


def is_opened(answer: Answer) -> bool:
    """Say whether an answer is the page of an opened report."""
    return answer.status == OK and OPENED in answer.body


def count_queries(node: Node, visitor: Visitor, path: str) -> int:
    """Return how many queries a page makes for this visitor, counted in a process of its own as role `web`."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.queries", path],
        env=node.env | {"COMMONWEAVE_ROLE": "web", "BENCH_SESSION": visitor.cookies["sessionid"], "PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchError(done.stderr)
    return int(done.stdout)
