"""The one address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import path

from bench.bare.models import Row

if TYPE_CHECKING:
    from django.http import HttpRequest


def insert(request: HttpRequest) -> HttpResponse:
    """Keep what was sent."""
    row = Row(body=request.body)
    row.save(force_insert=True)
    return HttpResponse(str(row.pk))


urlpatterns = [path("insert/", insert)]
