"""A visitor without JavaScript: keep-alive requests that cost little, and forms filled in as a browser would.

The client shares two cores with what it measures, so it parses only what it must.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import TYPE_CHECKING, NoReturn, Self
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REDIRECTS = {301, 302, 303, 307, 308}
Attributes = list[tuple[str, str | None]]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float
    path: str

    @property
    def text(self) -> str:
        """The page."""
        return self.body.decode("utf-8", "replace")

    @cached_property
    def forms(self) -> list[Form]:
        """The forms on the page, in reading order; read once."""
        reader = _Forms(self.path)
        reader.feed(self.text)
        return reader.found


@dataclass
class Form:
    """A form as it stands on the page: what would be sent without touching anything, and what there is to choose."""

    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def filled(self, **words: str | Iterable[str]) -> list[tuple[str, str]]:
        """Return the pairs to send; `do_` stands for the name `do` where Python needs the word itself."""
        wanted = {name.rstrip("_"): [value] if isinstance(value, str) else list(value) for name, value in words.items()}
        kept = [(name, value) for name, value in self.values if name not in wanted]
        return kept + [(name, value) for name, values in wanted.items() for value in values]


class _Forms(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.found: list[Form] = []
        self.open: Form | None = None
        self.select = ""
        self.area: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        words = {name: value or "" for name, value in attrs}
        name = words.get("name", "")
        if tag == "form":
            self.open = Form(words.get("action") or self.path, words.get("method", "get").lower())
            self.found.append(self.open)
        elif self.open is None or not (name or tag == "option"):
            return
        elif tag == "input":
            self._input(self.open, words, checked="checked" in words)
        elif tag == "button":
            self.open.buttons.setdefault(name, []).append(words.get("value", ""))
        elif tag == "select":
            self.select = name
            self.open.names.add(name)
        elif tag == "option" and self.select:
            self.open.choices.setdefault(self.select, []).append(words.get("value", ""))
            if "selected" in words:
                self.open.values.append((self.select, words.get("value", "")))
        elif tag == "textarea":
            self.area = (name, [])
            self.open.names.add(name)

    def _input(self, form: Form, words: dict[str, str], *, checked: bool) -> None:
        kind, name, value = words.get("type", "text"), words["name"], words.get("value", "")
        form.names.add(name)
        if kind in {"radio", "checkbox"}:
            form.choices.setdefault(name, []).append(value or "on")
            if checked:
                form.values.append((name, value or "on"))
        elif kind in {"submit", "image"}:
            form.buttons.setdefault(name, []).append(value)
        else:
            form.values.append((name, value))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea" and self.area and self.open:
            self.open.values.append((self.area[0], "".join(self.area[1]).removeprefix("\n")))
            self.area = None


class Visitor:
    """One browser tab: one connection, its cookies, and no JavaScript."""

    def __init__(self, port: int, host: str = "localhost") -> None:
        """Name the server; the connection opens with the first request."""
        self.port, self.host = port, host
        self.cookies: dict[str, str] = {}
        self._in: asyncio.StreamReader | None = None
        self._out: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> Self:
        """Use as `async with`, so that the connection closes."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection at once, whatever is under way on it; the next request opens another."""
        if self._out is not None:
            self._out.transport.abort()
        self._in = self._out = None

    async def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page and follow where it leads."""
        answer = await self.ask("GET", path, headers=headers)
        while answer.status in REDIRECTS:
            answer = await self.ask("GET", _path(answer.headers["location"]), headers=headers)
        return answer

    async def post(self, path: str, pairs: Iterable[tuple[str, str]]) -> Answer:
        """Send a form and follow where it leads."""
        answer = await self.ask("POST", path, urlencode(list(pairs)).encode())
        return await self.get(_path(answer.headers["location"])) if answer.status in REDIRECTS else answer

    async def post_files(
        self, path: str, pairs: Iterable[tuple[str, str]], files: Iterable[tuple[str, str, bytes]], *, cut: int = 0
    ) -> Answer:
        """Send a form with files (field, name, bytes). With `cut` the connection breaks after so many bytes: OSError."""
        body, kind = multipart(pairs, files)
        if cut:
            await self._break(path, body, kind, cut)
        return await self.ask("POST", path, body, {"Content-Type": kind})

    async def _break(self, path: str, body: bytes, kind: str, cut: int) -> NoReturn:
        self.close()
        _in, out = await asyncio.open_connection("127.0.0.1", self.port)
        head = [f"POST {path} HTTP/1.1", f"Host: {self.host}:{self.port}", f"Content-Length: {len(body)}"]
        head += [f"Content-Type: {kind}", f"Origin: http://{self.host}:{self.port}", "", ""]
        out.write("\r\n".join(head).encode() + body[:cut])
        await out.drain()
        out.transport.abort()
        raise ConnectionResetError

    async def send(self, form: Form, **words: str | Iterable[str]) -> Answer:
        """Fill a form in and send it."""
        if form.method == "get":
            return await self.get(f"{_path(form.action)}?{urlencode(form.filled(**words))}")
        return await self.post(_path(form.action), form.filled(**words))

    async def hand_in(self, form: Form, **words: str | Iterable[str]) -> Answer:
        """Fill a form in and send it, and do not look where that leads."""
        return await self.ask("POST", _path(form.action), urlencode(form.filled(**words)).encode())

    async def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """Make one request, following nothing. Raises OSError when the connection breaks."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}"]
        if body or method == "POST":
            lines.append(f"Content-Length: {len(body)}")
            if "Content-Type" not in (headers or {}):
                lines.append("Content-Type: application/x-www-form-urlencoded")
            lines.append(f"Origin: http://{self.host}:{self.port}")
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in (headers or {}).items()]
        message = "\r\n".join([*lines, "", ""]).encode() + body
        began = time.perf_counter()
        status, found, content = await self._exchange(message)
        return Answer(status, found, content, time.perf_counter() - began, path)

    async def _exchange(self, message: bytes) -> tuple[int, dict[str, str], bytes]:
        used = self._in is not None
        try:
            return await self._try(message)
        except asyncio.IncompleteReadError as error:
            if used and not error.partial:  # the server had closed an idle connection: browsers ask again, too
                return await self._again(message)
            raise ConnectionResetError from error

    async def _again(self, message: bytes) -> tuple[int, dict[str, str], bytes]:
        try:
            return await self._try(message)
        except asyncio.IncompleteReadError as error:
            raise ConnectionResetError from error

    async def _try(self, message: bytes) -> tuple[int, dict[str, str], bytes]:
        if self._in is None or self._out is None:
            self._in, self._out = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
        try:
            self._out.write(message)
            head = await self._in.readuntil(b"\r\n\r\n")
            status, headers = self._head(head.decode("latin-1"))
            content = await self._body(self._in, headers)
        except BaseException:
            self.close()
            raise
        if headers.get("connection", "") == "close":
            self.close()
        return status, headers, content

    def _head(self, text: str) -> tuple[int, dict[str, str]]:
        first, *rest = text.rstrip().split("\r\n")
        headers: dict[str, str] = {}
        for line in rest:
            name, _, value = line.partition(":")
            name, value = name.lower(), value.strip()
            if name == "set-cookie":
                self._keep(value)
            headers[name] = value
        return int(first.split(" ", 2)[1]), headers

    def _keep(self, cookie: str) -> None:
        name, _, value = cookie.split(";", 1)[0].partition("=")
        if value in {"", '""'}:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    async def _body(self, stream: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
        if "content-length" in headers:
            return await stream.readexactly(int(headers["content-length"]))
        if headers.get("transfer-encoding", "") != "chunked":
            return b""
        parts: list[bytes] = []
        while size := int(await stream.readuntil(b"\r\n"), 16):
            parts.append((await stream.readexactly(size + 2))[:-2])
        await stream.readexactly(2)
        return b"".join(parts)


def multipart(pairs: Iterable[tuple[str, str]], files: Iterable[tuple[str, str, bytes]]) -> tuple[bytes, str]:
    """Return the body of a form with files, and its content type."""
    mark = secrets.token_hex(16)
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in pairs
    ]
    for field_name, name, data in files:
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{field_name}"; filename="{name}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + data + b"\r\n")
    return b"".join([*parts, f"--{mark}--\r\n".encode()]), f"multipart/form-data; boundary={mark}"


def _path(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
