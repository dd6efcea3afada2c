"""Tests run as the worker, who sees everything; here they become the web server and somebody in particular."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.test import Client

from commonweave.base.viewer import tell_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from commonweave.base.viewer import Viewer


@contextlib.contextmanager
def web() -> Iterator[None]:
    """Act as the web server's role, under the row policies."""
    with connection.cursor() as cursor:
        cursor.execute("set role commonweave_web")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("set role commonweave_worker")


@contextlib.contextmanager
def as_viewer(viewer: Viewer) -> Iterator[None]:
    """Act as one viewer, as the database sees a request."""
    with web(), transaction.atomic():
        tell_database(viewer)
        yield


class WebClient(Client):
    """A browser whose requests are answered under the web server's role."""

    def request(self, **request: Any) -> HttpResponse:  # noqa: ANN401 Django's own signature
        """Answer one request as the web server."""
        with web():
            return super().request(**request)
