"""Strings planted wherever a resident types, then looked for in every byte the node keeps: only the seal may hold them."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from bench import resident, staff
from commonweave.files import arriving
from commonweave.site.config import load_config
from commonweave.site.postgres import connect
from tools.audit.parts import AuditError, Found, Part
from tools.audit.submitting import open_receipt
from tools.node import running_node
from tools.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bench.resident import Way
    from tools.audit.parts import Round
    from tools.node import Node
    from tools.visitor import Answer

REPORTS = 100
ROUNDS = 13  # with some eight strings a report, more than 10,000
SEALING = "/en/sealing/"
FILES = "/en/receipt/files/"
FILES_EVERY = 3  # every so many strings, for each file is cleaned by a process of its own
OK, NOT_FOUND = 200, 404
RECOVERY_CODE = re.compile(r"\d{5}(?:\D{1,40}\d{5}){7}")
DIGITS = re.compile(rb"(?:[0-9][ \-]?){27,29}[0-9]")


@dataclass
class Canaries:
    """All strings begin with one mark that exists nowhere else, so that one search finds any of them."""

    mark: str = field(default_factory=lambda: "zq" + secrets.token_hex(6))
    planted: int = 0
    numbers: set[str] = field(default_factory=set)

    def __call__(self, what: str) -> str:
        """Return a new string to type."""
        self.planted += 1
        return f"{self.mark} {what} {secrets.token_hex(4)}"

    def number(self, digits: str) -> str:
        """Remember digits (a receipt) that must not be found either."""
        self.planted += 1
        self.numbers.add(digits[:28])
        return digits

    def needles(self) -> list[bytes]:
        """Return the mark in every dress it could wear in a file."""
        plain = self.mark.encode()
        dresses = [plain, plain.hex().encode(), plain.hex().upper().encode(), self.mark.encode("utf-16-le")]
        # Base64 of its middle, at each of the three ways to fall on groups of three bytes.
        return dresses + [base64.b64encode(b"\0" * shift + plain)[4 if shift else 0 : -4] for shift in range(3)]

    def found_in(self, data: bytes) -> str:
        """Return what was found, or ""."""
        for needle in self.needles():
            if needle in data:
                return needle.decode("latin-1")
        for candidate in DIGITS.findall(data):
            if re.sub(rb"\D", b"", candidate)[:28].decode() in self.numbers:
                return "a receipt"
        return ""


async def plant(node: Node, ways: list[Way], canaries: Canaries, reports: int, passphrase: str) -> str:
    """Send reports with a string in every field, then read, add, correct, mistype; and let a team answer some.

    What a member types to unseal is planted too, and so is the recovery code: return the new passphrase.
    """
    team = await staff.sign_in(node, staff.one_who(node, "reads reports"))
    async with Visitor(node.port) as visitor, team:
        for number in range(reports):
            await _report(visitor, ways[number % len(ways)], canaries)
        await _mistype(visitor, canaries)
        passphrase = await _unseal(team, passphrase, canaries)
        await _answer(team, canaries)
    return passphrase


async def _report(visitor: Visitor, way: Way, canaries: Canaries) -> None:
    form = resident.form_with(await visitor.ask("POST", way.before.path, way.before.body), "who")
    typed = {name: canaries(name) for name in ("what", "where", "address", "when") if name in form.names}
    wider = {"climb": "on"} if "climb" in form.names else {}
    # First without saying who may read it, so that the page of errors holds everything, too.
    await visitor.send(form, send="1", **typed)
    path, body = (shot := resident.shot(form, who=form.choices["who"][:1], send="1", **wider, **typed)).path, shot.body
    told = {"User-Agent": canaries("agent"), "X-Forwarded-For": canaries("address"), "Referer": canaries("referer")}
    sent = await visitor.ask("POST", path, body, told)
    receipt = resident.receipt_in(sent)
    if receipt is None:
        message = f"A report with planted strings was not accepted: {sent.status} {sent.text[:1000]}"
        raise AuditError(message)
    thread = await open_receipt(visitor, canaries.number(receipt))
    address = canaries("notice").replace(" ", ".") + "@example.org"
    thread = await visitor.send(
        resident.form_with(thread, "notice-address"), do="notice", **{"notice-address": address}
    )
    _must(thread)
    for deed in ("add", "correct"):
        form = next(form for form in thread.forms if any("text" in name for name in form.names))
        name = next(name for name in form.names if "text" in name)
        thread = await visitor.send(form, **{name: canaries(deed), "do": deed})
        _must(thread)
    if canaries.planted % FILES_EVERY == 0:
        await _send_files(visitor, thread, canaries)


async def _send_files(visitor: Visitor, thread: Answer, canaries: Canaries) -> None:
    """Send a photo whose name, comment and bytes are planted, one that is refused, and half of one that never ends."""
    visit = [("visit", dict(resident.form_with(thread, "visit").values)["visit"])]
    photo = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(photo, "JPEG", comment=canaries("comment").encode())
    chosen = [
        ("files", canaries("photo") + ".jpg", photo.getvalue()),
        ("files", canaries("program") + ".exe", b"MZ" + canaries("bytes").encode()),
    ]
    _must(await visitor.post_files(FILES, [*visit, ("original", "on")], chosen))
    half = canaries("half").encode() * (arriving.PART // 20)
    facts = {"sha256": hashlib.sha256(half).hexdigest(), "size": str(len(half)), "at": "0", "name": canaries("name")}
    piece = half[: arriving.PART]
    told = {**facts, "part_sha256": hashlib.sha256(piece).hexdigest()}
    _must(await visitor.post_files(f"{FILES}part/", [*visit, *told.items()], [("part", canaries("part"), piece)]))


async def _mistype(visitor: Visitor, canaries: Canaries) -> None:
    await open_receipt(visitor, canaries.number("".join(secrets.choice("0123456789") for _ in range(30))))
    await open_receipt(visitor, canaries("no receipt"))
    start = await visitor.get(resident.START)
    what = await visitor.send(resident.form_with(start, "draft"))
    where = await visitor.send(resident.form_with(what, "kind"), kind=resident.KIND, next="1")
    await visitor.send(resident.form_with(where, "q"), q=canaries("place"))
    await visitor.post("/en/report/what/", [("draft", canaries("draft"))])
    await visitor.get(f"/en/report/?q={canaries('query').replace(' ', '+')}")
    await visitor.get(f"/en/nowhere-{canaries('path').replace(' ', '-')}/")


async def _unseal(team: Visitor, passphrase: str, canaries: Canaries) -> str:
    """Mistype the passphrase, type it, change it, and unseal with the recovery code; return the new passphrase."""
    asked = await team.get(staff.UNSEALING)
    _must(await team.send(resident.form_with(asked, "passphrase"), passphrase=canaries("mistyped passphrase")))
    await staff.unseal(team, passphrase)
    new = canaries("passphrase")
    changing = next(form for form in (await team.get(SEALING)).forms if "again" in form.names)
    shown = await team.send(changing, passphrase=new, again=new)
    code = RECOVERY_CODE.search(re.sub(r"<[^>]*>", " ", shown.text))
    if code is None:
        message = f"A new passphrase was not taken: {shown.path} {shown.status}"
        raise AuditError(message)
    sealing = next(form for form in (await team.get(SEALING)).forms if form.action.endswith("/close/"))
    _must(await team.send(sealing))
    await staff.unseal(team, canaries.number(re.sub(r"\D", "", code.group())))
    return new


async def _answer(team: Visitor, canaries: Canaries) -> None:
    queue, answered = await team.get(staff.QUEUE), 0
    for address in list(dict.fromkeys(re.findall(r"/en/queue/[0-9a-f-]{36}/", queue.text)))[:5]:
        page = await team.get(address)
        opening = next((form for form in page.forms if form.action.endswith("/open/")), None)
        opened = await team.send(opening) if opening else page
        if staff.is_opened(opened):
            answering = next(form for form in opened.forms if form.action.endswith("/answer/"))
            _must(await team.send(answering, text=canaries("answer")))
            answered += 1
    if not answered:
        message = "A team whose session is unsealed could open none of its reports."
        raise AuditError(message)


def _must(answer: Answer) -> None:
    if answer.status != OK:
        message = f"{answer.path} was answered with {answer.status}: {answer.text[:500]}"
        raise AuditError(message)


def search(node: Node, canaries: Canaries) -> int:
    """Look through every file, every row as text, and everything that was said; return the bytes. Raises AuditError."""
    with connect(load_config(node.env)) as admin:
        admin.execute("checkpoint")
        admin.execute("select pg_switch_wal()")
        size = _look("what the node said", "\n".join(node.said).encode(), canaries)
        tables = admin.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables "
            "where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        for (table,) in tables:
            with admin.cursor() as cursor, cursor.copy(f"copy {table} to stdout") as rows:  # the names are the server's
                size += _look(f"the table {table}", b"".join(bytes(row) for row in rows), canaries)
    for path in files(node.data):
        with contextlib.suppress(FileNotFoundError):  # a server renames and removes files while we look
            size += _look(str(path.relative_to(node.data)), path.read_bytes(), canaries)
    return size


def files(folder: Path) -> Iterable[Path]:
    """Return every ordinary file of the data folder."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _look(where: str, data: bytes, canaries: Canaries) -> int:
    if found := canaries.found_in(data):
        message = f"{where} holds what a resident typed ({found})."
        raise AuditError(message)
    return len(data)


