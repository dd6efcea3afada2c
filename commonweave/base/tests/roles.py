"""How tests become the web server, and somebody in particular, on purpose."""

from __future__ import annotations

import contextlib
import html
import re
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.test import Client

from commonweave.base.viewer import Viewer, seen_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test.client import _MonkeyPatchedWSGIResponse

WORKER, WEB = "commonweave_worker", "commonweave_web"


@contextlib.contextmanager
def web() -> Iterator[None]:
    """Work as the web server's role until the end of the block; a failed transaction may be left behind inside."""
    _become(WEB)
    try:
        yield
    finally:
        if not connection.needs_rollback:
            _become(WORKER)


@contextlib.contextmanager
def as_viewer(viewer: Viewer) -> Iterator[None]:
    """Work as the web server for a viewer, in a transaction (a savepoint inside a test's own)."""
    with transaction.atomic():
        _become(WEB)
        try:
            with seen_by(viewer):
                yield
        finally:
            if not connection.needs_rollback:
                _forget()
                _become(WORKER)


def _become(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"set role {role}")


def _forget() -> None:
    """Undo the viewer's settings: in a test they would last until its own transaction ends."""
    names = (*Viewer().settings(), "cw.invitation", "cw.credential")
    with connection.cursor() as cursor:
        cursor.execute("select " + ", ".join(["set_config(%s, '', true)"] * len(names)), names)


class WebClient(Client):
    """A test client whose requests run as the web server's role and leave no viewer behind."""

    def request(self, **request: Any) -> _MonkeyPatchedWSGIResponse:
        """Answer as the web server would."""
        with web():
            response = super().request(**request)
        if connection.in_atomic_block and not connection.needs_rollback:
            _forget()
        return response

    def change(self, address: str, data: dict[str, Any]) -> _MonkeyPatchedWSGIResponse:
        """Open a form that changes something and send it with these answers, undisturbed by anybody."""
        shown = re.search(r'name="seen" value="([^"]*)"', self.get(address).content.decode())
        assert shown is not None
        return self.post(address, data | {"seen": html.unescape(shown[1])})
