"""Addresses that programs of others ask. They tell what anybody may read, whoever asks, and keep nothing of who asked."""

from __future__ import annotations

import hashlib
from itertools import chain
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from commonweave.base.api import PUBLIC
from commonweave.evidence import queries
from commonweave.evidence.exchange import addresses, atom, oai_pmh, sitemaps
from commonweave.evidence.views.finding import read_question, words_of_question

if TYPE_CHECKING:
    from django.http import HttpRequest

    from commonweave.base.viewer import ViewerRequest

NEW = 50  # entries of a feed
XML = "application/xml; charset=utf-8"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def oai(request: ViewerRequest) -> HttpResponse:
    """Answer a harvester (OAI-PMH 2.0)."""
    given = request.POST if request.method == "POST" else request.GET
    pairs = chain.from_iterable([(name, value) for value in values] for name, values in given.lists())
    return HttpResponse(oai_pmh.answer(pairs), content_type="text/xml; charset=utf-8")


@require_safe
def feed(request: ViewerRequest) -> HttpResponse:
    """Tell what is new of what the page that finds would show; a reader that knows it already is told so in one line."""
    asked = read_question(request.GET)
    question = f"?{request.GET.urlencode()}" if request.GET else ""
    about = words_of_question(asked)
    title = f"{_('What works')}: {about}" if about else _("What works")
    page, own = (settings.CONFIG.url + reverse(f"evidence:{name}") + question for name in ("find", "feed"))
    content = atom.document(title, own, page, queries.newest_records(asked, NEW))
    etag = quote_etag(hashlib.blake2b(content, digest_size=16).hexdigest())
    newest = queries.last_change()
    headers = {"Cache-Control": PUBLIC, "ETag": etag, "Access-Control-Allow-Origin": "*"}
    answer = HttpResponse(content, content_type="application/atom+xml; charset=utf-8", headers=headers)
    seconds = int(newest.timestamp()) if newest else None
    if seconds is not None:
        answer.headers["Last-Modified"] = http_date(seconds)
    return get_conditional_response(request, etag=etag, last_modified=seconds, response=answer) or answer


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the files that list every page for search engines."""
    del request
    return HttpResponse(sitemaps.index(queries.changed_by_digit()), content_type=XML, headers={"Cache-Control": PUBLIC})


@require_safe
def sitemap_part(request: HttpRequest, part: str) -> HttpResponse:
    """List the pages of the library, or the records whose identifier begins with a digit."""
    del request
    if part == "pages":
        content = sitemaps.pages()
    elif part in sitemaps.PARTS and (found := queries.records_by_digit(part)):
        content = sitemaps.records(found)
    else:
        raise Http404
    return HttpResponse(content, content_type=XML, headers={"Cache-Control": PUBLIC})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines where the list is, and to leave out the endless ways of narrowing one.

    Whether a page may be listed is said by the page itself; forbidding it here would keep them from reading that.
    """
    del request
    said = f"User-agent: *\nDisallow: /*?\nSitemap: {addresses.absolute('exchange:sitemap')}\n"
    return HttpResponse(said, content_type="text/plain; charset=utf-8", headers={"Cache-Control": PUBLIC})
