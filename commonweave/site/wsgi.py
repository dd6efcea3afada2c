"""Where the web server enters."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweave.site.settings")

from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, StartResponse, WSGIEnvironment

_django = get_wsgi_application()


class Whole:
    """What a browser sends, or a fault: Granian hands on what a broken connection left, and Django takes it for all there is.

    Half a text would be kept as if somebody had written no more, and a box that came too late as if nobody had ticked it.
    """

    def __init__(self, stream: "InputStream", length: int) -> None:
        """Remember how much was announced."""
        self.stream, self.left = stream, length

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes. Raises OSError, now and ever after, when there are fewer than were announced."""
        wanted = self.left if size < 0 else min(size, self.left)
        return self._counted(self.stream.read(wanted) if wanted else b"", wanted)

    def readline(self, size: int = -1) -> bytes:
        """Read a line. Raises OSError as `read` does."""
        wanted = self.left if size < 0 else min(size, self.left)
        line = self.stream.readline(wanted) if wanted else b""
        return self._counted(line, len(line) if line.endswith(b"\n") else wanted)

    def _counted(self, data: bytes, wanted: int) -> bytes:
        if len(data) < wanted:
            message = "The connection broke before everything had come."
            raise OSError(message)
        self.left -= len(data)
        return data


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer with the whole page at once: Granian sends a list in one go and anything else piece by piece."""
    environ["wsgi.input"] = Whole(environ["wsgi.input"], int(environ.get("CONTENT_LENGTH") or 0))
    response = _django(environ, start_response)
    if getattr(response, "streaming", True):
        return response
    pages = list(response)
    response.close()
    return pages
