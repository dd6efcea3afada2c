"""Residents who send reports while things break: they try again, and keep the receipt they were shown."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from bench import resident
from tools.audit.parts import AuditError
from tools.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bench.load import Shot
    from tools.visitor import Answer

CONCURRENT = 8
PATIENCE = 120.0  # seconds until a node must be back
PAUSE = 0.1
RECEIPT = "/en/receipt/"
OK = 200
AWAY = {500, 502, 503, 504}  # 500 is what a page says while its database is gone


class Patient(Visitor):
    """Asks again until a node is back: for what may be asked as often as one likes. Raises AuditError."""

    async def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """Make one request, again and again while nobody is there."""
        until = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError):
                answer = await super().ask(method, path, body, headers)
                if answer.status not in AWAY:
                    return answer
            if time.monotonic() > until:
                message = f"The node did not answer for {PATIENCE:.0f} s."
                raise AuditError(message)
            await asyncio.sleep(PAUSE)


@dataclass
class Sending:
    """One report on its way."""

    shot: Shot
    receipt: str = ""
    tries: int = 0
    under_way: bool = False

    @property
    def words(self) -> str:
        """What the resident wrote."""
        return dict(parse_qsl(self.shot.body.decode()))["what"]


async def send_all(port: int, sendings: Iterable[Sending], concurrent: int = CONCURRENT) -> None:
    """Send every prepared report until it is acknowledged, as a person who presses the button again would."""
    waiting = iter(sendings)

    async def send(visitor: Visitor) -> None:
        async with visitor:
            for sending in waiting:
                await _until_acknowledged(visitor, sending)

    async with asyncio.TaskGroup() as group:
        for _ in range(concurrent):
            group.create_task(send(Visitor(port)))


async def _until_acknowledged(visitor: Visitor, sending: Sending) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        answer = await _try(visitor, sending)
        if answer is not None and answer.status == OK:
            receipt = resident.receipt_in(answer)
            if receipt is None:
                message = f"A sent report was answered with a page that is no receipt: {answer.text[:1500]}"
                raise AuditError(message)
            sending.receipt = receipt
            return
        if time.monotonic() > until:
            message = f"A report was not accepted within {PATIENCE:.0f} s (last answer: {answer and answer.status})."
            raise AuditError(message)
        await asyncio.sleep(PAUSE)


async def _try(visitor: Visitor, sending: Sending) -> Answer | None:
    sending.tries += 1
    sending.under_way = True
    try:
        return await visitor.ask("POST", sending.shot.path, sending.shot.body)
    except OSError:
        return None
    finally:
        sending.under_way = False


async def open_receipt(visitor: Visitor, receipt: str) -> Answer:
    """Ask for a thread with its number, as typed."""
    return await visitor.post(RECEIPT, [("number", receipt)])


async def check_all(port: int, sendings: Sequence[Sending], concurrent: int = 4) -> None:
    """Open every acknowledged receipt and find what was written. Raises AuditError."""
    waiting = iter(sendings)

    async def check(visitor: Visitor) -> None:
        async with visitor:
            for sending in waiting:
                answer = await open_receipt(visitor, sending.receipt)
                if answer.status != OK or sending.words not in answer.text:
                    message = f"An acknowledged receipt does not open ({answer.status})."
                    raise AuditError(message)

    async with asyncio.TaskGroup() as group:
        for _ in range(concurrent):
            group.create_task(check(Patient(port)))
    if len({sending.receipt for sending in sendings}) != len(sendings):
        message = "Two reports were given the same receipt."
        raise AuditError(message)
