"""Pages of the node itself: the start, a place's own start, how we protect people, and its health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language_from_request
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_safe

from commonweave.places.atlas import atlas
from commonweave.reports.forms import KIND_WORDS
from commonweave.reports.views.frame import page, spot_at

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Send a visitor to the pages in their language."""
    return redirect(f"/{get_language_from_request(request)}/")


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Say that web server and database answer, and nothing else."""
    del request
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return HttpResponse("ok\n", content_type="text/plain")


@csrf_exempt
def start(request: HttpRequest) -> HttpResponse:
    """Find your place, or report without one. What is typed travels by POST, so that it stays out of addresses."""
    book = atlas()
    typed = request.POST.get("q", "").strip()[:80] if request.method == "POST" else ""
    found = [{"spot": spot, "name": book.public_name(spot)} for spot in book.find(typed, limit=12)] if typed else []
    countries = book.children(None)
    return page(request, "site/start.html", None, None, typed=typed, found=found, countries=countries)


@require_GET
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Show a place's own start, under its own name."""
    spot = spot_at(code)
    if spot is None:
        raise Http404
    beneath = atlas().children(spot)[:60]
    return page(request, "site/place.html", spot, spot, spot=spot, kinds=KIND_WORDS, beneath=beneath)


@require_GET
def protection(request: HttpRequest) -> HttpResponse:
    """Say how we protect people, what we will never do, and what we cannot promise."""
    return page(request, "site/protection.html", None, None)
