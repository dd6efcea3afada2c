"""The pages of people who sign in, by the sign-in that everybody uses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from bench.load import BenchError
from tools.visitor import Visitor

if TYPE_CHECKING:
    from tools.node import Node

QUEUE = "/en/queue/"
OVERVIEW = "/en/picture/"
OK = 200


def sign_ins(node: Node) -> list[tuple[str, str]]:
    """Return who may sign in to the demonstration: what they do, and their address."""
    state = json.loads((node.data / "state.json").read_text(encoding="utf-8"))
    return [(row[0], row[1]) for row in state.get("sign_ins", [])]


def password(node: Node) -> str:
    """Return the demonstration's password."""
    return str(json.loads((node.data / "state.json").read_text(encoding="utf-8"))["password"])


def one_who(node: Node, *marks: str) -> str:
    """Return the address of the first sign-in whose description holds one of these words. Raises BenchError."""
    for what, email in sign_ins(node):
        if any(mark in what.lower() for mark in marks):
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
