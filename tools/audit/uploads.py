"""Uploads that break at random: each goes on where it was, and what arrives is byte for byte what was sent."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import resident
from commonweave.files.arriving import PART as LENGTH
from tools.audit.parts import AuditError, Found, Part
from tools.audit.submitting import open_receipt
from tools.node import running_node
from tools.visitor import Answer, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.resident import Way
    from tools.audit.parts import Round
    from tools.node import Node

ROUNDS, UPLOADS, AT_ONCE = 50, 20, 4  # a thousand
PARTS = "/en/receipt/files/part/"
FILES = "/en/receipt/files/"
TRIES = 400
BREAKS = 0.4  # of all requests
OK = 200


def sound(luck: random.Random) -> bytes:
    """Return a sound of a few bytes or a few parts: what cannot be compressed, in a form that stays as it is."""
    body = luck.randbytes(luck.choice((luck.randrange(2, 5_000), luck.randrange(2, 3 * LENGTH))) // 2 * 2)
    form = bytes.fromhex("0100 0100 401f0000 803e0000 0200 1000")
    whole = b"WAVEfmt " + len(form).to_bytes(4, "little") + form + b"data" + len(body).to_bytes(4, "little") + body
    return b"RIFF" + len(whole).to_bytes(4, "little") + whole


@dataclass
class Sender:
    """A telephone in a train: what upload.js does, and a connection that breaks where luck will have it."""

    visitor: Visitor
    visit: str
    data: bytes
    luck: random.Random
    cuts: int = 0

    @property
    def sha256(self) -> str:
        """What the device reckons."""
        return hashlib.sha256(self.data).hexdigest()

    async def ask(self, *, piece: bytes | None = None, **fields: str) -> dict[str, object]:
        """Ask until there is an answer."""
        facts = {"visit": self.visit, "sha256": self.sha256, "size": str(len(self.data)), **fields}
        files = [] if piece is None else [("part", "blob", piece)]
        for _ in range(TRIES):
            cut = self.luck.randrange(1, len(piece or b"") + 900) if self.luck.random() < BREAKS else 0
            try:
                answer = await self.visitor.post_files(PARTS, facts.items(), files, cut=cut)
            except OSError:
                self.cuts += 1
                continue
            if answer.status == OK and "busy" not in (found := dict(json.loads(answer.body))):
                return found
            await asyncio.sleep(0.05)
        message = f"A part was not taken after {TRIES} tries."
        raise AuditError(message)

    async def send(self) -> None:
        """Send the whole file, asking each time how far it came. Raises AuditError unless it arrived."""
        answer = await self.ask()
        for _ in range(TRIES):
            if "done" in answer:
                break
            at = int(str(answer["at"])) if "at" in answer else -1
            if at < 0:
                message = f"An upload was refused: {answer}"
                raise AuditError(message)
            piece = self.data[at * LENGTH : (at + 1) * LENGTH]
            if not piece:
                answer = await self.ask(finish="1", name="a.wav", original="1")
            else:
                answer = await self.ask(at=str(at), part_sha256=hashlib.sha256(piece).hexdigest(), piece=piece)
        if answer.get("done") != self.sha256:
            message = f"An upload ended with {answer}."
            raise AuditError(message)


async def trial(node: Node, ways: list[Way], luck: random.Random, uploads: int) -> Found:
    """Send files for one report, fetch each original back, delete it; raise AuditError when a hash differs."""
    async with Visitor(node.port) as visitor:
        shot = (await resident.prepare(node.port, ways[:1], 1))[0]
        receipt = resident.receipt_in(await visitor.ask("POST", shot.path, shot.body))
        if receipt is None:
            message = "A report was not accepted."
            raise AuditError(message)
        cuts = size = 0
        for _ in range(uploads):
            thread = await open_receipt(visitor, receipt)
            sender = Sender(visitor, dict(resident.form_with(thread, "visit").values)["visit"], sound(luck), luck)
            await sender.send()
            await _compare(visitor, receipt, sender)
            cuts, size = cuts + sender.cuts, size + len(sender.data)
        return Found({"uploads": uploads, "cuts": cuts, "bytes": size, "different hashes": 0})


async def crowd(node: Node, ways: list[Way], number: int) -> Found:
    """Let several people send at once, each for a report of their own."""
    lucks = [random.Random(f"{number} {each}") for each in range(AT_ONCE)]
    found = await asyncio.gather(*(trial(node, ways, luck, UPLOADS // AT_ONCE) for luck in lucks))
    return Found({name: sum(each.counts[name] for each in found) for name in found[0].counts})


async def _compare(visitor: Visitor, receipt: str, sender: Sender) -> None:
    thread = await open_receipt(visitor, receipt)
    pairs = [
        (told, pk)
        for pk, told in re.findall(
            r'name="fetch" value="([0-9a-f-]{36})".*?class="break">([0-9a-f]{64})<', thread.text, re.DOTALL
        )
    ]
    fetched = [(told, await _form(visitor, sender.visit, fetch=pk)) for told, pk in pairs]
    hashes = [hashlib.sha256(answer.body).hexdigest() for _told, answer in fetched]
    if len(pairs) != 2 or hashes != [told for told, _ in fetched] or sender.sha256 not in hashes:  # noqa: PLR2004 the clean one and the original
        message = f"What came back is not what was sent: {pairs} {hashes} {sender.sha256}"
        raise AuditError(message)
    for _told, pk in pairs:
        await _form(visitor, sender.visit, remove=pk)


async def _form(visitor: Visitor, visit: str, **fields: str) -> Answer:
    return await visitor.ask("POST", FILES, "&".join([f"visit={visit}", *map("=".join, fields.items())]).encode())


@contextlib.contextmanager
def prepare() -> Iterator[Round]:
    """Run one node for all rounds."""
    with running_node() as node:
        ways, _ = asyncio.run(resident.find_ways(node.port))

        def one_round(number: int) -> Found:
            found = asyncio.run(crowd(node, ways, number))
            if left := [path for path in (node.data / "files").rglob("*") if path.is_file()]:
                message = f"{len(left)} files are left although all were deleted."
                raise AuditError(message)
            return found

        yield one_round


PART = Part("uploads", "1,000 uploads cut at random: identical hash after resuming", ROUNDS, prepare)
