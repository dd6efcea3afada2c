"""A small mail server (RFC 5321) on this machine that does as it is told: takes mail, refuses it, hangs up, says nothing."""

from __future__ import annotations

import contextlib
import re
import socketserver
import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Deed(StrEnum):
    """What the server does with one mail."""

    TAKE = "take"
    LATER = "refuse for now"
    NEVER = "refuse for good"
    BUSY = "say that it is busy, and hang up"
    DROP_BEFORE = "hang up before the text"
    DROP_AFTER = "take the text, and hang up without a word"
    SILENCE = "say nothing until the client gives up"
    GIVE_BACK = "take it, and send it back"


@dataclass(frozen=True)
class Taken:
    """A mail that arrived. `deed` tells whether its sender was told so."""

    sender: str
    to: str
    text: str
    deed: Deed

    @property
    def message_id(self) -> str:
        """What tells two copies of one mail from two mails."""
        found = re.search(r"^Message-ID: (\S+)", self.text, re.MULTILINE)
        return found[1] if found else ""


class Server(socketserver.ThreadingTCPServer):
    """Asks `decide` at each address what to do."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, decide: Callable[[str], Deed]) -> None:
        """Listen on a free port."""
        self.decide = decide
        self.taken: list[Taken] = []
        self.stopping = threading.Event()
        super().__init__(("127.0.0.1", 0), Conversation)

    @property
    def url(self) -> str:
        """COMMONWEAVE_MAIL_URL."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Conversation(socketserver.StreamRequestHandler):
    """One client."""

    server: Server

    def say(self, line: str) -> None:
        """Answer."""
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        """Talk until one of both hangs up."""
        sender, to, deed = "", "", Deed.TAKE
        with contextlib.suppress(ConnectionError):
            self.say("220 ready")
            while line := self.rfile.readline().decode().strip():
                word = line[:4].upper()
                if word == "MAIL":
                    sender = line.partition("<")[2].partition(">")[0]
                    self.say("250 fine")
                elif word == "RCPT":
                    to = line.partition("<")[2].partition(">")[0]
                    deed = self.server.decide(to)
                    if not self._address(deed):
                        return
                elif word == "DATA":
                    self.say("354 go on")
                    self.server.taken.append(Taken(sender, to, self._text(), deed))
                    if deed == Deed.DROP_AFTER:
                        return
                    self.say("250 taken")
                elif word == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 fine")

    def _address(self, deed: Deed) -> bool:
        """Answer an address; False is to hang up."""
        if deed == Deed.SILENCE:
            self.server.stopping.wait()
        answers = {Deed.LATER: "451 4.3.0 try again", Deed.NEVER: "550 5.1.1 nobody here", Deed.BUSY: "421 4.3.2 bye"}
        if deed not in {Deed.DROP_BEFORE, Deed.SILENCE}:
            self.say(answers.get(deed, "250 fine"))
        return deed not in {Deed.DROP_BEFORE, Deed.SILENCE, Deed.BUSY}

    def _text(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode()) not in {".\r\n", ""}:
            lines.append(line)
        return "".join(lines)


@contextlib.contextmanager
def running(decide: Callable[[str], Deed]) -> Iterator[Server]:
    """Run one beside the program."""
    with Server(decide) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.stopping.set()
            server.shutdown()
            thread.join()
