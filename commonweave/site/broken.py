"""The pages for what went wrong: whoever is not signed in may be a resident, and keeps the way out and the numbers to call.

They too say when nothing here is real.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from commonweave.base.verdict import Refused
from commonweave.base.viewer import NOBODY
from commonweave.people import views as people
from commonweave.people.coverage import last_book
from commonweave.places.atlas import last_atlas
from commonweave.places.queries import emergency
from commonweave.reports.views.frame import frame

if TYPE_CHECKING:
    from django.core.exceptions import PermissionDenied
    from django.http import HttpRequest, HttpResponseNotAllowed

    from commonweave.base.viewer import ViewerRequest

UNREADABLE, REFUSED, NOT_FOUND, TOO_MANY, SERVER_ERROR = 400, 403, 404, 429, 500
SIGN_IN_WAIT = 300  # seconds: the longest after which allauth forgets an attempt


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what could not be read."""
    del exception
    return render(request, "400.html", _framed(request), status=UNREADABLE)


def refused(request: ViewerRequest, exception: PermissionDenied) -> HttpResponse:
    """Answer a refusal; somebody who is signed in may only lack the second factor."""
    if not _may_be_resident(request):
        return people.refused(request, exception)
    reason = str(exception) if isinstance(exception, Refused) else ""
    return render(request, "403.html", {**_framed(request), "reason": reason}, status=REFUSED)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere, or nowhere for this reader."""
    del exception
    return render(request, "404.html", _framed(request), status=NOT_FOUND)


def other_method(request: HttpRequest, response: HttpResponseNotAllowed) -> HttpResponse:
    """Fill Django's blank answer to an address that takes forms only, and was opened: a bookmark, or "back"."""
    response.content = render_to_string("404.html", _framed(request), request)
    return response


def too_many(request: HttpRequest, wait: int = SIGN_IN_WAIT) -> HttpResponse:
    """Answer when more come from a network than are let through; say when to try again. Also allauth's `handler429`."""
    context = {**_framed(request), "minutes": -(-wait // 60)}
    response = render(request, "429.html", context, status=TOO_MANY)
    response.headers["Retry-After"] = str(wait)
    return response


def fault(request: HttpRequest) -> HttpResponse:
    """Answer when something of ours failed: from memory only, for it may be the database."""
    del request
    book, places = last_book(), last_atlas()
    context = {
        "demonstration": book is not None and book.demonstration,
        "emergency": emergency(None, places) if places else [],
    }
    return HttpResponse(render_to_string("500.html", context), status=SERVER_ERROR)


def _may_be_resident(request: HttpRequest) -> bool:
    return getattr(request, "viewer", NOBODY).person is None


def _framed(request: HttpRequest) -> dict[str, Any]:
    return frame(None, None) if _may_be_resident(request) else {}
