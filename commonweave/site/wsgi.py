"""Where the web server enters."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweave.site.settings")

from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_django = get_wsgi_application()


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer with the whole page at once: Granian sends a list in one go and anything else piece by piece."""
    response = _django(environ, start_response)
    if getattr(response, "streaming", True):
        return response
    pages = list(response)
    response.close()
    return pages