def is_not_blind(node: Node) -> None:
    """Plant strings in the open, in a file and in a table, and see that the search finds them. Raises AuditError."""
    seen = Canaries()
    path = node.data / "log" / "canary"
    path.write_text(f"x{seen('file')}", encoding="utf-8")
    _must_see(node, seen)
    path.unlink()
    with connect(load_config(node.env)) as admin:
        admin.execute("create table public.canary (body text)")
        admin.execute("insert into public.canary values (%s)", [seen("row")])
        _must_see(node, seen)
        admin.execute("drop table public.canary")


def _must_see(node: Node, canaries: Canaries) -> None:
    try:
        search(node, canaries)
    except AuditError:
        return
    message = "The search does not find what was planted in the open."
    raise AuditError(message)


@contextlib.contextmanager
def prepare() -> Iterator[Round]:
    """Run one node for all rounds."""
    with running_node() as node:
        ways, _ = asyncio.run(resident.find_ways(node.port))
        is_not_blind(node)
        passphrase = staff.password(node)

        def one_round(number: int) -> Found:
            nonlocal passphrase
            del number
            canaries = Canaries()
            passphrase = asyncio.run(plant(node, ways, canaries, REPORTS, passphrase))
            return Found({"canaries": canaries.planted, "bytes searched": search(node, canaries)})

        yield one_round


PART = Part("canaries", "planted strings are found nowhere outside the seal", ROUNDS, prepare)
