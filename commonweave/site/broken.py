"""The pages for what went wrong; they too say when nothing here is real."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from commonweave.people.coverage import last_book

if TYPE_CHECKING:
    from django.http import HttpRequest

SERVER_ERROR = 500


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what could not be read."""
    del exception
    return render(request, "400.html", status=400)


def fault(request: HttpRequest) -> HttpResponse:
    """Answer when something of ours failed: from memory only, for it may be the database."""
    del request
    last = last_book()
    context = {"demonstration": last is not None and last.demonstration}
    return HttpResponse(render_to_string("500.html", context), status=SERVER_ERROR)
