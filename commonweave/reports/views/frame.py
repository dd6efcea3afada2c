"""The frame of resident pages: the place's own name and look, its emergency numbers.

Which place a page may name where: what is read (name, numbers) is of the place that was chosen. What stands in an
address (links, colours, where forms are sent) or in the title is of the place under whose own address the resident
began, `begun`, and of no other: logs of proxies and the phone's history keep them, and know that one already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse

from commonweave.places.atlas import atlas
from commonweave.places.queries import Frame, emergency, look_url, public_name
from commonweave.referral.queries import destinations_for

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from commonweave.base.viewer import Viewer
    from commonweave.places.atlas import Spot
    from commonweave.referral.models import Destination


def sent_from_elsewhere(request: HttpRequest) -> bool:
    """Say whether the browser tells that a page of another site sent this form (Fetch Metadata, else Origin).

    Such a page could put its own draft or its own receipt before a resident and read later what they wrote there.
    Browsers that tell nothing are served: a form sent twice still gives no receipt to whoever does not know its words.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc not in {
        request.get_host(),
        urlsplit(settings.CONFIG.url).netloc,
    }


def sent_by_our_page(request: HttpRequest) -> bool:
    """Say whether the browser itself tells that a page of ours sent this form. Those in which our scripts run all do."""
    site = request.headers.get("Sec-Fetch-Site")
    return site == "same-origin" if site else "Origin" in request.headers and not sent_from_elsewhere(request)


def spot_at(code: str) -> Spot | None:
    """Return the place whose name a page carries, if it exists."""
    return atlas().by_code(code) if code else None


def frame(spot: Spot | None, begun: Spot | None) -> dict[str, Any]:
    """Return what every resident page needs, in the name of `spot`, with addresses of `begun`."""
    context: dict[str, Any] = {"resident": True, "emergency": emergency(spot)}
    if spot and begun:
        start = reverse("site:place", args=[begun.code])
        context["place"] = Frame(public_name(spot), public_name(begun), look_url(begun), start)
    elif spot:
        context["place"] = Frame(public_name(spot))
    context["report_url"] = _begin("reports:start", begun)
    context["home_url"] = _begin("site:home", begun)
    context["waiting_url"] = reverse("reports:waiting")
    context["receipt_url"] = _begin("reports:receipt", begun)
    context["files_url"] = _begin("reports:files", begun)
    return context


def _begin(name: str, begun: Spot | None) -> str:
    return reverse(f"{name}_at", args=[begun.code]) if begun else reverse(name)


def helpers(viewer: Viewer, spot: Spot, kind: str, limit: int = 6) -> list[Destination]:
    """Return who outside this network can help here, nearest first."""
    return destinations_for(viewer, spot, kind)[:limit]


def page(
    request: HttpRequest,
    template: str,
    spot: Spot | None,
    begun: Spot | None,
    /,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Render a resident page in the frame of its place."""
    return render(request, template, {**frame(spot, begun), **context}, status=status)
