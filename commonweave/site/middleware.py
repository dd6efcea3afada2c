"""Who asks, in one transaction; and the headers every answer carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpResponseNotAllowed, UnreadablePostError

from commonweave.base.gate.doors import TooMany, knock
from commonweave.base.viewer import NOBODY
from commonweave.sharing.viewer import build_viewer
from commonweave.site import broken
from commonweave.site.broken import other_method
from commonweave.site.programs import is_for_programs, viewer_of_program

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from commonweave.base.viewer import Viewer

SERVER_ERROR = 500

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "script-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
PERMISSIONS_POLICY = "geolocation=(self), camera=(), microphone=(), browsing-topics=(), interest-cohort=()"


class Headers:
    """Content security, and no copies of pages in any cache (static files say otherwise themselves)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next step."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add headers to the answer."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class Viewing:
    """Open the transaction, say who asks to page and database, render inside it, undo it on a fault.

    A TemplateResponse renders after Django's own ATOMIC_REQUESTS has closed, so we open it here instead.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next step."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside one transaction that knows the viewer."""
        with transaction.atomic():
            try:
                request.viewer = _viewer(request)  # type: ignore[attr-defined]
            except TooMany as many:
                return broken.too_many(request, many.wait)
            response = self.get_response(request)
            if isinstance(response, HttpResponseNotAllowed) and not response.content:
                response = other_method(request, response)
            if response.status_code >= SERVER_ERROR:
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a view that has counted one too many, and one to which only a part of a form came."""
        if isinstance(exception, UnreadablePostError):
            transaction.set_rollback(True)
            return broken.unreadable(request, exception)
        return broken.too_many(request, exception.wait) if isinstance(exception, TooMany) else None


def _viewer(request: HttpRequest) -> Viewer:
    """Say who asks. Raises TooMany."""
    if is_for_programs(request):
        return viewer_of_program(request)
    if request.session.session_key is None:
        knock(request, "pages")
        return NOBODY  # a new transaction knows nobody
    return build_viewer(request)
