"""Addresses that programs of others ask. They tell what anybody may read, whoever asks, and keep nothing of who asked."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from commonweave.evidence.exchange import oai_pmh

if TYPE_CHECKING:
    from commonweave.base.viewer import ViewerRequest


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def oai(request: ViewerRequest) -> HttpResponse:
    """Answer a harvester (OAI-PMH 2.0)."""
    given = request.POST if request.method == "POST" else request.GET
    pairs = chain.from_iterable([(name, value) for value in values] for name, values in given.lists())
    return HttpResponse(oai_pmh.answer(pairs), content_type="text/xml; charset=utf-8")
