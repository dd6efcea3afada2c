"""Residents who send reports while things break: they try again, and keep the receipt they were shown."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from bench import resident
from tools.audit.parts import AuditError
from tools.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.load import Shot
    from tools.visitor import Answer

TRIES = 600
PAUSE = 0.1
RECEIPT = "/en/receipt/"
OK = 200


@dataclass
class Sending:
    """One report on its way."""

    shot: Shot
    receipt: str = ""
    tries: int = 0

    @property
    def words(self) -> str:
        """What the resident wrote."""
        return dict(parse_qsl(self.shot.body.decode()))["what"]


async def send_all(port: int, shots: Sequence[Shot], concurrent: int = 8) -> list[Sending]:
    """Send every prepared report until it is acknowledged, as a person who presses the button again would."""
    sendings = [Sending(shot) for shot in shots]
    waiting = iter(sendings)

    async def send(visitor: Visitor) -> None:
        for sending in waiting:
            await _until_acknowledged(visitor, sending)

    visitors = [Visitor(port) for _ in range(concurrent)]
    try:
        await asyncio.gather(*(send(visitor) for visitor in visitors))
    finally:
        for visitor in visitors:
            visitor.close()
    return sendings


async def _until_acknowledged(visitor: Visitor, sending: Sending) -> None:
    while True:
        sending.tries += 1
        try:
            answer = await visitor.ask("POST", sending.shot.path, sending.shot.body)
        except OSError:
            answer = None
        if answer is not None and answer.status == OK:
            receipt = resident.receipt_in(answer)
            if receipt is None:
                message = f"A sent report was answered with a page that is no receipt: {answer.text[:1500]}"
                raise AuditError(message)
            sending.receipt = receipt
            return
        if sending.tries > TRIES:
            message = f"A report was not accepted after {TRIES} tries (last answer: {answer and answer.status})."
            raise AuditError(message)
        await asyncio.sleep(PAUSE)


async def open_receipt(visitor: Visitor, receipt: str) -> Answer:
    """Ask for a thread with its number, as typed."""
    return await visitor.post(RECEIPT, [("number", receipt)])


async def check_all(port: int, sendings: Sequence[Sending]) -> None:
    """Open every acknowledged receipt and find what was written. Raises AuditError."""
    async with Visitor(port) as visitor:
        for sending in sendings:
            answer = await open_receipt(visitor, sending.receipt)
            if answer.status != OK or sending.words not in answer.text:
                message = f"An acknowledged receipt does not open ({answer.status})."
                raise AuditError(message)
    if len({sending.receipt for sending in sendings}) != len(sendings):
        message = "Two reports were given the same receipt."
        raise AuditError(message)
