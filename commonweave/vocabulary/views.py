"""The words as a public standard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, JsonResponse
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from commonweave.vocabulary import queries, skos

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
def scheme(request: HttpRequest, code: str) -> JsonResponse:
    """Answer with a scheme as SKOS in JSON-LD; the same for everybody, so caches may keep it."""
    del request
    words = queries.schemes().get(code)
    if words is None:
        raise Http404
    with override(settings.LANGUAGE_CODE):  # one address, whatever language the asker reads
        address = settings.CONFIG.url + reverse("vocabulary:scheme", args=[code])
    headers = {"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"}
    return JsonResponse(skos.document(words, address), content_type="application/ld+json", headers=headers)
